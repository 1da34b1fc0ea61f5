"""The pure decision of sourcing: hard rules first, with a reason; then a routing rule; order after order, no unit twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from orderhouse.oms.freight.calendars import delivery_date, next_ship
from orderhouse.oms.freight.tariffs import Tariff, great_circle_km
from orderhouse.oms.sourcing.candidates import (
    DEFAULT_POLICY,
    Decision,
    Lane,
    LineNeed,
    NodeFacts,
    OrderNeed,
    Policy,
    Stock,
    Survey,
)
from orderhouse.oms.sourcing.routing import named

_LAST = datetime.max.replace(tzinfo=UTC)


def decide_batch(
    orders: Iterable[OrderNeed],
    nodes: Sequence[NodeFacts],
    stock: Stock,
    tariff: Tariff,
    rule: str = "lowest_cost",
    *,
    policy: Policy = DEFAULT_POLICY,
    at: datetime | None = None,
) -> list[Decision]:
    """Decide each order by ``rule`` against what the orders before it have left; returns them in the order decided.

    Orders go by priority, promise (none promised: last), age, id. ``stock`` and ``nodes`` are not changed: units and
    ``capacity_left_lines`` are taken off working copies. ``at`` is the moment of deciding (UTC), from which cut-offs
    count; None takes each order's ``received_at``. Raises NotFound for an unknown rule.
    """
    return list(decide_each(orders, nodes, stock, tariff, rule, policy=policy, at=at))


def decide_each(
    orders: Iterable[OrderNeed],
    nodes: Sequence[NodeFacts],
    stock: Stock,
    tariff: Tariff,
    rule: str = "lowest_cost",
    *,
    policy: Policy = DEFAULT_POLICY,
    at: datetime | None = None,
) -> Iterator[Decision]:
    """:func:`decide_batch`, one decision at a time, for whoever writes the first while the next are made."""
    decide = named(rule).decide
    left = dict(stock)
    working = list(nodes)
    seat = {node.node_id: place for place, node in enumerate(working)}
    for order in sorted(orders, key=_turn):
        decision = decide(survey(order, working, left, tariff, policy, at))
        lines = {line.line_id: line for line in order.lines}
        for line_id, node_id, quantity in decision.assignments:
            line = lines[line_id]
            left[node_id, line.item_id, line.owner_id] -= quantity
        for shipment in decision.shipments:
            node = working[seat[shipment.node_id]]
            if node.capacity_left_lines is not None:
                working[seat[shipment.node_id]] = replace(node, capacity_left_lines=node.capacity_left_lines - shipment.lines)
        yield decision


def survey(
    order: OrderNeed, nodes: Sequence[NodeFacts], stock: Stock, tariff: Tariff, policy: Policy, at: datetime | None = None
) -> Survey:
    """Apply the hard rules to every node and line: closed, country, owner, capacity, tariff, cut-off, then hazmat, weight,
    refused before, stock. What remains are lanes with their terms, nearest first (an unknown distance last, then by code)."""
    now = at or order.received_at
    wanted = [(line.item_id, line.owner_id, line.quantity) for line in order.lines]
    lanes: list[Lane] = []
    refused: list[tuple[NodeFacts, float | None, str]] = []
    for node in nodes:
        km = None
        if order.ship_to_lat is not None and order.ship_to_lon is not None:
            km = great_circle_km(node.lat, node.lon, order.ship_to_lat, order.ship_to_lon)
        lane = _lane(order, node, km, wanted, stock, tariff, policy, now)
        if isinstance(lane, str):
            refused.append((node, km, lane))
        else:
            lanes.append(lane)
    lanes.sort(key=lambda lane: (lane.distance_km is None, lane.distance_km or 0.0, lane.node.code))
    return Survey(order, tariff, policy, lanes, refused, len({w[:2] for w in wanted}) < len(wanted))


def _turn(order: OrderNeed) -> tuple[int, datetime, datetime, int]:
    return (order.priority, order.promise_at or _LAST, order.received_at, order.order_id)


def _lane(
    order: OrderNeed,
    node: NodeFacts,
    km: float | None,
    wanted: list[tuple[int, int, int]],
    stock: Stock,
    tariff: Tariff,
    policy: Policy,
    now: datetime,
) -> Lane | str:
    """The node's terms, or the reason it may not ship anything of this order."""
    ships = next_ship(node.ships_on, node.cutoff_minutes, node.tz, now)
    if ships is None:
        return "closed"
    if node.countries is not None and order.ship_to_country not in node.countries:
        return f"country: does not serve {order.ship_to_country}"
    if node.owners is not None and not any(owner in node.owners for _, owner, _ in wanted):
        return "owner: does not serve this owner"
    if node.capacity_left_lines is not None and node.capacity_left_lines < 1:
        return "capacity: no line left today"
    zone = tariff.zone(node.country, order.ship_to_country, km)
    rate = tariff.rates.get((order.service_code, zone)) if zone is not None else None
    if zone is None or rate is None:
        return f"tariff: no {order.service_code} service to there"
    arrives = delivery_date(ships[1], rate.transit_days, tariff.delivery_days)
    if arrives is None:
        return "closed: the carrier delivers on no day ahead"
    late_days = 0
    if order.promise_at is not None:
        # The promise is a moment; the day it falls on is taken in the node's zone, the nearest to the customer's we know.
        late_days = max(0, (arrives - _local_date(order.promise_at, node.tz)).days)
        if late_days and policy.refuse_late:
            return f"cut-off: would arrive {late_days} day{'s' * (late_days > 1)} late"

    available = [stock.get((node.node_id, item, owner), 0) for item, owner, _ in wanted]
    for i in _refused_lines(order, node, tariff):
        available[i] = 0
    per_line, weight = node.handling_per_line, node.scarcity_weight
    cost, can_carry = [], 0
    for has, (_, _, quantity) in zip(available, wanted, strict=True):
        if has >= quantity:
            can_carry += 1
            cost.append(per_line + (2 * weight * quantity + has) // (2 * has) if weight else per_line)
        else:
            cost.append(-1)
    if not can_carry and not any(has > 0 for has in available):
        return Counter(_why_not(line, node, order, tariff) for line in order.lines).most_common(1)[0][0] if wanted else "no lines"
    return Lane(
        node,
        km,
        zone,
        rate.base,
        rate.per_step,
        late_days * policy.late_penalty_per_day,
        ships[1],
        arrives,
        available,
        cost,
        can_carry,
    )


def _refused_lines(order: OrderNeed, node: NodeFacts, tariff: Tariff) -> list[int]:
    """The lines the hard rules take from this node."""
    most = tariff.max_parcel_grams if node.max_weight_grams is None else min(node.max_weight_grams, tariff.max_parcel_grams)
    return [
        i
        for i, line in enumerate(order.lines)
        if line.weight_grams > most
        or (line.hazmat and not node.hazmat_ok)
        or (node.owners is not None and line.owner_id not in node.owners)
        or (order.refused and (line.line_id, node.node_id) in order.refused)
    ]


def _why_not(line: LineNeed, node: NodeFacts, order: OrderNeed, tariff: Tariff) -> str:
    if (line.line_id, node.node_id) in order.refused:
        return "refused before"
    if node.owners is not None and line.owner_id not in node.owners:
        return "owner: does not serve this owner"
    if line.hazmat and not node.hazmat_ok:
        return "hazmat: may not handle it"
    if node.max_weight_grams is not None and line.weight_grams > node.max_weight_grams:
        return f"weight: over {node.max_weight_grams} g a unit"
    if line.weight_grams > tariff.max_parcel_grams:
        return f"weight: over the carrier's {tariff.max_parcel_grams} g"
    return "no stock"


@lru_cache(maxsize=16384)
def _local_date(moment: datetime, tz: str) -> date:
    return moment.astimezone(ZoneInfo(tz)).date()
