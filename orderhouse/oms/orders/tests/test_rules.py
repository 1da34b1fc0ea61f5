"""What an order is, what it may become, and which units a cancellation takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderhouse.oms.orders.rules import (
    LEGAL_STEPS,
    IllegalStep,
    LineFacts,
    OpenRelease,
    OrderFacts,
    Promised,
    allowed_actions,
    ask_back,
    cancel_line,
    check_step,
    derive_state,
    take_from,
)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (OrderFacts(3, backordered=3), "received"),
        (OrderFacts(3, backordered=3, open_holds=1), "held"),
        (OrderFacts(3, backordered=3, lifted_holds=1), "accepted"),
        (OrderFacts(3, backordered=3, sourced=True, lifted_holds=1), "backordered"),
        (OrderFacts(3, backordered=1, reserved=2, sourced=True), "partly_reserved"),
        (OrderFacts(3, reserved=3, sourced=True), "reserved"),
        (OrderFacts(3, cancelled=1, reserved=2, sourced=True), "reserved"),
        (OrderFacts(3, reserved=3, sourced=True, open_holds=2), "held"),
        (OrderFacts(3, released=1, reserved=1, backordered=1, sourced=True), "released"),
        (OrderFacts(3, released=2, shipped=1, sourced=True, open_holds=1), "partly_shipped"),
        (OrderFacts(3, cancelled=2, shipped=1, sourced=True, parcels=1, undelivered=1), "shipped"),
        (OrderFacts(3, shipped=3, sourced=True), "shipped"),
        (OrderFacts(3, shipped=3, sourced=True, parcels=2), "delivered"),
        (OrderFacts(3, shipped=3, returned=1, sourced=True, parcels=2), "delivered"),
        (OrderFacts(3, shipped=3, returned=3, sourced=True, parcels=2), "closed"),
        (OrderFacts(3, cancelled=3, open_holds=1), "cancelled"),
    ],
)
def test_the_state_is_what_is_left_of_the_order(facts: OrderFacts, state: str) -> None:
    assert derive_state(facts) == state


def test_every_state_has_its_legal_steps() -> None:
    states = set(LEGAL_STEPS)
    assert states == {
        *("received", "held", "accepted", "reserved", "partly_reserved", "backordered", "released"),
        *("partly_shipped", "shipped", "delivered", "closed", "cancelled"),
    }
    assert all(steps <= states and state not in steps for state, steps in LEGAL_STEPS.items())
    assert not any("received" in steps for steps in LEGAL_STEPS.values())


def test_an_illegal_step_names_the_steps_that_are_allowed() -> None:
    check_step("W-1", "held", "reserved")
    with pytest.raises(IllegalStep, match="is shipped and cannot become reserved; it may become closed, delivered"):
        check_step("W-1", "shipped", "reserved")


def line(**counts: int) -> LineFacts:
    facts = dict.fromkeys(("cancelled", "backordered", "reserved", "released", "shipped", "cancel_wanted"), 0) | counts
    ordered = sum(facts[name] for name in ("cancelled", "backordered", "reserved", "released", "shipped"))
    return LineFacts(1, 10, 1, 100, 7, ordered, **facts)


_lines = st.builds(
    lambda counts, wanted: line(**counts, cancel_wanted=min(wanted, counts["released"])),
    st.fixed_dictionaries({name: st.integers(0, 9) for name in ("cancelled", "backordered", "reserved", "released", "shipped")}),
    st.integers(0, 9),
)


@given(_lines, st.none() | st.integers(1, 40))
def test_a_cancellation_takes_no_unit_twice_and_none_that_has_left(before: LineFacts, quantity: int | None) -> None:
    plan = cancel_line(before, quantity)
    taken = plan.from_backordered + plan.from_reserved + plan.from_released
    assert 0 <= plan.from_backordered <= before.backordered
    assert 0 <= plan.from_reserved <= before.reserved
    assert 0 <= plan.from_released <= before.released - before.cancel_wanted
    if quantity is None:
        assert (taken, plan.refused) == (
            before.backordered + before.reserved + before.released - before.cancel_wanted,
            before.shipped,
        )
    else:
        assert taken + plan.refused == quantity
    if plan.from_released:  # a floor is disturbed only for what nobody else can give
        assert (plan.from_backordered, plan.from_reserved) == (before.backordered, before.reserved)


@given(st.lists(st.integers(1, 9), max_size=5), st.integers(0, 60))
def test_reservations_give_up_exactly_what_is_asked_smallest_first(quantities: list[int], asked: int) -> None:
    taken = take_from([Promised(1, node, quantity) for node, quantity in enumerate(quantities)], asked)
    assert sum(part.quantity for part in taken) == min(asked, sum(quantities))
    assert [part.quantity for part in taken[:-1]] == sorted(quantities)[: max(0, len(taken) - 1)]


def test_the_latest_release_is_asked_back_first() -> None:
    releases = [
        OpenRelease("W-1/1", "MAIN", 1, 10, 1, open=3, coming=0),
        OpenRelease("W-1/2", "NORTH", 2, 10, 1, open=2, coming=0),
        OpenRelease("W-1/2", "NORTH", 3, 11, 2, open=2, coming=0),
    ]
    asked = ask_back([cancel_line(line(released=5), 4)], releases)
    assert [(release.release, units) for release, units in asked] == [("W-1/2", 2), ("W-1/1", 2)]


def test_what_was_asked_back_before_is_not_asked_for_again() -> None:
    releases = [
        OpenRelease("W-1/1", "MAIN", 1, 10, 1, open=3, coming=0),
        OpenRelease("W-1/2", "NORTH", 2, 10, 1, open=2, coming=1),
    ]
    asked = ask_back([cancel_line(line(released=5, cancel_wanted=1), 2)], releases)
    assert [(release.release, units) for release, units in asked] == [("W-1/2", 1), ("W-1/1", 1)]


def test_what_is_not_allowed_says_why() -> None:
    shipped = {
        action.name: action for action in allowed_actions(OrderFacts(2, shipped=2, sourced=True, parcels=1, undelivered=1))
    }
    assert not shipped["cancel"].allowed
    assert "authorize a return" in shipped["cancel"].why_not
    assert shipped["authorize_return"].allowed
    held = {action.name: action for action in allowed_actions(OrderFacts(2, reserved=2, sourced=True, open_holds=1))}
    assert (held["release"].why_not, held["lift_holds"].allowed, held["cancel"].allowed) == ("1 hold is open", True, True)
    asked_back = {action.name: action for action in allowed_actions(OrderFacts(2, released=2, sourced=True), cancel_wanted=2)}
    assert asked_back["cancel"].why_not == "every unit left is already asked back from its node"
