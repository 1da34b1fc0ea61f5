"""What may be promised, and that its explanation adds up."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.catalog.queries import items_by_sku, nodes
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.kernel.identifiers import new_id
from orderhouse.oms.channels.queries import channel_by_code
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.tests.test_capture_together import Crowd, blocked, nobody_gets_past
from orderhouse.oms.orders.tests.shop import race
from orderhouse.oms.promise.queries import available_to_promise, explain_availability, movements_behind
from orderhouse.oms.promise.rules import ItemFigures, promise_of
from orderhouse.oms.promise.set_safety_stock import SafetyTarget, set_safety_stock
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.tests.shop import Shop


@pytest.fixture
def item_id(shop: Shop) -> int:
    with unit_of_work(shop.by.tenant_id):
        return items_by_sku(shop.by.tenant_id, shop.business.owner_id, ["A"])["A"].id


def node_ids(shop: Shop) -> dict[str, int]:
    with unit_of_work(shop.by.tenant_id):
        return {node.code: node.id for node in nodes(shop.by.tenant_id).values()}


def announce(shop: Shop, item_id: int, quantity: int, days: int) -> None:
    with unit_of_work(shop.by.tenant_id):
        execute(
            """INSERT INTO oms_incoming (tenant_id, id, receipt_number, node_id, item_id, owner_id, quantity, due_at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s)""",
            (
                *(shop.by.tenant_id, new_id(), f"R{days}", node_ids(shop)["MAIN"], item_id, shop.business.owner_id, quantity),
                shop.by.at + timedelta(days=days),
            ),
        )


_few = st.integers(0, 50)


@given(st.builds(ItemFigures, st.just(1), _few, _few, _few, _few, _few, _few, st.integers(0, 100)))
def test_a_channel_is_never_promised_more_than_there_is_less_its_buffer(figures: ItemFigures) -> None:
    most = figures.available + figures.incoming
    promised = promise_of(figures)
    assert 0 <= promised <= most
    assert promised == 0 or promised <= most - figures.buffer
    assert promised * 100 <= most * figures.share_percent
    assert promise_of(figures._replace(incoming=0)) <= promised  # what is announced never lowers it


def test_what_is_reserved_released_or_kept_back_is_not_promised(shop: Shop, item_id: int) -> None:
    tenant = shop.by.tenant_id
    shop.report("MAIN", "A", 10)
    shop.report("NORTH", "A", 4)
    release_orders(by=shop.by, order_ids=[shop.order({"A": 3})])
    shop.order({"A": 2})
    set_safety_stock(by=shop.by, targets=[SafetyTarget(node_ids(shop)["NORTH"], item_id, 1)])
    assert available_to_promise(tenant, [item_id, 1]) == {item_id: 8, 1: 0}
    why = explain_availability(tenant, item_id)
    assert why.available_to_promise == 8
    main, north = why.nodes
    assert (main.reported, main.available.quantity, main.reserved.quantity, main.released.quantity, main.gap) == (10, 5, 2, 3, 0)
    assert (north.safety.quantity, north.safety_target, north.available.quantity) == (1, 1, 3)
    assert why.sentences == (
        "MAIN: 10 on hand, less 2 reserved, less 3 released: 5 free.",
        "NORTH: 4 on hand, less 1 safety stock: 3 free.",
        "8 may be promised.",
    )


def test_every_figure_is_the_sum_of_its_movements(shop: Shop, item_id: int) -> None:
    shop.report("MAIN", "A", 10)
    shop.order({"A": 3})
    shop.order({"A": 2})
    shop.report("MAIN", "A", -1, "damaged")
    (main, _) = explain_availability(shop.by.tenant_id, item_id).nodes
    for figure in (main.available, main.reserved):
        assert figure.account_id is not None
        behind = movements_behind(shop.by.tenant_id, figure.account_id)
        assert sum(movement.delta for movement in behind) == figure.quantity
    assert {movement.cause for movement in movements_behind(shop.by.tenant_id, main.reserved.account_id or 0)} == {"order"}


def test_a_channel_sees_its_share_less_its_buffer(shop: Shop, item_id: int) -> None:
    with unit_of_work(shop.by.tenant_id):
        careful = channel_by_code(shop.by.tenant_id, "CAREFUL").id  # buffer 3, half
    seen = []
    for gained in (3, 1, 1, 15):
        shop.report("MAIN", "A", gained)
        seen.append(available_to_promise(shop.by.tenant_id, [item_id], careful)[item_id])
    assert seen == [0, 1, 2, 10]  # of 3, 4, 5 and 20
    why = explain_availability(shop.by.tenant_id, item_id, careful)
    assert (why.buffer, why.share_percent, why.available_to_promise) == (3, 50, 10)


def test_by_a_date_what_comes_counts_after_those_who_have_a_claim_on_it(shop: Shop, item_id: int) -> None:
    tenant = shop.by.tenant_id
    announce(shop, item_id, 10, days=3)
    announce(shop, item_id, 10, days=30)
    soon = shop.by.at + timedelta(days=7)
    assert available_to_promise(tenant, [item_id])[item_id] == 0
    assert available_to_promise(tenant, [item_id], at_date=soon)[item_id] == 10
    shop.order({"A": 4})  # waits
    assert available_to_promise(tenant, [item_id], at_date=soon)[item_id] == 6
    set_safety_stock(by=shop.by, targets=[SafetyTarget(node_ids(shop)["MAIN"], item_id, 5)])
    assert available_to_promise(tenant, [item_id], at_date=soon)[item_id] == 1
    assert available_to_promise(tenant, [item_id], at_date=shop.by.at + timedelta(days=40))[item_id] == 11
    why = explain_availability(tenant, item_id, at_date=soon)
    assert (why.available_to_promise, why.waiting, why.nodes[0].incoming) == (1, 4, 10)
    assert "5 missing from safety stock and 4 waited for, which leaves 1" in why.sentences[-2]


def test_a_closed_node_promises_nothing(shop: Shop, item_id: int) -> None:
    shop.report("MAIN", "A", 10)
    closed = NodeDefinition("MAIN", "Daventry", "warehouse", "GB", 52.26, -1.16, active=False)
    define_nodes(by=shop.by, nodes=[closed])
    assert available_to_promise(shop.by.tenant_id, [item_id]) == {item_id: 0}
    assert explain_availability(shop.by.tenant_id, item_id).sentences[0] == "MAIN is closed: its 10 free units do not count."


def test_safety_stock_takes_what_is_free_and_gives_back_what_is_no_longer_wanted(shop: Shop, item_id: int) -> None:
    main = node_ids(shop)["MAIN"]
    shop.report("MAIN", "A", 4)
    assert set_safety_stock(by=shop.by, targets=[SafetyTarget(main, item_id, 6)]) == set()
    assert shop.promised("A") == {"safety": 4}
    shop.report("MAIN", "A", 5)
    assert shop.promised("A") == {"safety": 6, "available": 3}
    assert set_safety_stock(by=shop.by, targets=[SafetyTarget(main, item_id, 2)]) == {item_id}
    assert shop.promised("A") == {"safety": 2, "available": 7}
    assert shop.violations() == {}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [({"quantity": -1}, InvalidInput), ({"node_id": 1}, NotFound), ({"item_id": 1}, NotFound)],
)
def test_a_target_that_cannot_be_right_is_refused(
    shop: Shop, item_id: int, changes: dict[str, int], refusal: type[Exception]
) -> None:
    right = SafetyTarget(node_ids(shop)["MAIN"], item_id, 1)
    with pytest.raises(refusal):
        set_safety_stock(by=shop.by, targets=[right._replace(**changes)])
    with pytest.raises(InvalidInput):
        set_safety_stock(by=shop.by, targets=[right, right])
    with pytest.raises(NotFound):
        explain_availability(shop.by.tenant_id, 1)


def test_units_that_come_free_at_once_fill_the_safety_stock_once(shop: Shop, item_id: int) -> None:
    shop.report("MAIN", "A", 10)
    orders = [shop.order({"A": 5}) for _ in range(2)]
    set_safety_stock(by=shop.by, targets=[SafetyTarget(node_ids(shop)["MAIN"], item_id, 4)])
    assert shop.promised("A") == {"reserved": 10}
    crowd = Crowd()
    with nobody_gets_past(shop, "A"):
        crowd.come(*(partial(cancel_order, by=shop.by, order_id=order, reason="changed their mind") for order in orders))
        blocked(2)
    crowd.leave()
    assert shop.promised("A") == {"safety": 4, "available": 6}
    assert shop.violations() == {}


def test_orders_and_safety_stock_that_meet_on_the_last_units_never_take_one_twice(shop: Shop, item_id: int) -> None:
    main = node_ids(shop)["MAIN"]
    shop.report("MAIN", "A", 12)
    racers: list[Any] = [partial(shop.order, {"A": 2}) for _ in range(4)]
    racers += [partial(set_safety_stock, by=shop.by, targets=[SafetyTarget(main, item_id, n)]) for n in (3, 9, 1)]
    answers = race(*racers)
    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    assert sum(shop.promised("A").values()) == 12
    assert shop.violations() == {}
