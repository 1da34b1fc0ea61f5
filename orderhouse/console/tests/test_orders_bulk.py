"""Actions on many orders: shown first, then done to exactly what was shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from django.test import Client

from orderhouse.contract.messages.orders import Address
from orderhouse.contract.outbox import backlog
from orderhouse.kernel import clock
from orderhouse.oms.desk.apply_bulk import apply_bulk
from orderhouse.oms.desk.bulk_actions import bulk_action, bulk_orders
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.prepare_bulk import prepare_bulk
from orderhouse.oms.desk.rehearse_bulk import rehearse_bulk
from orderhouse.oms.orders.hold_orders import hold_orders
from orderhouse.oms.orders.tests.shop import Statements
from orderhouse.oms.releases.release_orders import release_orders

RUGBY = Address(name="Ada", country="GB", city="Rugby", latitude=52.37, longitude=-1.26)
"""So near to MAIN that its parcels go by the cheapest zone."""


def begin(desk: Client, verb: str, orders: Sequence[int], **more: str) -> tuple[str, Any]:
    answer = desk.post("/orders/bulk", {"verb": verb, "order": list(orders), **more})
    return answer["Location"], desk.get(answer["Location"])


def told(page: Any) -> dict[int, str]:
    return {order.order_id: " · ".join(said.said) if said else order.why_not for order, said in page.context["rows"]}


def test_a_rehearsed_cancellation_says_what_it_frees_and_changes_nothing(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 5)
    whole, partly, gone = shop.order({"A": 2}), shop.order({"A": 9}), shop.order({"B": 1})
    desk = browser("order_desk")
    _, page = begin(desk, "cancel", [gone])
    desk.post(page.wsgi_request.path + "/do", {"reason": "by mistake"})
    movements = len(shop.letters("ReleaseOrder"))
    where, page = begin(desk, "cancel", [whole, partly, gone])
    assert told(page) == {
        whole: "2 units cancelled · 2 units are free for others",
        partly: "9 units cancelled · 3 units are free for others",
        gone: "it is cancelled",
    }
    assert page.context["freed"] == 5
    assert [(currency, str(amount)) for currency, amount in page.context["money"]] == [("GBP", "27.5000")]
    assert (shop.state(whole), shop.state(partly)) == ("reserved", "partly_reserved")
    assert shop.promised("A") == {"reserved": 5}
    assert len(shop.letters("ReleaseOrder")) == movements
    assert "is empty" in desk.post(where + "/do", {}).content.decode()
    assert shop.state(whole) == "reserved"
    done = desk.post(where + "/do", {"reason": "customer rang"}, follow=True)
    assert (shop.state(whole), shop.state(partly)) == ("cancelled", "cancelled")
    assert done.context["bulk"].done == 2
    assert b"customer rang" in done.content
    assert shop.violations() == {}


def test_no_letter_of_a_rehearsal_is_ever_written(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 2})
    before = backlog(shop.by.tenant_id)
    _, page = begin(browser("order_desk"), "release", [order_id])
    assert told(page) == {order_id: "2 units to MAIN"}
    assert shop.letters("ReleaseOrder") == []
    assert backlog(shop.by.tenant_id) == before
    assert shop.state(order_id) == "reserved"


def test_what_changed_after_it_was_shown_is_reported_and_left_alone(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 5)
    steady, moved = shop.order({"A": 1}), shop.order({"A": 1})
    desk = browser("order_desk")
    where, _ = begin(desk, "release", [steady, moved])
    hold_orders(by=shop.by, order_ids=[moved], kind="fraud", reason="looks odd")
    desk.post(where + "/do")
    assert (shop.state(steady), shop.state(moved)) == ("released", "held")
    bulk = desk.get(where).context["bulk"]
    assert (bulk.allowed, bulk.done, bulk.changed) == (2, 1, 1)
    assert b"it changed after it was shown" in desk.get(where).content


def test_doing_it_twice_does_it_once(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 1})
    desk = browser("order_desk")
    where, _ = begin(desk, "release", [order_id])
    desk.post(where + "/do")
    desk.post(where + "/do")
    assert len(shop.letters("ReleaseOrder")) == 1


def test_each_refusal_says_why(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    free, held = shop.order({"A": 1}), shop.order({"A": 1})
    hold_orders(by=shop.by, order_ids=[held], kind="payment", reason="not paid")
    whole = shop.order({"A": 1, "C": 4}, channel="WHOLE")
    waiting = shop.order({"B": 1})
    desk = browser("order_desk")
    _, page = begin(desk, "release", [free, held, whole, waiting])
    assert told(page) == {
        free: "1 unit to MAIN",
        held: "it is held (payment)",
        whole: "its channel wants it whole, and 4 of its units wait for stock",
        waiting: "nothing of it is reserved",
    }
    _, page = begin(desk, "lift", [free, held])
    assert told(page) == {free: "no hold is open", held: "hold lifted (payment) · 1 unit to MAIN"}


def test_a_hold_is_taken_back_by_its_way_back(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 3)
    orders = [shop.order({"A": 1}), shop.order({"A": 1})]
    desk = browser("order_desk")
    where, _ = begin(desk, "hold", orders, kind="address")
    page = desk.post(where + "/do", {"reason": "check the street"}, follow=True)
    assert [shop.state(i) for i in orders] == ["held", "held"]
    undo = page.context["back"]
    back = desk.post(undo[0], undo[1])["Location"]
    assert set(told(desk.get(back)).values()) == {"hold lifted (address)"}
    desk.post(back + "/do")
    assert [shop.state(i) for i in orders] == ["reserved", "reserved"]


def test_a_release_is_recalled_only_while_no_picker_has_begun(shop: Any, browser: Callable[..., Client]) -> None:
    from orderhouse.database import execute, unit_of_work

    shop.report("MAIN", "A", 3)
    waits, begun = shop.order({"A": 1}), shop.order({"A": 1})
    release_orders(by=shop.by, order_ids=[waits, begun])
    with unit_of_work(shop.by.tenant_id):
        execute("UPDATE oms_release SET state = 'picking' WHERE tenant_id = %s AND order_id = %s", (shop.by.tenant_id, begun))
    desk = browser("order_desk")
    where, page = begin(desk, "recall", [waits, begun])
    assert told(page)[begun] == "the floor has begun to pick it"
    desk.post(where + "/do")
    assert len(shop.letters("CancelRelease")) == 1


def test_sourcing_again_compares_nodes_and_cost_and_keeps_the_books(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("NORTH", "A", 4)
    now = shop.by.when(clock.now())  # what was promised long ago would be late from anywhere, and cost so
    wanted = [replace(shop.submission({"A": n}), ship_to=RUGBY) for n in (3, 1)]
    order_id, stays = (placed.order_id or 0 for placed in capture_orders(by=now, submissions=wanted))
    shop.report("MAIN", "A", 3)
    desk = browser("order_desk")
    where, page = begin(desk, "source_again", [order_id, stays])
    assert told(page)[order_id].startswith("NORTH → MAIN")
    before, after = page.context["cost"]
    assert after < before
    desk.post(where + "/do")
    assert shop.promised("A", "MAIN") == {"reserved": 3}
    assert shop.promised("A", "NORTH") == {"available": 3, "reserved": 1}
    assert shop.violations() == {}


def test_all_that_match_takes_the_filter_and_nothing_else(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 9)
    gb = [shop.order({"A": 1}) for _ in range(3)]
    other = shop.order({"A": 1}, channel="CAREFUL")
    desk = browser("order_desk")
    where = desk.post("/orders/bulk", {"verb": "hold", "all": "yes", "query": "channel=WEB"})["Location"]
    page = desk.get(where)
    assert set(told(page)) == set(gb)
    desk.post(where + "/do", {"reason": "stocktaking"})
    assert {shop.state(i) for i in gb} == {"held"}
    assert shop.state(other) != "held"


def test_a_large_action_goes_on_batch_by_batch(shop: Any) -> None:
    shop.report("MAIN", "A", 9)
    orders = [shop.order({"A": 1}) for _ in range(5)]
    bulk_id = prepare_bulk(by=shop.by, verb="hold", arguments={"kind": "price"}, order_ids=orders)
    assert rehearse_bulk(by=shop.by, bulk_id=bulk_id, limit=2).rehearsed == 2
    assert rehearse_bulk(by=shop.by, bulk_id=bulk_id, limit=2).rehearsed == 4
    assert rehearse_bulk(by=shop.by, bulk_id=bulk_id, limit=2).allowed == 5
    assert apply_bulk(by=shop.by, bulk_id=bulk_id, arguments={"reason": "x"}, limit=3).done == 3
    assert bulk_action(shop.by.tenant_id, bulk_id).finished_at is None
    assert apply_bulk(by=shop.by, bulk_id=bulk_id, limit=3).finished_at is not None
    assert {order.outcome for order in bulk_orders(shop.by.tenant_id, bulk_id)} == {"done"}


def test_the_statements_of_a_batch_do_not_grow_with_it(shop: Any) -> None:
    shop.report("MAIN", "A", 40)
    sent = []
    for size in (2, 12):
        orders = [shop.order({"A": 1}) for _ in range(size)]
        bulk_id = prepare_bulk(by=shop.by, verb="cancel", arguments={}, order_ids=orders)
        with Statements() as counted:
            rehearse_bulk(by=shop.by, bulk_id=bulk_id)
            apply_bulk(by=shop.by, bulk_id=bulk_id, arguments={"reason": "x"})
        sent.append(len(counted.sent))
    assert sent[0] == sent[1]


def test_strangers_orders_and_strangers_roles_get_nowhere(shop: Any, browser: Callable[..., Client]) -> None:
    order_id = shop.order({"A": 1})
    answer = browser("order_desk").post("/orders/bulk", {"verb": "cancel", "order": ["1", "nonsense", "9" * 40]}, follow=True)
    assert b"no order is chosen" in answer.content
    for role in ("auditor", "warehouse_manager"):
        assert browser(role).post("/orders/bulk", {"verb": "cancel", "order": [order_id]}).status_code == 403
    assert (
        b"is no action" in browser("order_desk").post("/orders/bulk", {"verb": "drop", "order": [order_id]}, follow=True).content
    )
