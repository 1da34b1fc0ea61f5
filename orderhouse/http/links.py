"""Where an answer leads: OpenAPI links, so that a program can follow an order from its placing to its return without a manual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class Leads(NamedTuple):
    """After ``operation`` each of ``to`` can be asked, its parameters taken from the answer or from the request (runtime expressions
    of OpenAPI 3.1, section 4.8.20.4: ``$response.body#/number``, ``$request.path.order``)."""

    operation: str
    to: tuple[str, ...]
    parameters: Mapping[str, str]


def tell_links(schema: dict[str, Any], leads: Iterable[Leads]) -> None:
    """Write links into the answers of a description (each 2xx but 207, and a body where one is needed); those between operations it does not have are left out."""
    operations = {operation["operationId"]: operation for methods in schema["paths"].values() for operation in methods.values()}
    for operation, to, parameters in leads:
        if operation not in operations:
            continue
        from_body = any(expression.startswith("$response.body") for expression in parameters.values())
        for status, answer in operations[operation]["responses"].items():
            if str(status)[0] == "2" and str(status) != "207" and (not from_body or answer.get("content")):
                answer.setdefault("links", {}).update(
                    {each: {"operationId": each, "parameters": dict(parameters)} for each in to if each in operations}
                )
