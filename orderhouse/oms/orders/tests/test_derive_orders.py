"""The state in the database is the state of the pure rule, whatever the lines, holds and parcels are."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.identifiers import new_id
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.orders.place_orders import place_orders
from orderhouse.oms.orders.rules import IllegalStep, OrderFacts, derive_state
from orderhouse.oms.orders.tests.shop import Shop

TRACKS = ("cancelled", "backordered", "reserved", "released", "shipped")


class Undone(Exception):
    """Ends an example without a trace."""


@pytest.fixture
def shop(business: Any) -> Shop:
    return Shop(business)


@pytest.fixture
def order_id(shop: Shop) -> int:
    (placed,) = place_orders(by=shop.by, submissions=[shop.submission("D", ("CUP", 1), ("TEA", 1))])
    return placed.order_id or 0


_units = st.one_of(st.just(0), st.just(0), st.integers(1, 3))
_line = st.fixed_dictionaries(dict.fromkeys(TRACKS, _units)).filter(lambda counts: sum(counts.values()) > 0)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.tuples(_line, _line),
    returned=st.tuples(st.sampled_from(["none", "some", "all"]), st.sampled_from(["none", "all"])),
    holds=st.dictionaries(st.sampled_from(["fraud", "manual", "payment"]), st.booleans(), max_size=3),
    sourced=st.booleans(),
    parcels=st.lists(st.booleans(), max_size=3),
)
def test_the_database_derives_what_the_rule_derives(
    shop: Shop,
    order_id: int,
    lines: tuple[dict[str, int], dict[str, int]],
    returned: tuple[str, str],
    holds: dict[str, bool],
    sourced: bool,
    parcels: list[bool],
) -> None:
    back = [
        {"none": 0, "some": min(1, counts["shipped"]), "all": counts["shipped"]}[how]
        for counts, how in zip(lines, returned, strict=True)
    ]
    expected = derive_state(
        OrderFacts(sum(sum(counts.values()) for counts in lines))._replace(
            **{track: sum(counts[track] for counts in lines) for track in TRACKS},
            returned=sum(back),
            open_holds=sum(is_open for is_open in holds.values()),
            lifted_holds=sum(not is_open for is_open in holds.values()),
            sourced=sourced,
            parcels=len(parcels),
            undelivered=sum(not delivered for delivered in parcels),
        )
    )
    tenant, by = shop.tenant_id, shop.by
    with suppress(Undone), unit_of_work(tenant):
        for number, (counts, units_back) in enumerate(zip(lines, back, strict=True), 1):
            execute(
                """UPDATE oms_order_line SET ordered = %s, cancelled = %s, backordered = %s, reserved = %s, released = %s,
                          shipped = %s, returned = %s
                   WHERE tenant_id = %s AND order_id = %s AND line_number = %s""",
                (sum(counts.values()), *(counts[track] for track in TRACKS), units_back, tenant, order_id, number),
            )
        for kind, is_open in holds.items():
            lifted = (None, None) if is_open else ("tester", by.at)
            execute(
                """INSERT INTO oms_hold (tenant_id, id, order_id, kind, reason, placed_by, placed_at, lifted_by, lifted_at)
                   VALUES (%s, %s, %s, %s, 'test', 'tester', %s, %s, %s)""",
                (tenant, new_id(), order_id, kind, by.at, *lifted),
            )
        execute(
            "UPDATE oms_order SET sourced_at = %s WHERE tenant_id = %s AND id = %s",
            (by.at if sourced else None, tenant, order_id),
        )
        if parcels:
            _ship(shop, order_id, parcels)
        steps = derive_orders(by=by, order_ids=[order_id])
        assert [(step.before, step.after) for step in steps] == ([] if expected == "received" else [("received", expected)])
        assert derive_orders(by=by, order_ids=[order_id]) == []
        raise Undone


def _ship(shop: Shop, order_id: int, parcels: list[bool]) -> None:
    release_id, shipment_id, node_id = new_id(), new_id(), shop.nodes["NORTH"]
    execute(
        "INSERT INTO oms_release (tenant_id, id, number, order_id, node_id, state, sent_at, ship_by) VALUES (%s, %s, 'D/1', %s, %s, 'sent', %s, %s)",
        (shop.tenant_id, release_id, order_id, node_id, shop.by.at, shop.by.at),
    )
    execute(
        """INSERT INTO oms_shipment (tenant_id, id, number, release_id, order_id, node_id, carrier, service, shipped_at)
           VALUES (%s, %s, 'S-1', %s, %s, %s, 'POST', 'standard', %s)""",
        (shop.tenant_id, shipment_id, release_id, order_id, node_id, shop.by.at),
    )
    for n, delivered in enumerate(parcels):
        execute(
            """INSERT INTO oms_parcel (tenant_id, id, shipment_id, sscc, tracking, weight_grams, delivered_at)
               VALUES (%s, %s, %s, %s, %s, 100, %s)""",
            (shop.tenant_id, new_id(), shipment_id, f"{n:018d}", f"T{n}", shop.by.at if delivered else None),
        )


def test_an_illegal_step_is_refused_and_undone(shop: Shop, order_id: int) -> None:
    with unit_of_work(shop.tenant_id):
        execute(
            "UPDATE oms_order SET state = 'shipped' WHERE tenant_id = %s AND id = %s",
            (shop.tenant_id, order_id),
        )
    with pytest.raises(IllegalStep, match="WEB-D is shipped and cannot become received"):
        derive_orders(by=shop.by, order_ids=[order_id])
    assert shop.state(order_id) == "shipped"
