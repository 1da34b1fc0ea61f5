"""Decide from where each order ships, and reserve it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from orderhouse.catalog.queries import Node
from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import OrderAcknowledged
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.freight.queries import CarrierTariff
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.sourcing import store
from orderhouse.oms.sourcing.candidates import Decision, NodeFacts, OrderNeed, Stock
from orderhouse.oms.sourcing.rules import decide_batch
from orderhouse.oms.sourcing.shares import seen_by_channel
from orderhouse.oms.sourcing.store import Need


@dataclass(frozen=True, slots=True)
class Sourced:
    """What became of one order: units reserved now, units that wait, units its channel cancels rather than wait."""

    order_id: int
    number: str
    reserved: int
    backordered: int
    cancelled: int
    nodes: tuple[str, ...]


def source_orders(
    *,
    by: By,
    order_ids: Collection[int],
    rule: str = "lowest_cost",
    only: Mapping[int, Collection[int]] | None = None,
    own: Stock | None = None,
) -> list[Sourced]:
    """Source a batch: every waiting line is promised from the cheapest nodes (domain §4), or waits, or is cancelled.

    Orders, lines and the free accounts are locked (in that order, each by id), so no two batches count a unit twice. Orders
    are served by priority, promise date, age. Each decision is kept with its candidates, costs and reasons. An order of
    which nothing waits is left alone. Refuses only when no tariff is defined.

    ``only``: for lines named there (by id), the nodes somebody chose for them; no other is asked. ``own``: free units the
    orders have just given up themselves, which no channel's buffer or share keeps from them.
    """
    with unit_of_work(by.tenant_id):
        needs = store.lock_needs(by.tenant_id, order_ids)
        if not needs:
            return []
        carriers = store.tariffs_by_service(by.tenant_id)
        facts, nodes = store.candidate_nodes(by.tenant_id, by.at)
        stock = store.lock_available(by.tenant_id, {need.item_id for need in needs}, nodes)
        orders = [restricted(order, only or {}, nodes) for order in store.order_needs(by.tenant_id, needs)]
        decisions = decide_by_service(orders, needs, facts, stock, carriers, rule, by.at, own or {})
        return _post(by, rule, needs, decisions, nodes)


def restricted(order: OrderNeed, only: Mapping[int, Collection[int]], nodes: Collection[int]) -> OrderNeed:
    """The order with every node but the chosen ones refused, for the lines ``only`` names."""
    others = {(line.line_id, n) for line in order.lines if line.line_id in only for n in nodes if n not in only[line.line_id]}
    return replace(order, refused=order.refused | others) if others else order


def decide_by_service(
    orders: Sequence[OrderNeed],
    needs: Sequence[Need],
    facts: list[NodeFacts],
    stock: dict[tuple[int, int, int], int],
    carriers: Mapping[str, CarrierTariff],
    rule: str,
    at: datetime,
    own: Stock,
) -> list[Decision]:
    """Decide all in order of urgency, taking off ``stock``; runs of orders that go by one price list and see the same part of the stock are decided
    together. A service no carrier has is decided by the first price list, whose refusal tells it."""
    fallback = min(carriers)
    limits = {need.order_id: (need.buffer, need.share_percent) for need in needs}
    last = datetime.max.replace(tzinfo=UTC)
    urgency = sorted(orders, key=lambda o: (o.priority, o.promise_at or last, o.received_at, o.order_id))
    decisions: list[Decision] = []
    services = {o.order_id: o.service_code if o.service_code in carriers else fallback for o in orders}
    for (buffer, share_percent, service), run in groupby(urgency, key=lambda o: (*limits[o.order_id], services[o.order_id])):
        batch = list(run)
        seen = seen_by_channel(_less(stock, own), buffer=buffer, share_percent=share_percent)
        for key, units in own.items():
            seen[key] = seen.get(key, 0) + min(units, stock.get(key, 0))
        decided = decide_batch(batch, facts, seen, carriers[service].tariff, rule, at=at)
        item_of = {line.line_id: (line.item_id, line.owner_id) for order in batch for line in order.lines}
        lines_taken: dict[int, int] = defaultdict(int)
        for decision in decided:
            for line_id, node_id, quantity in decision.assignments:
                stock[node_id, *item_of[line_id]] -= quantity
                lines_taken[node_id] += 1
        facts = [
            f
            if f.capacity_left_lines is None
            else replace(f, capacity_left_lines=max(0, f.capacity_left_lines - lines_taken[f.node_id]))
            for f in facts
        ]
        decisions += decided
    return decisions


def _less(stock: Stock, own: Stock) -> Stock:
    return {key: units - min(units, own.get(key, 0)) for key, units in stock.items()} if own else stock


def _post(by: By, rule: str, needs: Sequence[Need], decisions: Sequence[Decision], nodes: dict[int, Node]) -> list[Sourced]:
    line_of = {need.line_id: need for need in needs}
    first_of: dict[int, Need] = {}
    for need in needs:
        first_of.setdefault(need.order_id, need)
    moves: list[Move] = []
    rows: list[tuple[int, int, int, int]] = []
    reserved: dict[int, int] = defaultdict(int)
    cancelled: dict[int, int] = defaultdict(int)
    promises: list[tuple[int, datetime | None, datetime | None]] = []
    events: list[Event] = []
    letters: list[Letter] = []
    sourced: list[Sourced] = []
    told: list[Decision] = []
    for decision in decisions:
        order = first_of[decision.order_id]
        for line_id, node_id, quantity in decision.assignments:
            line = line_of[line_id]
            free, taken = (promise(node_id, line.item_id, line.owner_id, state) for state in ("available", "reserved"))
            moves.append(Move(free, taken, quantity, "order", order.order_id, line_id))
            rows.append((line_id, node_id, order.order_id, quantity))
            reserved[line_id] += quantity
        if order.when_short == "cancel":
            for line_id, quantity in decision.backordered:
                cancelled[line_id] += quantity
        result = _result(decision, order, nodes)
        sourced.append(result)
        is_first = order.sourced_at is None
        if not (is_first or result.reserved or result.cancelled):
            continue  # it waited, and waits on: nothing new to tell or to keep
        told.append(decision)
        promises.append((order.order_id, *promise_dates(decision, nodes)))
        events.append(Event("order", order.order_id, "order-sourced", _told(decision, result)))
        state = "accepted" if not result.backordered else "backordered"
        if result.cancelled and not result.reserved:
            state = "cancelled"
        letters.append(
            Letter(
                f"channel:{order.channel}",
                order.number,
                OrderAcknowledged(order.channel, order.channel_order_id, order.number, state, promises[-1][1]),
            )
        )
    post_movements(by=by, moves=moves)
    if rows:
        store.post_reservations(by.tenant_id, sorted(rows))
    store.count_on_lines(by.tenant_id, reserved, cancelled, [need.line_id for need in needs])
    if told:
        store.promise_orders(by, promises)
        store.write_decisions(by, rule, told)
        record_events(by=by, events=events)
        put(by=by, source="oms", letters=letters)
    derive_orders(by=by, order_ids=[decision.order_id for decision in told])
    return sourced


def _result(decision: Decision, order: Need, nodes: dict[int, Node]) -> Sourced:
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


def promise_dates(decision: Decision, nodes: dict[int, Node]) -> tuple[datetime | None, datetime | None]:
    """When the last parcel should arrive (end of that day at its node), and the earliest cut-off that must be met."""
    if not decision.shipments:
        return None, None
    arrivals, dispatches = [], []
    for shipment in decision.shipments:
        node = nodes[shipment.node_id]
        zone = ZoneInfo(node.time_zone)
        arrivals.append(datetime.combine(shipment.deliver_date, time(23, 59), zone).astimezone(UTC))
        dispatches.append(datetime.combine(shipment.ship_date, node.cutoff_time, zone).astimezone(UTC))
    return max(arrivals), min(dispatches)
