from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, get_args, get_origin, get_type_hints

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.contract import codec
from orderhouse.contract.messages import MESSAGES, Address, ReleaseLine, ReleaseOrder, SubmitLine, SubmitOrder
from orderhouse.kernel.errors import InvalidInput

_texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12)
_scalars: dict[Any, st.SearchStrategy[Any]] = {
    str: _texts,
    int: st.integers(-(2**63) + 1, 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    Decimal: st.decimals(min_value=-(10**14), max_value=10**14, places=4),
    datetime: st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
}


def _any(kind: Any) -> st.SearchStrategy[Any]:
    if kind in _scalars:
        return _scalars[kind]
    args = get_args(kind)
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.builds(kind, **{field.name: _any(hints[field.name]) for field in fields(kind)})
    if get_origin(kind) is tuple and args[-1] is Ellipsis:
        return st.lists(_any(args[0]), max_size=3).map(tuple)
    if get_origin(kind) is tuple:
        return st.tuples(*map(_any, args))
    return st.none() | _any(args[0])


def _order(lines: int = 3) -> SubmitOrder:
    return SubmitOrder(
        channel="WEB",
        channel_order_id="1001",
        placed_at=datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
        currency="EUR",
        ship_to=Address("Ada", "DE", latitude=52.5),
        lines=tuple(SubmitLine(n, f"SKU-{n}", 2, Decimal("12.50")) for n in range(1, lines + 1)),
    )


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.__name__)
def test_what_is_decoded_equals_what_was_encoded(message: Any) -> None:
    @settings(max_examples=15, deadline=None, database=None)
    @given(_any(message))
    def holds(sent: Any) -> None:
        assert codec.decode(message.__name__, message.version, orjson.loads(codec.encode(sent))) == sent

    holds()


def test_fields_with_defaults_may_be_left_out_and_unknown_fields_are_passed_over() -> None:
    payload = {"release": "R/1", "node": "BER", "reason": "buyer", "color": "red"}
    assert codec.decode("CancelRelease", 1, payload).lines == ()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("lines[2].sku", 5),
        ("lines[0].quantity", "2"),
        ("lines[0].quantity", True),
        ("lines[1].quantity", 2.0),
        ("lines[1].quantity", 2**63),
        ("lines[1].unit_price", 12.5),
        ("lines[1].unit_price", "NaN"),
        ("lines[1].unit_price", "1e9"),
        ("placed_at", "2026-03-01T09:30:00"),
        ("placed_at", "yesterday"),
        ("placed_at", "0001-01-01T00:00:00+23:00"),
        ("ship_to", []),
        ("ship_to.lines", "street"),
        ("ship_to.latitude", "52"),
        ("channel", "a\x00b"),
        ("channel", "x" * (codec.MAX_TEXT + 1)),
        ("holds", {}),
        ("customer", None),
    ],
)
def test_a_wrong_value_is_refused_by_its_path(path: str, value: Any) -> None:
    payload = orjson.loads(codec.encode(_order()))
    *steps, last = path.replace("[", ".").replace("]", "").split(".")
    part = payload
    for step in steps:
        part = part[int(step)] if step.isdigit() else part[step]
    part[last] = value
    with pytest.raises(InvalidInput) as refused:
        codec.decode("SubmitOrder", 1, payload)
    assert refused.value.field == path


def test_a_missing_field_is_refused_by_its_path() -> None:
    payload = orjson.loads(codec.encode(_order()))
    del payload["lines"][1]["sku"]
    with pytest.raises(InvalidInput, match=r"lines\[1\]\.sku: is missing"):
        codec.decode("SubmitOrder", 1, payload)


@pytest.mark.parametrize("payload", [None, [], 5, "x"])
def test_a_payload_that_is_no_object_is_refused(payload: Any) -> None:
    with pytest.raises(InvalidInput, match="an object is due"):
        codec.decode("CancelRelease", 1, payload)


@pytest.mark.parametrize(("name", "version"), [("Nonsense", 1), ("SubmitOrder", 2), ("__class__", 1)])
def test_an_unknown_type_or_version_is_refused(name: str, version: int) -> None:
    with pytest.raises(codec.UnknownMessage):
        codec.decode(name, version, {})


@settings(max_examples=150, deadline=None, database=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["release", "node", "lines", "ship_to", "ship_by", "priority"]), inner, max_size=6)
        ),
        max_leaves=12,
    )
)
def test_nonsense_is_refused_and_nothing_worse(payload: Any) -> None:
    with pytest.raises(InvalidInput) as refused:
        codec.decode("ReleaseOrder", 1, payload)
    assert refused.value.field


def test_decimals_are_written_without_exponent() -> None:
    line = orjson.loads(codec.encode(SubmitLine(1, "A", 1, Decimal("1E+2"))))
    assert line["unit_price"] == "100"


def test_large_messages_pass() -> None:
    sent = ReleaseOrder(
        "R/1",
        "R",
        "BER",
        Address("Ada", "DE"),
        "DHL",
        "standard",
        datetime(2026, 3, 1, tzinfo=UTC),
        1,
        tuple(ReleaseLine(n, f"SKU-{n}", "OWN", 1) for n in range(10_000)),
    )
    assert codec.decode("ReleaseOrder", 1, orjson.loads(codec.encode(sent))) == sent
