"""How a cancellation comes about. Private to :mod:`cancel_orders` and :mod:`cancel_lines`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from orderhouse.contract.events import Event, record_events
from orderhouse.database import savepoint, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.oms.book.post_gains import Gain, post_gains
from orderhouse.oms.book.store import Key
from orderhouse.oms.orders import recall, store
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.orders.rules import (
    LineCancellation,
    LineFacts,
    OpenRelease,
    Promised,
    ask_back,
    cancel_line,
    only_given_back,
    take_from,
)


class CannotCancelShipped(Refusal):
    """What has left cannot be cancelled."""

    sentence = "Order {number} has shipped."
    remedy = "Authorize a return, or ask the carrier to intercept the parcel."


@dataclass(frozen=True, slots=True)
class CancelOutcome:
    """Units cancelled now, units asked back from their node (its answer decides), and units refused because they shipped.

    ``freed_item_ids``: items of which stock became free to promise; who waits for them should be served.
    """

    cancelled_now: int = 0
    wanted_back: int = 0
    refused_shipped: int = 0
    freed_item_ids: frozenset[int] = frozenset()


Wanted = Mapping[int, Mapping[int, int] | None]
"""By order id: units by line number, or None for everything of the order."""


def cancel(by: By, wanted: Wanted, reasons: Mapping[int, str]) -> CancelOutcome:
    """Cancel what is wanted, each order for its reason; asks nodes first, then locks, and starts over if the two did not see the
    same."""
    order_ids = list(wanted)
    if not all(reasons[order_id].strip() for order_id in order_ids):
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why; it stands in the order's story.")
    if not order_ids:
        return CancelOutcome()
    with unit_of_work(by.tenant_id):
        for last in recall.attempts():
            with suppress(recall.Moved), savepoint():
                return _attempt(by, wanted, reasons, last)
    raise recall.OrderBusy()


def _attempt(by: By, wanted: Wanted, reasons: Mapping[int, str], last: bool) -> CancelOutcome:
    order_ids = list(wanted)
    before = {line.line_id: line for line in store.read_lines(by.tenant_id, order_ids)}
    _check(wanted, before.values())
    asked, coming = _ask_back(by, [plan for line in before.values() if (plan := _plan(line, wanted))], reasons)
    back = Counter(coming)
    for release, units in asked:
        back[release.line_id] += units

    orders = store.read_orders(by.tenant_id, order_ids, lock=True)
    for order_id in order_ids:
        if order_id not in orders:
            raise NotFound(kind="order", code=order_id, field="order_id")
    lines = store.read_lines(by.tenant_id, order_ids, lock=True)
    plans: list[LineCancellation] = []
    given_up = 0
    for line in lines:
        so_far = before.get(line.line_id, line)
        units = back[line.line_id]
        if units and not last and not only_given_back(so_far, line, units):
            raise recall.Moved
        risen = max(0, line.given_up - so_far.given_up) if units else 0
        if plan := _plan(line, wanted, risen):
            if plan.from_released > units:
                raise recall.Moved
            plans.append(plan)
            given_up += risen
    if not asked:
        _check(wanted, lines)
    _refuse_shipped(lines, orders, wanted)
    recall.remember(by, asked)
    freed = _post(by, plans)
    _tell(by, plans, reasons)
    derive_orders(by=by, order_ids=order_ids)
    return CancelOutcome(
        sum(plan.at_once for plan in plans) + given_up,
        sum(plan.from_released for plan in plans),
        sum(plan.refused for plan in plans),
        frozenset(freed),
    )


def _ask_back(
    by: By, plans: list[LineCancellation], reasons: Mapping[int, str]
) -> tuple[list[tuple[OpenRelease, int]], Mapping[int, int]]:
    """Ask the nodes for what they would ship: what was asked, and units by line that come back already and nobody wants cancelled so
    far. A node in this database may have answered when this returns."""
    if not any(plan.from_released for plan in plans):
        return [], {}
    releases = store.read_open_releases(by.tenant_id, reasons)
    asked = ask_back(plans, releases)
    order_of = {plan.line.line_id: plan.line.order_id for plan in plans}
    recall.ask(by, ((release, units, reasons[order_of[release.line_id]]) for release, units in asked))
    coming = Counter({plan.line.line_id: -plan.line.cancel_wanted for plan in plans})
    for release in releases:
        coming[release.line_id] += release.coming
    return asked, +coming


def _plan(line: LineFacts, wanted: Wanted, risen: int = 0) -> LineCancellation | None:
    """How to cancel the line, or None where nothing is wanted of it.

    ``risen``: units given up since its node was asked, which count as done. A node gives units back, they find no other, and
    the channel cancels what would wait: so it is after as many attempts as it takes to know that nobody else did it.
    """
    units = wanted[line.order_id]
    if units is None:
        return cancel_line(line, None)
    quantity = units.get(line.line_number)
    return None if quantity is None else cancel_line(line, max(0, quantity - risen))


def _check(wanted: Wanted, lines: Iterable[LineFacts]) -> None:
    by_number = {(line.order_id, line.line_number): line for line in lines}
    asked = [(order_id, number, units) for order_id, of_order in wanted.items() for number, units in (of_order or {}).items()]
    for order_id, number, quantity in asked:
        if (order_id, number) not in by_number:
            raise InvalidInput(field=f"lines[{number}]", reason=f"the order has no line {number}")
        line = by_number[order_id, number]
        left = line.ordered - line.given_up
        if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
            raise InvalidInput(field=f"lines[{number}]", reason=f"{quantity!r} is no quantity", remedy="Give 1 unit or more.")
        if quantity > left:
            raise InvalidInput(
                field=f"lines[{number}]",
                reason=f"{quantity} units are more than the {left} that are not cancelled",
                remedy=f"Give at most {left}." if left else "Nothing of the line is left to cancel.",
            )


def _refuse_shipped(lines: list[LineFacts], orders: Mapping[int, store.OrderRow], wanted: Wanted) -> None:
    """Refuse where all that could be cancelled has left; what was cancelled before is a repeat, not a refusal."""
    concerned: dict[int, list[LineFacts]] = defaultdict(list)
    for line in lines:
        units = wanted[line.order_id]
        if units is None or line.line_number in units:
            concerned[line.order_id].append(line)
    for order_id, of_order in concerned.items():
        if any(line.shipped for line in of_order) and all(line.ordered == line.cancelled + line.shipped for line in of_order):
            raise CannotCancelShipped(number=orders[order_id].number)


def _post(by: By, plans: list[LineCancellation]) -> set[int]:
    """Free the stock, count the lines; the items that became available."""
    changed = [plan for plan in plans if plan.at_once or plan.from_released]
    if not changed:
        return set()
    freed: list[Promised] = []
    unreserve = {plan.line.line_id: plan for plan in changed if plan.from_reserved}
    if unreserve:
        by_line: dict[int, list[Promised]] = defaultdict(list)
        for reservation in store.lock_reservations(by.tenant_id, unreserve):
            by_line[reservation.line_id].append(reservation)
        freed = [taken for line_id, plan in unreserve.items() for taken in take_from(by_line[line_id], plan.from_reserved)]
        store.reduce_reservations(by.tenant_id, freed)
    store.cancel_units(
        by.tenant_id,
        [store.LineDelta(p.line.line_id, p.from_backordered, p.from_reserved, p.from_released) for p in changed],
    )
    gains = []
    for taken in freed:
        line = unreserve[taken.line_id].line
        key = Key(taken.node_id, line.item_id, line.owner_id)
        gains.append(Gain(key, taken.quantity, "reserved", "order", line.order_id, line.line_id))
    return post_gains(by=by, gains=gains)


def _tell(by: By, plans: list[LineCancellation], reasons: Mapping[int, str]) -> None:
    cancelled: dict[int, list[dict[str, Any]]] = defaultdict(list)
    wanted: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for plan in plans:
        if plan.at_once:
            cancelled[plan.line.order_id].append({"line": plan.line.line_number, "quantity": plan.at_once})
        if plan.from_released:
            wanted[plan.line.order_id].append({"line": plan.line.line_number, "quantity": plan.from_released})
    told = [Event("order", i, "lines-cancelled", {"lines": lines, "reason": reasons[i]}) for i, lines in cancelled.items()]
    told += [Event("order", i, "cancellation-asked", {"lines": lines, "reason": reasons[i]}) for i, lines in wanted.items()]
    record_events(by=by, events=told)
