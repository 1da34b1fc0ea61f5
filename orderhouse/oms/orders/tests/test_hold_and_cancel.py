"""Changes after submission: at once where nobody works on it, asked back where somebody does, refused where it has left."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import CancelRelease, LineQuantity, ReleaseCancelled, ShipmentConfirmed
from orderhouse.contract.messages.shipments import ParcelContent, ShippedParcel
from orderhouse.contract.receivers import registered
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.orders.cancel_lines import cancel_lines
from orderhouse.oms.orders.cancel_orders import cancel_orders
from orderhouse.oms.orders.cancellation import CancelOutcome, CannotCancelShipped
from orderhouse.oms.orders.hold_orders import CannotHoldOrder, hold_orders
from orderhouse.oms.orders.lift_holds import lift_holds
from orderhouse.oms.orders.queries import order_detail
from orderhouse.oms.orders.tests.shop import race
from orderhouse.oms.releases.confirm_cancellations import confirm_cancellations
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.shipments.confirm_shipments import confirm_shipments
from orderhouse.oms.tests.shop import Shop


def counts(outcome: CancelOutcome) -> tuple[int, int, int]:
    return outcome.cancelled_now, outcome.wanted_back, outcome.refused_shipped


def item(shop: Shop, sku: str, order_id: int) -> int:
    return next(line.item_id for line in order_detail(shop.by.tenant_id, order_id).lines if line.sku == sku)


def ship(shop: Shop, order_id: int, quantity: int) -> None:
    (release,) = order_detail(shop.by.tenant_id, order_id).releases
    parcel = ShippedParcel("095212340000000019", f"T{order_id}", 500, 300, (ParcelContent(1, quantity),))
    message = ShipmentConfirmed(release.number, release.node, f"S{order_id}", "PARCELUK", "standard", shop.by.at, (parcel,))
    confirm_shipments(by=shop.by, messages=[message])
    shop.report(release.node, "A", -quantity, "shipped")


def answer(shop: Shop, order_id: int, quantity: int) -> None:
    """The node takes units back."""
    (release,) = order_detail(shop.by.tenant_id, order_id).releases
    message = ReleaseCancelled(release.number, release.node, (LineQuantity(1, quantity),))
    confirm_cancellations(by=shop.by, messages=[message])


def test_what_is_reserved_is_cancelled_and_free_in_the_same_commit(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 3, "B": 2})
    outcome = cancel_orders(by=shop.by, order_ids=[order_id], reason="changed their mind")
    assert counts(outcome) == (5, 0, 0)
    assert outcome.freed_item_ids == {item(shop, "A", order_id)}
    assert shop.state(order_id) == "cancelled"
    assert (shop.line(order_id, 1), shop.line(order_id, 2)) == ({"cancelled": 3}, {"cancelled": 2})
    assert shop.promised("A") == {"available": 5}
    detail = order_detail(shop.by.tenant_id, order_id)
    told = detail.story[-1]
    assert (told.type, told.actor, told.facts["reason"]) == ("lines-cancelled", "tester", "changed their mind")
    assert all(line.reservations == () for line in detail.lines)
    assert shop.violations() == {}
    assert counts(cancel_orders(by=shop.by, order_ids=[order_id], reason="again")) == (0, 0, 0)


def test_fewer_units_give_up_what_waits_before_what_is_reserved(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    shop.report("NORTH", "A", 2)
    order_id = shop.order({"A": 9})
    assert shop.line(order_id) == {"backordered": 3, "reserved": 6}
    outcome = cancel_lines(by=shop.by, order_id=order_id, lines={1: 5}, reason="fewer")
    assert counts(outcome) == (5, 0, 0)
    assert shop.line(order_id) == {"cancelled": 5, "reserved": 4}
    assert shop.promised("A", "NORTH") == {"available": 2}  # the smaller reservation fell away whole
    assert shop.promised("A", "MAIN") == {"reserved": 4}
    assert shop.state(order_id) == "reserved"
    assert shop.violations() == {}


def test_freed_units_pay_what_a_node_owes_before_they_are_free(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    gone = shop.order({"A": 2})
    release_orders(by=shop.by, order_ids=[gone])
    stays = shop.order({"A": 3})
    shop.report("MAIN", "A", -5, "lost")  # the reserved three give way, the released two are owed
    assert shop.promised("A")["shortage"] == -2
    shop.report("MAIN", "A", 2)
    outcome = cancel_orders(by=shop.by, order_ids=[stays], reason="no")
    assert outcome.freed_item_ids == frozenset()
    assert shop.violations() == {}


def test_what_a_node_has_is_asked_back_and_cancelled_by_its_answer(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 5})
    (number,) = release_orders(by=shop.by, order_ids=[order_id])
    outcome = cancel_lines(by=shop.by, order_id=order_id, lines={1: 2}, reason="fewer")
    assert counts(outcome) == (0, 2, 0)
    assert shop.line(order_id) == {"released": 5, "cancel_wanted": 2}
    (letter,) = shop.letters("CancelRelease")
    assert (letter["release"], letter["reason"]) == (number, "fewer")
    assert [(row["line_number"], row["quantity"]) for row in letter["lines"]] == [(1, 2)]
    assert counts(cancel_orders(by=shop.by, order_ids=[order_id], reason="all of it")) == (0, 3, 0)
    assert counts(cancel_orders(by=shop.by, order_ids=[order_id], reason="all of it")) == (0, 0, 0)
    assert len(shop.letters("CancelRelease")) == 2
    answer(shop, order_id, 5)
    assert shop.line(order_id) == {"cancelled": 5}
    assert shop.state(order_id) == "cancelled"
    assert shop.promised("A") == {"available": 5}
    assert shop.violations() == {}


def asked_back(shop: Shop) -> dict[str, int]:
    """Units by release that nodes were asked for, over all letters."""
    asked: Counter[str] = Counter()
    for letter in shop.letters("CancelRelease"):
        asked[letter["release"]] += sum(row["quantity"] for row in letter["lines"])
    return dict(asked)


def give_back_all(shop: Shop, order_id: int) -> None:
    """Every node takes back what it was asked for."""
    asked = asked_back(shop)
    releases = [release for release in order_detail(shop.by.tenant_id, order_id).releases if release.number in asked]
    messages = [ReleaseCancelled(r.number, r.node, (LineQuantity(1, asked[r.number]),)) for r in releases]
    confirm_cancellations(by=shop.by, messages=messages)


def test_the_rest_of_an_order_is_asked_of_the_node_that_has_it_and_not_where_units_are_coming_back_already(shop: Shop) -> None:
    shop.report("MAIN", "A", 2)
    shop.report("NORTH", "A", 1)
    order_id = shop.order({"A": 3})
    release_orders(by=shop.by, order_ids=[order_id])
    sent = {r.number: {"MAIN": 2, "NORTH": 1}[r.node] for r in order_detail(shop.by.tenant_id, order_id).releases}
    assert len(sent) == 2
    cancel_lines(by=shop.by, order_id=order_id, lines={1: 1}, reason="fewer")
    assert counts(cancel_orders(by=shop.by, order_ids=[order_id], reason="all of it")) == (0, 2, 0)
    assert asked_back(shop) == sent, "each node is asked for all it has, once"
    give_back_all(shop, order_id)
    assert shop.line(order_id) == {"cancelled": 3}
    assert shop.state(order_id) == "cancelled"
    assert shop.violations() == {}


def test_what_a_hold_asked_back_is_cancelled_when_it_comes_and_asked_for_once(shop: Shop) -> None:
    shop.report("MAIN", "A", 3)
    order_id = shop.order({"A": 3})
    (number,) = release_orders(by=shop.by, order_ids=[order_id])
    cancel_lines(by=shop.by, order_id=order_id, lines={1: 1}, reason="fewer")
    hold_orders(by=shop.by, order_ids=[order_id], kind="fraud", reason="odd card")
    assert asked_back(shop) == {number: 3}
    assert counts(cancel_orders(by=shop.by, order_ids=[order_id], reason="fraud")) == (0, 2, 0)
    assert asked_back(shop) == {number: 3}
    assert shop.line(order_id) == {"released": 3, "cancel_wanted": 3}
    give_back_all(shop, order_id)
    assert shop.line(order_id) == {"cancelled": 3}
    assert shop.promised("A") == {"available": 3}
    assert shop.violations() == {}


def test_a_node_in_this_process_that_answers_at_once_cancels_exactly_what_was_asked(shop: Shop) -> None:
    shop.report("MAIN", "A", 7)
    order_id = shop.order({"A": 7})
    release_orders(by=shop.by, order_ids=[order_id])

    def give_back(*, by: Any, messages: list[CancelRelease]) -> None:
        put(
            by=by,
            source="wms",
            letters=[Letter("oms", m.release, ReleaseCancelled(m.release, m.node, m.lines)) for m in messages],
        )

    with registered("node:", {CancelRelease: give_back}):
        outcome = cancel_lines(by=shop.by, order_id=order_id, lines={1: 3}, reason="fewer")
        assert counts(outcome) == (3, 0, 0)
        assert shop.line(order_id) == {"cancelled": 3, "released": 4}
        assert shop.promised("A") == {"available": 3, "released": 4}
        held = hold_orders(by=shop.by, order_ids=[order_id], kind="fraud", reason="odd card")
    assert held.recalled == (f"{order_detail(shop.by.tenant_id, order_id).number}/1",)
    assert shop.state(order_id) == "held"
    assert shop.line(order_id) == {"cancelled": 3, "reserved": 4}  # given back, and promised again
    assert release_orders(by=shop.by, order_ids=[order_id]) == []
    assert shop.violations() == {}


def test_what_has_shipped_is_refused_and_a_return_is_offered(shop: Shop) -> None:
    shop.report("MAIN", "A", 3)
    order_id = shop.order({"A": 3})
    release_orders(by=shop.by, order_ids=[order_id])
    ship(shop, order_id, 2)
    assert shop.state(order_id) == "partly_shipped"
    assert counts(cancel_orders(by=shop.by, order_ids=[order_id], reason="late")) == (0, 1, 2)
    ship_rest = ShippedParcel("095212340000000026", "T2", 200, 300, (ParcelContent(1, 1),))
    (release,) = order_detail(shop.by.tenant_id, order_id).releases
    confirm_shipments(
        by=shop.by,
        messages=[ShipmentConfirmed(release.number, release.node, "S2", "PARCELUK", "standard", shop.by.at, (ship_rest,))],
    )
    shop.report("MAIN", "A", -1, "shipped")
    with pytest.raises(CannotCancelShipped) as refusal:
        cancel_orders(by=shop.by, order_ids=[order_id], reason="late")
    assert "return" in refusal.value.how_to_mend
    with pytest.raises(CannotHoldOrder):
        hold_orders(by=shop.by, order_ids=[order_id], kind="manual", reason="wait")
    actions = {action.name: action.allowed for action in order_detail(shop.by.tenant_id, order_id).actions}
    assert (actions["cancel"], actions["hold"], actions["authorize_return"]) == (False, False, True)
    assert shop.violations() == {}


@pytest.mark.parametrize(
    ("lines", "field"), [({9: 1}, "lines[9]"), ({1: 4}, "lines[1]"), ({1: 0}, "lines[1]"), ({1: True}, "lines[1]"), ({}, "lines")]
)
def test_a_cancellation_that_cannot_be_right_is_refused_by_line(shop: Shop, lines: dict[int, int], field: str) -> None:
    order_id = shop.order({"A": 3})
    with pytest.raises(InvalidInput) as refusal:
        cancel_lines(by=shop.by, order_id=order_id, lines=lines, reason="no")
    assert refusal.value.field == field
    assert shop.line(order_id) == {"backordered": 3}


def test_a_cancellation_needs_a_reason_and_an_order(shop: Shop) -> None:
    order_id = shop.order({"A": 3})
    with pytest.raises(InvalidInput):
        cancel_orders(by=shop.by, order_ids=[order_id], reason="  ")
    with pytest.raises(NotFound):
        cancel_orders(by=shop.by, order_ids=[order_id, 1], reason="no")
    assert shop.line(order_id) == {"backordered": 3}


def test_holds_of_several_kinds_stand_side_by_side(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 2})
    tenant = shop.by.tenant_id
    hold_orders(by=shop.by, order_ids=[order_id], kind="fraud", reason="odd card")
    again = hold_orders(by=shop.by, order_ids=[order_id], kind="fraud", reason="odd card")
    assert (again.held, again.already) == ((), (order_id,))
    hold_orders(by=shop.by, order_ids=[order_id], kind="address", reason="no such street")
    assert shop.state(order_id) == "held"
    assert shop.promised("A") == {"available": 3, "reserved": 2}  # a held order keeps its promise
    assert release_orders(by=shop.by, order_ids=[order_id]) == []
    later = shop.by.when(shop.by.at + timedelta(hours=1))
    assert lift_holds(by=later, order_ids=[order_id], kinds=["fraud"], reason="card is fine").free == ()
    assert shop.state(order_id) == "held"
    assert lift_holds(by=later, order_ids=[order_id]).free == (order_id,)
    assert shop.state(order_id) == "reserved"
    assert lift_holds(by=later, order_ids=[order_id]).lifted == 0
    detail = order_detail(tenant, order_id)
    assert {(hold.kind, hold.placed_by, hold.lifted_by, hold.lifted_at) for hold in detail.holds} == {
        (kind, "tester", "tester", later.at) for kind in ("fraud", "address")
    }
    assert [event.type for event in detail.story][-4:] == ["order-held", "order-held", "holds-lifted", "holds-lifted"]
    assert len(release_orders(by=shop.by, order_ids=[order_id])) == 1


def test_a_hold_must_be_a_known_kind_with_a_reason(shop: Shop) -> None:
    order_id = shop.order({"A": 1})
    with pytest.raises(InvalidInput):
        hold_orders(by=shop.by, order_ids=[order_id], kind="mood", reason="x")
    with pytest.raises(InvalidInput):
        hold_orders(by=shop.by, order_ids=[order_id], kind="manual", reason="")
    with pytest.raises(NotFound):
        hold_orders(by=shop.by, order_ids=[order_id, 1], kind="manual", reason="x")
    assert shop.state(order_id) == "backordered"


def test_a_held_release_is_asked_back_once(shop: Shop) -> None:
    shop.report("MAIN", "A", 2)
    order_id = shop.order({"A": 2})
    (number,) = release_orders(by=shop.by, order_ids=[order_id])
    assert hold_orders(by=shop.by, order_ids=[order_id], kind="fraud", reason="odd").recalled == (number,)
    assert hold_orders(by=shop.by, order_ids=[order_id], kind="manual", reason="too").recalled == ()
    assert len(shop.letters("CancelRelease")) == 1
    assert shop.line(order_id) == {"released": 2}  # nothing is cancelled by a hold
    answer(shop, order_id, 2)
    assert shop.line(order_id) == {"reserved": 2}
    assert shop.state(order_id) == "held"


def test_cancel_and_release_at_once_cancel_what_was_asked(shop: Shop) -> None:
    shop.report("MAIN", "A", 60)
    for _ in range(10):
        order_id = shop.order({"A": 5})
        answers = race(
            partial(cancel_lines, by=shop.by, order_id=order_id, lines={1: 2}, reason="fewer"),
            partial(release_orders, by=shop.by, order_ids=[order_id]),
            partial(cancel_lines, by=shop.by, order_id=order_id, lines={1: 1}, reason="one fewer"),
        )
        assert not [answer for answer in answers if isinstance(answer, Exception)], answers
        line = shop.line(order_id)
        assert line.get("cancelled", 0) + line.get("cancel_wanted", 0) == 3
        asked = sum(
            row["quantity"] for letter in shop.letters("CancelRelease") for row in letter["lines"] if _of(letter, shop, order_id)
        )
        assert asked == line.get("cancel_wanted", 0)
    assert shop.violations() == {}


def _of(letter: dict[str, Any], shop: Shop, order_id: int) -> bool:
    return str(letter["release"]).startswith(order_detail(shop.by.tenant_id, order_id).number + "/")


def test_a_hold_and_a_release_at_once_leave_no_release_that_is_not_asked_back(shop: Shop) -> None:
    shop.report("MAIN", "A", 60)
    for _ in range(10):
        order_id = shop.order({"A": 5})
        race(
            partial(release_orders, by=shop.by, order_ids=[order_id]),
            partial(hold_orders, by=shop.by, order_ids=[order_id], kind="manual", reason="wait"),
        )
        asked_back = {letter["release"] for letter in shop.letters("CancelRelease")}
        assert {release.number for release in order_detail(shop.by.tenant_id, order_id).releases} <= asked_back
    assert shop.violations() == {}


def test_two_who_cancel_the_same_order_cancel_it_once(shop: Shop) -> None:
    shop.report("MAIN", "A", 20)
    for _ in range(5):
        order_id = shop.order({"A": 4})
        outcomes = race(*[partial(cancel_orders, by=shop.by, order_ids=[order_id], reason="no")] * 3)
        assert sorted(counts(outcome) for outcome in outcomes) == [(0, 0, 0), (0, 0, 0), (4, 0, 0)]
    assert shop.promised("A") == {"available": 20}
    assert shop.violations() == {}
