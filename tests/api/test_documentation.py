"""The API describes itself, from here alone."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.test import Client
from pydantic import BaseModel

from orderhouse.config.api.links import LEADS

ROOT = Path(__file__).parents[2]


def test_openapi_describes_every_operation_with_its_scope_and_its_problems() -> None:
    schema = orjson.loads(Client().get("/api/v1/openapi.json").content)
    operations = [op for methods in schema["paths"].values() for op in methods.values()]
    assert schema["openapi"].startswith("3.1")
    assert len({op["operationId"] for op in operations}) == len(operations) > 60
    for operation in operations:
        assert "Needs the scope `" in operation["description"]
        assert operation["security"] == [{"ApiKey": []}]
        assert {"401", "403", "422", "503"} <= operation["responses"].keys()
    submit = schema["paths"]["/api/v1/orders"]["post"]
    assert {"application/json", "application/x-ndjson"} == submit["requestBody"]["content"].keys()
    assert submit["requestBody"]["content"]["application/json"]["example"]["lines"]


def test_every_reference_in_the_description_leads_somewhere() -> None:
    text = Client().get("/api/v1/openapi.json").content.decode()
    schemas = orjson.loads(text)["components"]["schemas"]
    assert set(re.findall(r'"#/components/schemas/([^"]+)"', text)) <= schemas.keys()


def test_no_two_shapes_share_a_name() -> None:
    """Else the description would show one of them where the other is answered."""
    Client().get("/api/v1/openapi.json")
    of: dict[str, set[str]] = defaultdict(set)
    for shape in _heirs(BaseModel):
        if shape.__module__.startswith("orderhouse."):
            of[shape.__name__].add(shape.__module__)
    assert {name: rooms for name, rooms in of.items() if len(rooms) > 1} == {}
    assert len(of) > 100


def _heirs(shape: type) -> Iterator[type]:
    for heir in shape.__subclasses__():
        yield heir
        yield from _heirs(heir)


def test_every_link_leads_from_what_an_answer_holds_to_what_an_operation_takes() -> None:
    """An expression that points nowhere would tell programs something wrong."""
    schema = orjson.loads(Client().get("/api/v1/openapi.json").content)
    operations = {op["operationId"]: op for methods in schema["paths"].values() for op in methods.values()}
    told, wrong = 0, []
    for name, operation in operations.items():
        for status, answer in operation["responses"].items():
            for link in answer.get("links", {}).values():
                told += 1
                taken = {each["name"] for each in operations[link["operationId"]].get("parameters", ())}
                for parameter, expression in link["parameters"].items():
                    if parameter not in taken:
                        wrong.append(f"{name} -> {link['operationId']}: it takes no {parameter}")
                    if not _is_there(schema, operation, status, expression):
                        wrong.append(f"{name} {status}: there is no {expression}")
    assert not wrong, "\n".join(wrong)
    assert told > 60
    assert {leads.operation for leads in LEADS} | {to for leads in LEADS for to in leads.to} <= operations.keys()


def _is_there(schema: Any, operation: Any, status: str, expression: str) -> bool:
    """Whether what a runtime expression names is in the description."""
    whose, _, pointer = expression.partition("#")
    if whose.startswith(("$request.path.", "$request.query.")):
        _, kind, parameter = whose.split(".", 2)
        return any((each["in"], each["name"]) == (kind, parameter) for each in operation.get("parameters", ()))
    body = operation["requestBody"] if whose == "$request.body" else operation["responses"][status]
    if "content" not in body:
        return False
    shapes = [body["content"]["application/json"]["schema"]]
    for step in pointer.strip("/").split("/"):
        shapes = [inner for shape in shapes for inner in _steps(schema, shape, step)]
    return bool(shapes)


def _steps(schema: Any, shape: Any, step: str) -> list[Any]:
    if "$ref" in shape:
        shape = schema["components"]["schemas"][shape["$ref"].rpartition("/")[2]]
    if inner := [each for choice in ("anyOf", "oneOf") for each in shape.get(choice, ())]:
        return [found for each in inner for found in _steps(schema, each, step)]
    if step.isdigit():
        return [shape["items"]] if "items" in shape else []
    if step in shape.get("properties", {}):
        return [shape["properties"][step]]
    return [shape] if shape.get("type") == "object" and "properties" not in shape else []  # free facts


def test_the_page_of_documentation_needs_nothing_from_elsewhere() -> None:
    client = Client()
    page = client.get("/api/v1/docs")
    text = page.content.decode()
    assert page.status_code == 200
    assert "http" not in re.sub(r"<!DOCTYPE.*?>", "", text)
    assert "script-src 'self'" in page["Content-Security-Policy"]
    for asset in re.findall(r'(?:href|src)="([^"]+)"', text):
        answer = client.get(f"/api/v1/{asset}")
        assert answer.status_code == 200, asset
        assert len(b"".join(answer.streaming_content)) > 500  # type: ignore[attr-defined]
    assert client.get("/api/v1/docs/settings.py").status_code == 404


@pytest.mark.parametrize(
    ("product", "has", "lacks"),
    [
        ("oms_alone", {"/orders", "/receipts"}, {"/waves", "/floor/work"}),
        ("wms_alone", {"/waves", "/receipts"}, {"/orders", "/availability"}),
    ],
)
def test_a_wing_alone_shows_its_own_addresses_only(product: str, has: set[str], lacks: set[str]) -> None:
    code = "import django; django.setup(); from orderhouse.config.api import api; import json; print(json.dumps(list(api.get_openapi_schema(path_prefix='')['paths'])))"
    import os

    environment = os.environ | {"DJANGO_SETTINGS_MODULE": f"orderhouse.config.settings.{product}"}
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    paths = set(orjson.loads(run.stdout))
    assert has <= paths
    assert not lacks & paths
