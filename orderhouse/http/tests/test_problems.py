"""Every no is a problem of the same form; faults of the database are told apart."""

from __future__ import annotations

from typing import ClassVar

import orjson
import psycopg
import pytest
from django.db import OperationalError
from psycopg import errors

from orderhouse.http.faults import Fault, fault_of
from orderhouse.http.problems import invalid_fields, problem, refusal_of
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal


class InsufficientThings(Refusal):
    sentence: ClassVar[str] = "Only {left} of {wanted} things are left in {place}."
    remedy: ClassVar[str] = "Take at most {left}."


def test_a_refusal_is_told_with_sentence_code_remedy_and_facts() -> None:
    answer = problem(InsufficientThings(left=2, wanted=3, place=2**60, field="things"), instance="/api/v1/things", extra=1)
    body = orjson.loads(answer.content)
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert body == {
        "type": "https://orderhouse.dev/problems/insufficient-things",
        "title": "Insufficient things",
        "status": 409,
        "detail": f"Only 2 of 3 things are left in {2**60}.",
        "code": "insufficient-things",
        "field": "things",
        "remedy": "Take at most 2.",
        "facts": {"left": 2, "wanted": 3, "place": str(2**60)},
        "instance": "/api/v1/things",
        "extra": 1,
    }


def test_a_validation_names_fields_as_paths() -> None:
    found = invalid_fields(
        [
            {"type": "missing", "loc": ("body", "body", "lines", 0, "sku"), "msg": "Field required"},
            {"type": "extra_forbidden", "loc": ("body", "body", 3, "colour"), "msg": "Extra inputs are not permitted"},
            {"type": "int_parsing", "loc": ("query", "limit"), "msg": "Input should be a valid integer"},
        ]
    )
    assert [(p["field"], p["reason"]) for p in found.facts["problems"]] == [
        ("lines[0].sku", "is missing"),
        ("[3].colour", "is not a field known here"),
        ("limit", "input should be a valid integer"),
    ]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound(kind="order", code="X"), 404),
        (InvalidInput(field="a", reason="b"), 422),
        (psycopg.DataError("integer out of range"), 422),
        (ZeroDivisionError("our own"), 500),
    ],
)
def test_each_error_has_its_status(error: Exception, status: int) -> None:
    assert refusal_of(error).status == status


@pytest.mark.parametrize(
    ("error", "fault"),
    [
        (errors.DeadlockDetected(), Fault.COLLISION),
        (errors.SerializationFailure(), Fault.COLLISION),
        (errors.UniqueViolation(), Fault.COLLISION),
        (errors.AdminShutdown(), Fault.LOST),
        (errors.ConnectionFailure(), Fault.LOST),
        (psycopg.OperationalError("the connection is closed"), Fault.LOST),
        (psycopg.InterfaceError("the connection is closed"), Fault.LOST),
        (errors.DiskFull(), Fault.EXHAUSTED),
        (errors.TooManyConnections(), Fault.EXHAUSTED),
        (errors.QueryCanceled(), Fault.EXHAUSTED),
        (errors.ReadOnlySqlTransaction(), Fault.EXHAUSTED),
        (errors.CheckViolation(), None),
        (ValueError(), None),
    ],
)
def test_faults_of_the_database_are_told_apart(error: Exception, fault: Fault | None) -> None:
    assert fault_of(error) is fault
    wrapped = OperationalError("as Django says it")
    wrapped.__cause__ = error
    assert fault_of(wrapped) is fault
