"""Change an order after it was placed: where it goes, how fast, how many."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages import Address
from orderhouse.database import execute, fetch_one, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.quantities import quantity
from orderhouse.oms.book.keep_back import keep_back
from orderhouse.oms.book.lock_books import lock_books
from orderhouse.oms.book.store import Key
from orderhouse.oms.desk.edits import matters, settled_address
from orderhouse.oms.orders import store
from orderhouse.oms.orders.cancel_lines import cancel_lines
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.orders.rules import LineFacts
from orderhouse.oms.sourcing.give_up_reservations import give_up_reservations
from orderhouse.oms.sourcing.serve_waiting import serve_later
from orderhouse.oms.sourcing.source_orders import source_orders
from orderhouse.oms.sourcing.store import tariffs_by_service

OVER = ("shipped", "delivered", "closed", "cancelled")


class CannotEditOrder(Refusal):
    """Nothing of the order is left to change."""

    sentence = "Order {number} is {state}; it cannot be changed any more."
    remedy = (
        "For what has shipped, authorize a return or ask the carrier to redirect the parcel; for more units, place a new order."
    )


class ReleasedElsewhere(Refusal):
    """Units stand at a node under the terms that would change."""

    sentence = "{units} unit(s) of order {number} are released to {nodes} under the present address and service."
    remedy = "Recall them first: hold the order, change it when they are back, then release it again."


class ReleasedUnits(Refusal):
    """Fewer units are wanted than a node has already been told to ship."""

    sentence = (
        "Line {line} of order {number} can shrink by {free} unit(s) here, not by {wanted}: the rest is released or shipped."
    )
    remedy = "Cancel the rest instead; the floor is asked to give it back."


@dataclass(frozen=True, slots=True)
class OrderChanges:
    """What shall be otherwise; None and absent lines stay. ``quantities``: units wanted by line number, cancelled ones not
    counted."""

    ship_to: Address | None = None
    service: str | None = None
    quantities: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What changed (field to before and after), whether nodes were chosen anew, units more and fewer, units that wait now."""

    changed: Mapping[str, tuple[Any, Any]]
    sourced_again: bool
    more: int
    fewer: int
    waiting: int


def edit_order(*, by: By, order_id: int, changes: OrderChanges, reason: str) -> EditOutcome:
    """Change an order before its units are released (domain §3), in one commit; what it frees serves those who wait after it.

    Address and service change at once; where they bear on the choice of node, everything unreleased is sourced again and
    promised anew. Fewer units are cancelled from those nobody works on; more are promised from where they are free. The story
    says what was and what is. Raises NotFound, InvalidInput (no reason, nothing changed, no such line, service or address),
    :class:`CannotEditOrder`, :class:`ReleasedElsewhere`, :class:`ReleasedUnits`.
    """
    if not reason.strip():
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why; it stands in the order's story.")
    with unit_of_work(by.tenant_id):
        order = store.read_orders(by.tenant_id, [order_id], lock=True).get(order_id)
        if order is None:
            raise NotFound(kind="order", code=order_id, field="order_id")
        if order.state in OVER:
            raise CannotEditOrder(number=order.number, state=order.state.replace("_", " "))
        lines = store.read_lines(by.tenant_id, [order_id], lock=True)
        lock_books(by.tenant_id, {line.item_id for line in lines})
        before, after = _terms(by, order_id, changes)
        more, fewer = _quantities(order.number, lines, changes.quantities)
        changed = {
            name: (before.get(name), after.get(name)) for name in sorted(before | after) if before.get(name) != after.get(name)
        }
        if not changed and not more and not fewer:
            raise InvalidInput(field="changes", reason="nothing is otherwise than it was", remedy="Change a field first.")
        if changed:
            _refuse_released(by, order.number, lines)

        freed: set[int] = set()
        if fewer:
            freed |= cancel_lines(by=by, order_id=order_id, lines=fewer, reason=reason).freed_item_ids
        if more:
            _add_units(by, order_id, more)
        again = bool(changed) and matters(before, after)
        own: dict[tuple[int, int, int], int] = {}
        if changed:
            _write_terms(by, order_id, after, anew=again)
        if again:
            own = give_up_reservations(by=by, lines=store.read_lines(by.tenant_id, [order_id], lock=True))
        _tell(by, order_id, changed, lines, more, fewer, reason)
        derive_orders(by=by, order_ids=[order_id])
        sourced = source_orders(by=by, order_ids=[order_id], own=own) if again or more else []
        keep_back(by=by, keys=[Key(*key) for key in own])
        freed |= {key[1] for key in own}
        waiting = sum(each.backordered for each in sourced)
        serve_later(by=by, item_ids=freed, order_ids=[order_id] if waiting else [])
        return EditOutcome(changed, again, sum(more.values()), sum(fewer.values()), waiting)


