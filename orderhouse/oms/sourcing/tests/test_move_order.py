"""Another choice of node: asked about, and made."""

from __future__ import annotations

import pytest

from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.orders.queries import order_detail
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.sourcing.move_order import CannotShipFromThere, NothingToMove, move_order
from orderhouse.oms.sourcing.what_if import Terms, as_it_is, ask_about, what_if
from orderhouse.oms.tests.shop import Shop


def stocked(shop: Shop, units: int = 5) -> int:
    for node in ("MAIN", "NORTH"):
        for sku in ("A", "B"):
            shop.report(node, sku, units)
    return shop.order({"A": 2, "B": 1})


def node_ids(shop: Shop) -> dict[str, int]:
    from orderhouse.catalog.queries import nodes

    with unit_of_work(shop.business.tenant_id):
        return {node.code: node.id for node in nodes(shop.business.tenant_id).values()}


def test_what_if_costs_another_node_by_the_same_rules_and_writes_nothing(shop: Shop) -> None:
    order_id = stocked(shop)
    tenant, ids = shop.business.tenant_id, node_ids(shop)
    before = order_detail(tenant, order_id)
    question = ask_about(tenant, order_id, shop.by.at)
    assert question is not None
    assert question.units == 3
    now = what_if(question, as_it_is(question))
    there = what_if(question, {1: [ids["NORTH"]], 2: [ids["NORTH"]]})
    split = what_if(question, {1: [ids["MAIN"]], 2: [ids["NORTH"]]})
    assert now.takes == {1: {"MAIN": 2}, 2: {"MAIN": 1}}
    assert now.decision.cost == before.decisions[-1].explanation["cost"]
    assert there.takes == {1: {"NORTH": 2}, 2: {"NORTH": 1}}
    assert there.decision.parts.split == 0
    assert split.decision.parts.split == 150
    assert split.decision.cost > there.decision.cost >= now.decision.cost
    assert order_detail(tenant, order_id) == before


def test_what_if_tells_what_another_service_or_place_would_mean(shop: Shop) -> None:
    question = ask_about(shop.business.tenant_id, stocked(shop), shop.by.at)
    assert question is not None
    glasgow = what_if(question, terms=Terms(destination=(55.86, -4.25, "GB")))
    assert set(glasgow.takes[1]) == {"NORTH"}
    assert what_if(question, terms=Terms(service="by-balloon")).waits == 3


def test_an_order_moves_to_the_node_somebody_chose_and_the_story_says_why(shop: Shop) -> None:
    order_id = stocked(shop)
    moved = move_order(by=shop.by, order_id=order_id, nodes={1: ["NORTH"], 2: ["NORTH"]}, reason="the truck from MAIN broke down")
    assert (moved.before, moved.after, moved.waiting) == ({"MAIN": 3}, {"NORTH": 3}, 0)
    assert shop.promised("A", "MAIN") == {"available": 5}
    assert shop.promised("A", "NORTH") == {"available": 3, "reserved": 2}
    order = order_detail(shop.business.tenant_id, order_id)
    told = order.story[-1]
    assert (told.type, told.facts["reason"]) == ("order-moved", "the truck from MAIN broke down")
    assert len(order.decisions) == 2
    assert shop.violations() == {}


def test_one_line_moves_and_the_other_stays(shop: Shop) -> None:
    order_id = stocked(shop)
    assert move_order(by=shop.by, order_id=order_id, nodes={2: ["NORTH"]}, reason="try").after == {"MAIN": 2, "NORTH": 1}
    assert move_order(by=shop.by, order_id=order_id, reason="together again").after == {"MAIN": 3}


def test_nobody_is_moved_to_a_node_that_cannot_promise_it(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    shop.report("NORTH", "A", 1)
    order_id = shop.order({"A": 3})
    with pytest.raises(CannotShipFromThere, match="NORTH cannot promise 2 of the 3 units"):
        move_order(by=shop.by, order_id=order_id, nodes={1: ["NORTH"]}, reason="try")
    assert shop.line(order_id) == {"reserved": 3}
    assert shop.promised("A", "MAIN") == {"available": 2, "reserved": 3}


def test_what_was_released_is_not_moved(shop: Shop) -> None:
    order_id = stocked(shop)
    release_orders(by=shop.by, order_ids=[order_id])
    with pytest.raises(NothingToMove) as refused:
        move_order(by=shop.by, order_id=order_id, reason="try")
    assert "3 units are released" in str(refused.value)
    assert "recall" in refused.value.how_to_mend
    assert ask_about(shop.business.tenant_id, order_id, shop.by.at) is None


def test_a_move_names_a_reason_lines_and_nodes_that_are(shop: Shop) -> None:
    order_id = stocked(shop)
    with pytest.raises(InvalidInput):
        move_order(by=shop.by, order_id=order_id, reason="")
    with pytest.raises(InvalidInput):
        move_order(by=shop.by, order_id=order_id, nodes={7: ["MAIN"]}, reason="try")
    with pytest.raises(NotFound):
        move_order(by=shop.by, order_id=order_id, nodes={1: ["MOON"]}, reason="try")


def test_candidates_are_kept_with_every_part_of_their_cost(shop: Shop) -> None:
    order = order_detail(shop.business.tenant_id, stocked(shop))
    for candidate in order.decisions[0].explanation["candidates"]:
        assert sum(candidate["parts"].values()) == candidate["alone"]
