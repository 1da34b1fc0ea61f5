"""Whatever comes from outside is answered by a problem that names what is wrong and how to mend it; nothing is half done."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from urllib.parse import quote

import orjson
import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.conftest import Partner


def test_malformed_json_is_refused_with_line_and_column_and_kept(partner: Partner, shop: Any) -> None:
    answer = partner.post("/orders", b'{"channel": "WEB",\n "lines": [}')
    assert (answer.status, answer.body["code"]) == (400, "malformed-json")
    assert "line 2, column 12" in answer.body["detail"]
    assert partner.get(f"/orders/invalid/{answer.body['invalid_id']}").body["payload"] == '{"channel": "WEB",\n "lines": [}'
    elsewhere = partner.put("/items", b'[{"sku": "X",}]')
    assert (elsewhere.status, elsewhere.headers["Content-Type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    ("change", "field", "said"),
    [
        ({"lines": [{"sku": "NONE", "quantity": 1}]}, "lines[0].sku", "NONE"),
        ({"lines": [{"sku": "A", "quantity": 0}]}, "lines[0].quantity", "less than 1"),
        ({"lines": [{"sku": "A", "quantity": -1}]}, "lines[0].quantity", "less than 1"),
        ({"lines": [{"sku": "A", "quantity": 10**12}]}, "lines[0].quantity", "more than"),
        ({"lines": [{"sku": "A", "quantity": 10**30}]}, "lines[0].quantity", "whole number"),
        ({"lines": [{"sku": "A", "quantity": 1.5}]}, "lines[0].quantity", "whole number"),
        ({"lines": []}, "lines", "empty"),
        ({"currency": "EUR"}, "currency", "EUR"),
        ({"currency": "pounds"}, "currency", "currency code"),
        ({"channel": "NOWHERE"}, "channel", "NOWHERE"),
        ({"ship_to": {"name": "Ada", "country": "UK"}}, "ship_to.country", "UK"),
        ({"placed_at": "yesterday"}, "placed_at", "date and time"),
        ({"ship_to": None}, "ship_to", "missing"),
        ({"customer": {"name": "A\x00B"}}, "customer.name", "control character"),
        ({"unit_pricce": 3}, "unit_pricce", "not a field"),
    ],
)
def test_a_wrong_order_is_refused_by_field_and_kept(partner: Partner, shop: Any, change: Any, field: str, said: str) -> None:
    answer = partner.post("/orders", partner.order(("A", 1)) | change)
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    named = next(problem for problem in answer.body["problems"] if problem["field"] == field)
    assert said in named["reason"]
    assert answer.body["remedy"]
    assert partner.get(f"/orders/invalid/{answer.body['invalid_id']}").body["state"] == "open"
    assert partner.get("/orders").body["data"] == []


def test_every_wrong_field_of_a_command_is_named_at_once(partner: Partner, shop: Any) -> None:
    answer = partner.post("/orders/WEB-1/cancel", {"lines": [{"line_number": 0, "quantity": "3"}], "why": "so"})
    assert answer.status == 422
    fields = {problem["field"] for problem in answer.body["problems"]}
    assert fields == {"reason", "lines[0].line_number", "lines[0].quantity", "why"}


def test_a_batch_is_whole_or_nothing(partner: Partner, shop: Any) -> None:
    item = {"owner": "OWN", "sku": "NEW", "name": "New"}
    answer = partner.put("/items", [item, item | {"sku": "OTHER", "owner": "NOBODY"}])
    assert (answer.status, answer.body["field"]) == (404, "owner")
    assert partner.get("/items", sku=["NEW", "OTHER"]).body["data"] == []


def test_other_media_and_methods_and_addresses_are_problems(partner: Partner, shop: Any) -> None:
    form = partner.send("POST", "/orders", b"channel=WEB", kind="application/x-www-form-urlencoded")
    assert (form.status, form.body["code"]) == (415, "unsupported-media-type")
    assert "application/json" in form.body["remedy"]
    wrong = partner.send("DELETE", "/orders")
    assert (wrong.status, wrong.headers["Allow"], wrong.body["code"]) == (405, "GET, POST", "method-not-allowed")
    nothing = partner.get("/nothing")
    assert (nothing.status, nothing.headers["Content-Type"]) == (404, "application/problem+json")
    unknown = partner.get("/orders/WEB-404")
    assert (unknown.status, unknown.body["code"], unknown.body["facts"]["code"]) == (404, "not-found", "WEB-404")
    empty = partner.post("/orders", b"")
    assert (empty.status, empty.body["code"]) == (400, "empty-body")


def test_a_body_past_the_cap_is_refused_before_it_is_read(partner: Partner) -> None:
    response = Client().generic(
        "POST",
        "/api/v1/orders",
        b"{}",
        content_type="application/json",
        headers={"Authorization": f"Bearer {partner.key}"},
        CONTENT_LENGTH=str(10**9),
    )
    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")
    assert "x-ndjson" in orjson.loads(response.content)["remedy"]


def test_a_body_that_breaks_off_is_refused_and_places_nothing(partner: Partner, shop: Any) -> None:
    body = orjson.dumps(partner.order(("A", 1)))
    for kind in ("application/json", "application/x-ndjson"):
        environ: Any = {"CONTENT_LENGTH": str(len(body) + 100), "wsgi.input": BytesIO(body)}
        response = partner.client.generic(
            "POST",
            "/api/v1/orders",
            body,
            content_type=kind,
            headers={"Authorization": f"Bearer {partner.key}"},
            **environ,
        )
        assert (response.status_code, orjson.loads(response.content)["code"]) == (400, "body-broke-off")
    assert partner.get("/orders").body["data"] == []


def test_nul_characters_are_refused_wherever_they_come(partner: Partner, shop: Any) -> None:
    assert partner.get("/orders/WEB-%00").status == 422
    assert partner.get("/orders?q=%00").status == 422
    assert partner.put("/owners", b'[{"code": "A", "name": "x\\u0000"}]').status == 422


def test_a_wrong_cursor_is_refused(partner: Partner) -> None:
    for address in ("/orders", "/items", "/events", "/channel-messages?channel=WEB"):
        for cursor in ("x", "e30", "WyJhIl0", "-1", "MTA5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"):
            answer = partner.get(f"{address}{'&' if '?' in address else '?'}cursor={cursor}")
            assert (answer.status, answer.body["field"]) == (422, "cursor"), (address, cursor)


def test_no_address_whatever_makes_us_fail(partner: Partner, shop: Any) -> None:
    """Every read with junk in its path and in each parameter it has: 4xx or a success, never a 5xx."""
    schema = orjson.loads(partner.client.get("/api/v1/openapi.json").content)
    for path, methods in schema["paths"].items():
        if "get" not in methods:
            continue
        names = [given["name"] for given in methods["get"]["parameters"] if given["in"] == "query"]
        for junk in (
            "1",
            "-1",
            "x" * 3_000,
            "9" * 30,
            "ä'\";--",
            "%",
            "_",
            "null",
            "2026-01-01",
            "\ud800".encode("utf-8", "replace").decode(),
        ):
            address = re.sub(r"\{[^}]+\}", quote(junk, safe=""), path).removeprefix("/api/v1")
            answer = partner.get(address, **dict.fromkeys(names, junk))
            assert answer.status < 500, (path, junk, answer.raw)
            if answer.status >= 400:
                assert answer.headers["Content-Type"] == "application/problem+json", (path, junk)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
words = st.sampled_from(
    ["channel", "channel_order_id", "placed_at", "currency", "ship_to", "lines", "sku", "quantity", "reason", "node", "badge"]
)


def test_no_body_whatever_makes_us_fail(partner: Partner, shop: Any) -> None:
    """Any JSON, and any bytes, at every command: a 4xx problem or a success, never a 5xx."""
    addresses = [
        ("POST", "/orders"), ("POST", "/orders/release"), ("POST", "/orders/WEB-1/cancel"), ("PUT", "/items"), ("PUT", "/nodes"),
        ("PUT", "/channels"), ("PUT", "/tariffs"), ("PUT", "/safety-stock"), ("POST", "/receipts"), ("POST", "/waves"),
        ("POST", "/floor/sessions"), ("POST", "/floor/sessions/1/scans"), ("POST", "/counts"), ("PUT", "/badges"),
    ]  # fmt: skip

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None)
    @given(
        st.sampled_from(addresses),
        st.dictionaries(words, json_values, max_size=6) | json_values | st.binary(max_size=40),
        st.booleans(),
    )
    def never_fails(address: tuple[str, str], value: Any, listed: bool) -> None:
        body = (
            value
            if isinstance(value, bytes)
            else orjson.dumps([value] if listed else value, default=str, option=orjson.OPT_NON_STR_KEYS)
            if _fits(value)
            else b"[1e400]"
        )
        answer = partner.send(address[0], address[1], body)
        assert answer.status < 500, (address, body, answer.raw)
        if answer.status >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert answer.body["detail"]

    never_fails()


def _fits(value: Any) -> bool:
    try:
        orjson.dumps(value)
    except TypeError:
        return False
    return True
