"""Calls sourcing's SQL: gather what must be decided over, post what was decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson

from orderhouse.catalog.queries import Node, nodes
from orderhouse.database import execute, fetch_all
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.identifiers import new_ids
from orderhouse.oms.freight.calendars import Calendar
from orderhouse.oms.freight.queries import CarrierTariff, tariffs
from orderhouse.oms.sourcing.candidates import Decision, LineNeed, NodeFacts, OrderNeed, explain


class NoTariff(Refusal):
    """Nothing can be sourced without a price list."""

    sentence = "There is no active tariff to price freight with."
    remedy = "Define a tariff, then source again: the orders wait."


@dataclass(frozen=True, slots=True)
class Need:
    """A waiting line with its order, as gathered."""

    order_id: int
    number: str
    channel_id: int
    channel_order_id: str
    channel: str
    when_short: str
    buffer: int
    share_percent: int
    priority: int
    promised_at: datetime | None
    received_at: datetime
    latitude: float | None
    longitude: float | None
    country: str
    service: str
    sourced_at: datetime | None
    line_id: int
    line_number: int
    item_id: int
    owner_id: int
    backordered: int
    weight_grams: int
    hazmat: bool


def lock_needs(tenant_id: int, order_ids: Collection[int]) -> list[Need]:
    """Lock these orders and their waiting lines."""
    return fetch_all(sql.load(__file__, "lock_needs"), {"tenant": tenant_id, "orders": list(order_ids)}, of=Need)


def order_needs(tenant_id: int, needs: Sequence[Need]) -> list[OrderNeed]:
    """The gathered lines as orders to decide, each with the nodes that refused it before."""
    refusals: dict[int, set[int]] = defaultdict(set)
    for line_id, node_id in fetch_all(
        "SELECT order_line_id, node_id FROM oms_node_refusal WHERE tenant_id = %s AND order_line_id = ANY (%s)",
        (tenant_id, [need.line_id for need in needs]),
    ):
        refusals[line_id].add(node_id)
    by_order: dict[int, list[Need]] = defaultdict(list)
    for need in needs:
        by_order[need.order_id].append(need)
    return [
        OrderNeed(
            order_id=order_id,
            priority=lines[0].priority,
            promise_at=lines[0].promised_at,
            received_at=lines[0].received_at,
            ship_to_lat=lines[0].latitude,
            ship_to_lon=lines[0].longitude,
            ship_to_country=lines[0].country,
            service_code=lines[0].service,
            lines=tuple(
                LineNeed(line.line_id, line.item_id, line.backordered, line.weight_grams, line.hazmat, line.owner_id)
                for line in lines
            ),
            refused=frozenset((line.line_id, node_id) for line in lines for node_id in refusals[line.line_id]),
        )
        for order_id, lines in by_order.items()
    ]


def candidate_nodes(tenant_id: int, at: datetime) -> tuple[list[NodeFacts], dict[int, Node]]:
    """The active nodes as sourcing sees them now, and as the catalog has them."""
    known = {node.id: node for node in nodes(tenant_id).values() if node.active}
    return node_facts(tenant_id, known, at), known


def node_facts(tenant_id: int, known: Mapping[int, Node], at: datetime | None = None) -> list[NodeFacts]:
    """These nodes as sourcing sees them: what each can still take on the day of ``at`` is looked up where any is limited."""
    limited = [node.id for node in known.values() if node.lines_per_day is not None]
    taken: dict[int, int] = {}
    if limited:
        taken = dict(
            fetch_all(
                """SELECT r.node_id, count(*) FROM oms_release r
                   JOIN oms_release_line l ON l.tenant_id = r.tenant_id AND l.release_id = r.id
                   WHERE r.tenant_id = %s AND r.node_id = ANY (%s) AND r.sent_at >= date_trunc('day', %s::timestamptz)
                   GROUP BY r.node_id""",
                (tenant_id, limited, at),
            )
        )
    return [_facts(node, taken.get(node.id, 0)) for node in known.values()]


def _facts(node: Node, lines_taken: int) -> NodeFacts:
    country, _, subdivision = node.holiday_calendar.partition("-")
    weekdays = frozenset(day for day, works in enumerate(node.working_days) if works == "1")
    return NodeFacts(
        node_id=node.id,
        code=node.code,
        kind=node.kind,
        lat=node.latitude,
        lon=node.longitude,
        country=node.country,
        handling_per_parcel=node.handling_per_parcel,
        handling_per_line=node.handling_per_line,
        capacity_left_lines=None if node.lines_per_day is None else max(0, node.lines_per_day - lines_taken),
        hazmat_ok=node.carries_hazmat,
        countries=None if node.countries_served is None else frozenset(node.countries_served),
        ships_on=Calendar(weekdays, country, subdivision),
        cutoff_minutes=node.cutoff_time.hour * 60 + node.cutoff_time.minute,
        tz=node.time_zone,
    )


def lock_available(tenant_id: int, item_ids: Collection[int], node_ids: Collection[int]) -> dict[tuple[int, int, int], int]:
    """Lock and read what each node has free: (node, item, owner) to units."""
    rows = fetch_all(
        sql.load(__file__, "lock_available"), {"tenant": tenant_id, "items": sorted(set(item_ids)), "nodes": sorted(node_ids)}
    )
    return {(node, item, owner): balance for node, item, owner, balance in rows}


def tariffs_by_service(tenant_id: int) -> dict[str, CarrierTariff]:
    """The carrier and price list that carry each service; the tariff named for a service comes before one that has it too."""
    carries = by_service(tariffs(tenant_id))
    if not carries:
        raise NoTariff()
    return carries


def by_service(every: Sequence[CarrierTariff]) -> dict[str, CarrierTariff]:
    """:func:`tariffs_by_service`, of these; empty where none is active."""
    active = [tariff for tariff in every if tariff.active]
    carries = {service: tariff for tariff in reversed(active) for service, _ in tariff.tariff.rates}
    return carries | {tariff.service: tariff for tariff in reversed(active)}


def post_reservations(tenant_id: int, rows: Sequence[tuple[int, int, int, int]]) -> None:
    """(line, node, order, units), sorted."""
    execute(*reservations(tenant_id, rows))


def reservations(tenant_id: int, rows: Sequence[tuple[int, int, int, int]]) -> Part:
    """What :func:`post_reservations` writes, as part of a statement."""
    lines, node_ids, orders, quantities = zip(*rows, strict=True)
    return Part(
        sql.load(__file__, "post_reservations"),
        {
            "tenant": tenant_id,
            "lines": list(lines),
            "nodes": list(node_ids),
            "orders": list(orders),
            "quantities": list(quantities),
        },
    )


def count_on_lines(tenant_id: int, reserved: dict[int, int], cancelled: dict[int, int], lines: Sequence[int]) -> None:
    """Move waiting units of ``lines`` to reserved or cancelled, and date what still waits."""
    execute(
        sql.load(__file__, "count_on_lines"),
        {
            "tenant": tenant_id,
            "lines": list(lines),
            "reserved": [reserved.get(line, 0) for line in lines],
            "cancelled": [cancelled.get(line, 0) for line in lines],
        },
    )


def decisions(tenant_id: int, rule: str, told: Sequence[tuple[By, Decision]]) -> Part:
    """Keep each decision with its explanation."""
    return Part(
        sql.load(__file__, "write_decisions"),
        {
            "tenant": tenant_id,
            "rule": rule,
            "ids": new_ids(len(told)),
            "orders": [decision.order_id for _, decision in told],
            "explanations": [orjson.dumps(explain(decision)).decode() for _, decision in told],
            "ats": [by.at for by, _ in told],
        },
    )


def promise_orders(by: By, rows: Sequence[tuple[int, datetime | None, datetime | None]]) -> None:
    """(order, delivery promised, latest dispatch)."""
    orders, promises, dispatches = zip(*rows, strict=True)
    execute(
        sql.load(__file__, "promise_orders"),
        {"tenant": by.tenant_id, "at": by.at, "orders": list(orders), "promises": list(promises), "dispatches": list(dispatches)},
    )
