"""Decide from where each order ships, and reserve it there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from orderhouse.catalog.queries import Node
from orderhouse.contract.events import record_events
from orderhouse.contract.mailbox import put
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.freight.queries import CarrierTariff
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.sourcing import store
from orderhouse.oms.sourcing.candidates import Decision, NodeFacts, OrderNeed, Stock
from orderhouse.oms.sourcing.consequences import Decided, Sourced, consequences
from orderhouse.oms.sourcing.rules import decide_each
from orderhouse.oms.sourcing.shares import seen_by_channel
from orderhouse.oms.sourcing.store import Need

__all__ = ["Sourced", "decide_by_service", "restricted", "source_orders"]


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
        limits = {need.order_id: (need.buffer, need.share_percent) for need in needs}
        decisions = list(decide_by_service(orders, limits, facts, stock, carriers, rule, by.at, own or {}))
        return _post(by, rule, needs, decisions, nodes)


def restricted(order: OrderNeed, only: Mapping[int, Collection[int]], nodes: Collection[int]) -> OrderNeed:
    """The order with every node but the chosen ones refused, for the lines ``only`` names."""
    others = {(line.line_id, n) for line in order.lines if line.line_id in only for n in nodes if n not in only[line.line_id]}
    return replace(order, refused=order.refused | others) if others else order


def decide_by_service(
    orders: Sequence[OrderNeed],
    limits: Mapping[int, tuple[int, int]],
    facts: list[NodeFacts],
    stock: dict[tuple[int, int, int], int],
    carriers: Mapping[str, CarrierTariff],
    rule: str,
    at: datetime | None,
    own: Stock,
) -> Iterator[Decision]:
    """Decide all in order of urgency, one at a time, taking off ``stock``; runs of orders that go by one price list and see the same part of the
    stock are decided together. ``limits``: buffer and share of each order's channel. A service no carrier has is decided by the
    first price list, whose refusal tells it. ``at`` as for :func:`decide_batch`."""
    fallback = min(carriers)
    last = datetime.max.replace(tzinfo=UTC)
    urgency = sorted(orders, key=lambda o: (o.priority, o.promise_at or last, o.received_at, o.order_id))
    services = {o.order_id: o.service_code if o.service_code in carriers else fallback for o in orders}
    for (buffer, share_percent, service), run in groupby(urgency, key=lambda o: (*limits[o.order_id], services[o.order_id])):
        batch = list(run)
        seen = seen_by_channel(_less(stock, own), buffer=buffer, share_percent=share_percent)
        for key, units in own.items():
            seen[key] = seen.get(key, 0) + min(units, stock.get(key, 0))
        item_of = {line.line_id: (line.item_id, line.owner_id) for order in batch for line in order.lines}
        lines_taken: dict[int, int] = defaultdict(int)
        for decision in decide_each(batch, facts, seen, carriers[service].tariff, rule, at=at):
            for line_id, node_id, quantity in decision.assignments:
                stock[node_id, *item_of[line_id]] -= quantity
                lines_taken[node_id] += 1
            yield decision
        facts = [
            f
            if f.capacity_left_lines is None
            else replace(f, capacity_left_lines=max(0, f.capacity_left_lines - lines_taken[f.node_id]))
            for f in facts
        ]


def _less(stock: Stock, own: Stock) -> Stock:
    return {key: units - min(units, own.get(key, 0)) for key, units in stock.items()} if own else stock


def _post(by: By, rule: str, needs: Sequence[Need], decisions: Sequence[Decision], nodes: dict[int, Node]) -> list[Sourced]:
    orders: dict[int, Decided] = {}
    for n in needs:
        if n.order_id not in orders:
            orders[n.order_id] = Decided(n.order_id, n.number, n.channel, n.channel_order_id, n.when_short, n.sourced_at is None)
    all_of = consequences(decisions, orders, {need.line_id: (need.item_id, need.owner_id) for need in needs}, nodes)
    post_movements(by=by, moves=all_of.moves)
    if all_of.reservations:
        store.post_reservations(by.tenant_id, sorted(all_of.reservations))
    store.count_on_lines(by.tenant_id, all_of.reserved, all_of.cancelled, [need.line_id for need in needs])
    if all_of.told:
        store.promise_orders(by, all_of.promises)
        execute(*store.decisions(by.tenant_id, rule, [(by, decision) for decision in all_of.told]))
        record_events(by=by, events=all_of.events)
        put(by=by, source="oms", letters=all_of.letters)
    derive_orders(by=by, order_ids=[decision.order_id for decision in all_of.told])
    return all_of.sourced
