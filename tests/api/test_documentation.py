"""The API describes itself, from here alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from django.test import Client

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
