"""What decisions come to: what is moved, counted, promised and told. Pure; the same for orders just captured and for those that waited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from orderhouse.catalog.queries import Node
from orderhouse.contract.events import Event
from orderhouse.contract.letters import Letter
from orderhouse.contract.messages import OrderAcknowledged
from orderhouse.ledger.accounts import Move, promise
from orderhouse.oms.sourcing.candidates import Decision


@dataclass(frozen=True, slots=True)
class Sourced:
    """What became of one order: units reserved now, units that wait, units its channel cancels rather than wait."""

    order_id: int
    number: str
    reserved: int
    backordered: int
    cancelled: int
    nodes: tuple[str, ...]


class Decided(NamedTuple):
    """What must be known of an order that was decided. ``is_first``: nobody looked for its nodes before."""

    order_id: int
    number: str
    channel: str
    channel_order_id: str
    when_short: str
    is_first: bool


@dataclass(slots=True)
class Consequences:
    """All of it, for a batch. ``reservations``: (line, node, order, units). ``reserved``, ``cancelled``: units by line.
    ``promises``: (order, delivery promised, latest dispatch), one for each of ``told``, with its event and letter."""

    sourced: list[Sourced] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    reservations: list[tuple[int, int, int, int]] = field(default_factory=list)
    reserved: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    cancelled: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    told: list[Decision] = field(default_factory=list)
    promises: list[tuple[int, datetime | None, datetime | None]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)


def consequences(
    decisions: Sequence[Decision],
    orders: Mapping[int, Decided],
    item_of: Mapping[int, tuple[int, int]],
    nodes: Mapping[int, Node],
) -> Consequences:
    """Of each decision, given the orders and the (item, owner) of each line."""
    all_of = Consequences()
    for decision in decisions:
        order = orders[decision.order_id]
        for line_id, node_id, quantity in decision.assignments:
            item_id, owner_id = item_of[line_id]
            free = promise(node_id, item_id, owner_id, "available")
            taken = promise(node_id, item_id, owner_id, "reserved")
            all_of.moves.append(Move(free, taken, quantity, "order", order.order_id, line_id))
            all_of.reservations.append((line_id, node_id, order.order_id, quantity))
            all_of.reserved[line_id] += quantity
        if order.when_short == "cancel":
            for line_id, quantity in decision.backordered:
                all_of.cancelled[line_id] += quantity
        result = _result(decision, order, nodes)
        all_of.sourced.append(result)
        if not (order.is_first or result.reserved or result.cancelled):
            continue  # it waited, and waits on: nothing new to tell or to keep
        arrives, ship_by = promise_dates(decision, nodes)
        all_of.told.append(decision)
        all_of.promises.append((order.order_id, arrives, ship_by))
        all_of.events.append(Event("order", order.order_id, "order-sourced", _told(decision, result)))
        state = "accepted" if not result.backordered else "backordered"
        if result.cancelled and not result.reserved:
            state = "cancelled"
        message = OrderAcknowledged(order.channel, order.channel_order_id, order.number, state, arrives)
        all_of.letters.append(Letter(f"channel:{order.channel}", order.number, message))
    return all_of


def _result(decision: Decision, order: Decided, nodes: Mapping[int, Node]) -> Sourced:
    waiting = sum(quantity for _, quantity in decision.backordered)
    gives_up = order.when_short == "cancel"
    return Sourced(
        order.order_id,
        order.number,
        sum(assignment.quantity for assignment in decision.assignments),
        0 if gives_up else waiting,
        waiting if gives_up else 0,
        tuple(sorted({nodes[assignment.node_id].code for assignment in decision.assignments})),
    )


def _told(decision: Decision, result: Sourced) -> dict[str, Any]:
    told: dict[str, Any] = {"nodes": result.nodes, "reserved": result.reserved, "cost": decision.cost}
    if result.backordered:
        told["backordered"] = result.backordered
    if result.cancelled:
        told["cancelled"] = result.cancelled
    return told


def promise_dates(decision: Decision, nodes: Mapping[int, Node]) -> tuple[datetime | None, datetime | None]:
    """When the last parcel should arrive (end of that day at its node), and the earliest cut-off that must be met."""
    if not decision.shipments:
        return None, None
    arrivals, dispatches = [], []
    for shipment in decision.shipments:
        node = nodes[shipment.node_id]
        arrivals.append(_moment(shipment.deliver_date, _DAYS_END, node.time_zone))
        dispatches.append(_moment(shipment.ship_date, node.cutoff_time, node.time_zone))
    return max(arrivals), min(dispatches)


_DAYS_END = time(23, 59)


@lru_cache(maxsize=16384)
def _moment(day: date, at: time, time_zone: str) -> datetime:
    return datetime.combine(day, at, ZoneInfo(time_zone)).astimezone(UTC)