def _terms(by: By, order_id: int, changes: OrderChanges) -> tuple[dict[str, Any], dict[str, Any]]:
    """The order's address fields and service, as they are and as they shall be."""
    row = fetch_one("SELECT ship_to::text, service FROM oms_order WHERE tenant_id = %s AND id = %s", (by.tenant_id, order_id))
    assert row is not None  # its row is locked
    kept = orjson.loads(row[0])
    before = kept | {"service": row[1]}
    after = dict(before)
    if changes.ship_to is not None:
        after = settled_address(kept, store.address_json(changes.ship_to)) | {"service": row[1]}
    if changes.service is not None and changes.service != row[1]:
        known = sorted(tariffs_by_service(by.tenant_id))
        if changes.service not in known:
            reason = f"no carrier has a service {changes.service!r}"
            raise InvalidInput(field="service", reason=reason, remedy=f"Use one of {', '.join(known)}.")
        after["service"] = changes.service
    return before, after


def _quantities(number: str, lines: Collection[LineFacts], wanted: Mapping[int, int]) -> tuple[dict[int, int], dict[int, int]]:
    """Units more and units fewer, by line number."""
    by_number = {line.line_number: line for line in lines}
    more, fewer = {}, {}
    for line_number, units in wanted.items():
        line = by_number.get(line_number)
        if line is None:
            raise InvalidInput(field=f"lines[{line_number}]", reason=f"the order has no line {line_number}")
        now = line.ordered - line.cancelled
        if units < 0 or (units and quantity(units, field=f"lines[{line_number}]") != units):
            raise InvalidInput(field=f"lines[{line_number}]", reason=f"{units} is no number of units", remedy="Give 0 or more.")
        if units > now:
            more[line_number] = units - now
        elif units < now:
            free = line.backordered + line.reserved
            if now - units > free:
                raise ReleasedUnits(field=f"lines[{line_number}]", number=number, line=line_number, free=free, wanted=now - units)
            fewer[line_number] = now - units
    return more, fewer


def _refuse_released(by: By, number: str, lines: Collection[LineFacts]) -> None:
    released = sum(line.released for line in lines)
    if released:
        nodes = sorted({release.node for release in store.read_open_releases(by.tenant_id, [line.order_id for line in lines])})
        raise ReleasedElsewhere(number=number, units=released, nodes=" and ".join(nodes) or "a node")


def _add_units(by: By, order_id: int, more: Mapping[int, int]) -> None:
    execute(
        """WITH more AS (
             UPDATE oms_order_line l SET ordered = l.ordered + u.units, backordered = l.backordered + u.units
             FROM unnest(%(numbers)s::int[], %(units)s::int[]) AS u (number, units)
             WHERE l.tenant_id = %(tenant)s AND l.order_id = %(order)s AND l.line_number = u.number
             RETURNING u.units * l.unit_price AS goods
           )
           UPDATE oms_order o SET goods = o.goods + (SELECT sum(m.goods) FROM more m) WHERE o.tenant_id = %(tenant)s AND o.id = %(order)s""",
        {"tenant": by.tenant_id, "order": order_id, "numbers": list(more), "units": list(more.values())},
    )


def _write_terms(by: By, order_id: int, terms: Mapping[str, Any], *, anew: bool) -> None:
    ship_to = {name: value for name, value in terms.items() if name != "service"}
    execute(
        """UPDATE oms_order SET ship_to = %(ship_to)s::jsonb, country = %(country)s, latitude = %(latitude)s, longitude = %(longitude)s,
             service = %(service)s,
             promised_at = CASE WHEN %(anew)s THEN NULL ELSE promised_at END, ship_by = CASE WHEN %(anew)s THEN NULL ELSE ship_by END
           WHERE tenant_id = %(tenant)s AND id = %(order)s""",
        {
            "tenant": by.tenant_id,
            "order": order_id,
            "ship_to": orjson.dumps(ship_to).decode(),
            "country": ship_to["country"],
            "latitude": ship_to.get("latitude"),
            "longitude": ship_to.get("longitude"),
            "service": terms["service"],
            "anew": anew,
        },
    )


def _tell(
    by: By,
    order_id: int,
    changed: Mapping[str, tuple[Any, Any]],
    lines: Collection[LineFacts],
    more: Mapping[int, int],
    fewer: Mapping[int, int],
    reason: str,
) -> None:
    now = {line.line_number: line.ordered - line.cancelled for line in lines}
    told = {f"line {n}": (now[n], now[n] + more.get(n, 0) - fewer.get(n, 0)) for n in sorted({*more, *fewer})}
    both = {**changed, **told}
    facts = {
        "before": {name: was for name, (was, _) in both.items()},
        "after": {name: shall for name, (_, shall) in both.items()},
        "reason": reason.strip(),
    }
    record_events(by=by, events=[Event("order", order_id, "order-edited", facts)])
