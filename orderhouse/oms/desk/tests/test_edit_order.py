"""What may change after an order was placed, and what follows from it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orderhouse.contract.events import story
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.desk.edit_order import CannotEditOrder, OrderChanges, ReleasedElsewhere, ReleasedUnits, edit_order
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.desk.recall_order import recall_order
from orderhouse.oms.desk.rehearse import rehearse
from orderhouse.oms.orders.cancel_orders import cancel_orders
from orderhouse.oms.orders.queries import order_detail
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.tests.shop import LONDON, Shop

GLASGOW = replace(LONDON, city="Glasgow", postal_code="G1", lines=("1 High Street",), latitude=55.86, longitude=-4.25)


def edit(shop: Shop, order_id: int, reason: str = "the customer called", **changes: Any) -> Any:
    return edit_order(by=shop.by, order_id=order_id, changes=OrderChanges(**changes), reason=reason)


def stocked(shop: Shop) -> int:
    for node in ("MAIN", "NORTH"):
        shop.report(node, "A", 5)
    return shop.order({"A": 2})


def test_a_new_address_sources_the_order_from_the_node_next_to_it(shop: Shop) -> None:
    order_id = stocked(shop)
    outcome = edit(shop, order_id, ship_to=GLASGOW)
    assert outcome.sourced_again
    assert shop.promised("A", "MAIN") == {"available": 5}
    assert shop.promised("A", "NORTH") == {"available": 3, "reserved": 2}
    order = order_detail(shop.business.tenant_id, order_id)
    assert (order.ship_to["city"], order.state) == ("Glasgow", "reserved")
    told = next(event for event in order.story if event.type == "order-edited")
    assert (told.facts["before"]["city"], told.facts["after"]["city"]) == ("London", "Glasgow")
    assert told.facts["reason"] == "the customer called"
    assert shop.violations() == {}


def test_a_corrected_name_moves_no_unit_and_keeps_the_promise(shop: Shop) -> None:
    order_id = stocked(shop)
    before = order_detail(shop.business.tenant_id, order_id)
    outcome = edit(shop, order_id, ship_to=replace(LONDON, name="Ada Lovelace"))
    after = order_detail(shop.business.tenant_id, order_id)
    assert outcome.changed == {"name": ("Ada", "Ada Lovelace")}
    assert not outcome.sourced_again
    assert (after.promised_at, len(after.decisions)) == (before.promised_at, len(before.decisions))


def test_coordinates_of_the_old_place_do_not_stay_with_a_new_one(shop: Shop) -> None:
    order_id = stocked(shop)
    edit(shop, order_id, ship_to=replace(LONDON, city="Leeds", postal_code="LS1"))
    assert "latitude" not in order_detail(shop.business.tenant_id, order_id).ship_to


def test_what_a_node_was_told_to_ship_is_recalled_before_its_address_changes(shop: Shop) -> None:
    order_id = stocked(shop)
    release_orders(by=shop.by, order_ids=[order_id])
    with pytest.raises(ReleasedElsewhere) as refused:
        edit(shop, order_id, ship_to=GLASGOW)
    assert "2 unit(s)" in str(refused.value)
    assert "MAIN" in str(refused.value)
    recall_order(by=shop.by, order_id=order_id, reason="new address")
    assert len(shop.letters("CancelRelease")) == 1


def test_more_units_are_promised_and_fewer_are_free_at_once(shop: Shop) -> None:
    order_id = stocked(shop)
    assert edit(shop, order_id, quantities={1: 4}).more == 2
    assert shop.line(order_id) == {"reserved": 4}
    assert edit(shop, order_id, quantities={1: 1}).fewer == 3
    assert shop.line(order_id) == {"reserved": 1, "cancelled": 3}
    assert shop.promised("A", "MAIN") == {"available": 4, "reserved": 1}
    assert shop.violations() == {}


def test_more_units_than_there_are_wait(shop: Shop) -> None:
    order_id = stocked(shop)
    assert edit(shop, order_id, quantities={1: 12}).waiting == 2
    assert shop.line(order_id) == {"reserved": 10, "backordered": 2}


def test_units_at_a_node_cannot_be_edited_away(shop: Shop) -> None:
    order_id = stocked(shop)
    release_orders(by=shop.by, order_ids=[order_id])
    with pytest.raises(ReleasedUnits):
        edit(shop, order_id, quantities={1: 1})
    assert shop.line(order_id) == {"released": 2}
    edit(shop, order_id, quantities={1: 3})
    assert shop.line(order_id) == {"released": 2, "reserved": 1}


def test_a_service_nobody_carries_no_change_no_reason_and_a_strange_order_are_refused(shop: Shop) -> None:
    order_id = stocked(shop)
    for changes in ({"service": "by-balloon"}, {}, {"quantities": {9: 1}}, {"quantities": {1: -1}}):
        with pytest.raises(InvalidInput):
            edit(shop, order_id, **changes)
    with pytest.raises(InvalidInput):
        edit(shop, order_id, reason=" ", quantities={1: 1})
    with pytest.raises(NotFound):
        edit(shop, 1, quantities={1: 1})
    cancel_orders(by=shop.by, order_ids=[order_id], reason="no longer wanted")
    with pytest.raises(CannotEditOrder):
        edit(shop, order_id, quantities={1: 3})


def test_a_channel_that_sees_half_the_stock_keeps_what_its_order_had(shop: Shop) -> None:
    for node in ("MAIN", "NORTH"):
        shop.report(node, "A", 6)
    order_id = shop.order({"A": 4}, channel="CAREFUL")
    edit(shop, order_id, ship_to=GLASGOW)
    assert shop.line(order_id) == {"reserved": 4}
    assert shop.violations() == {}


def test_a_rehearsal_tells_what_would_be_and_leaves_no_trace(shop: Shop) -> None:
    order_id = stocked(shop)
    tenant = shop.business.tenant_id
    before = (shop.promised("A"), len(story(tenant, "order", order_id)), len(shop.letters("OrderAcknowledged")))
    outcome = rehearse(tenant, lambda: edit(shop, order_id, ship_to=GLASGOW))
    assert outcome.sourced_again
    assert (shop.promised("A"), len(story(tenant, "order", order_id)), len(shop.letters("OrderAcknowledged"))) == before


def test_an_edited_order_goes_on_when_its_hold_is_lifted(shop: Shop) -> None:
    order_id = stocked(shop)
    recall_order(by=shop.by, order_id=order_id, reason="new address")
    edit(shop, order_id, ship_to=GLASGOW)
    assert shop.state(order_id) == "held"
    lift_hold(by=shop.by, order_id=order_id, release=True)
    (letter,) = shop.letters("ReleaseOrder")
    assert (letter["node"], letter["ship_to"]["city"]) == ("NORTH", "Glasgow")
