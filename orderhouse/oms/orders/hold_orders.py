"""Hold orders: nothing of them reaches a warehouse until the hold is lifted."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_values, savepoint, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.identifiers import new_ids
from orderhouse.oms.orders import recall, store
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.orders.parse_order import HOLD_KINDS


class CannotHoldOrder(Refusal):
    """Nothing of the order is left that a hold could stop."""

    sentence = "Order {number} is {state}; there is nothing left to hold."
    remedy = "For what has shipped, authorize a return."


@dataclass(frozen=True, slots=True)
class HoldOutcome:
    """``held``: orders that took the hold now; ``already``: those that had it; ``recalled``: releases asked back from nodes."""

    held: tuple[int, ...]
    already: tuple[int, ...]
    recalled: tuple[str, ...]


def hold_orders(*, by: By, order_ids: Collection[int], kind: str, reason: str) -> HoldOutcome:
    """Place a hold of ``kind`` on each order (several kinds at once may stand). What a node has is asked back; what it gives
    back waits, reserved, until the hold is lifted (domain §3).

    Raises InvalidInput for an unknown kind or an empty reason, NotFound, :class:`CannotHoldOrder` where all has shipped or is
    cancelled; then no order is held.
    """
    if kind not in HOLD_KINDS:
        raise InvalidInput(field="kind", reason=f"{kind!r} is no kind of hold", remedy=f"Use one of {', '.join(HOLD_KINDS)}.")
    if not reason.strip():
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why; whoever lifts the hold must know.")
    ids = sorted(set(order_ids))
    if not ids:
        return HoldOutcome((), (), ())
    with unit_of_work(by.tenant_id):
        for _ in recall.attempts():
            with suppress(recall.Moved), savepoint():
                return _attempt(by, ids, kind, reason)
    raise recall.OrderBusy()


def _attempt(by: By, ids: list[int], kind: str, reason: str) -> HoldOutcome:
    _check(store.read_orders(by.tenant_id, ids), ids)
    held_before = _with_open_holds(by.tenant_id, ids)
    to_recall = [order_id for order_id in ids if order_id not in held_before]
    open_before = store.read_open_releases(by.tenant_id, to_recall)
    recall.ask(by, ((release, release.unasked, f"held ({kind}): {reason}") for release in open_before if release.unasked))

    _check(store.read_orders(by.tenant_id, ids, lock=True), ids)
    asked = {release.release for release in open_before}
    for release in store.read_open_releases(by.tenant_id, to_recall):
        if release.release not in asked:  # sent while we asked the others back
            raise recall.Moved
    recall.remember(by, ((release, release.unasked) for release in open_before))
    held = fetch_values(
        sql.load(__file__, "hold_orders"),
        {
            "tenant": by.tenant_id,
            "actor": by.actor,
            "at": by.at,
            "ids": new_ids(len(ids)),
            "orders": ids,
            "kind": kind,
            "reason": reason.strip(),
        },
    )
    facts = {"kind": kind, "reason": reason.strip()}
    record_events(by=by, events=[Event("order", order_id, "order-held", facts) for order_id in held])
    derive_orders(by=by, order_ids=held)
    return HoldOutcome(tuple(sorted(held)), tuple(i for i in ids if i not in set(held)), tuple(sorted(asked)))


def _check(orders: Mapping[int, store.OrderRow], ids: list[int]) -> None:
    for order_id in ids:
        if order_id not in orders:
            raise NotFound(kind="order", code=order_id, field="order_id")
        if orders[order_id].state in ("shipped", "delivered", "closed", "cancelled"):
            raise CannotHoldOrder(number=orders[order_id].number, state=orders[order_id].state)


def _with_open_holds(tenant_id: int, ids: list[int]) -> set[int]:
    return set(
        fetch_values(
            "SELECT order_id FROM oms_hold WHERE tenant_id = %s AND order_id = ANY (%s) AND lifted_at IS NULL", (tenant_id, ids)
        )
    )
