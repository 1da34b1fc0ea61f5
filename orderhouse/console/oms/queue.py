"""The order queue: counts, pages that neither skip nor repeat, and all ids of a filter; each in one statement."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from orderhouse.console.oms import filters
from orderhouse.console.oms.filters import Conditions, Filter, conditions
from orderhouse.console.oms.queries import day_began
from orderhouse.database import fetch_all, fetch_one, fetch_values, unit_of_work
from orderhouse.kernel.errors import InvalidInput
from orderhouse.oms.orders.queries import find_orders

_SHARED = ("tenant", "now", "soon", "midnight")
_NAME = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Row:
    """An order in the queue. ``risk`` is late, soon or empty; ``goods`` money of what was ordered; ``begun`` says that a node
    has it; ``sort_key`` is the value it is sorted by, as text."""

    id: int
    number: str
    channel: str
    channel_name: str
    channel_kind: str
    state: str
    priority: int
    customer_name: str
    country: str
    service: str
    received_at: datetime
    promised_at: datetime | None
    ship_by: datetime | None
    lines: int
    units: int
    waiting: int
    goods: Decimal
    currency: str
    holds: list[str]
    nodes: list[str]
    risk: str
    stage: str
    sort_key: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the queue; ``after`` asks for the next, empty on the last."""

    rows: tuple[Row, ...]
    after: str


@dataclass(frozen=True, slots=True)
class Moment:
    """When a page is drawn, and when the business's day began: every figure on one page is of one moment."""

    tenant_id: int
    now: datetime
    midnight: datetime


def moment(tenant_id: int, now: datetime) -> Moment:
    return Moment(tenant_id, now, day_began(tenant_id, now))


def counts(at: Moment, wanted: Mapping[str, Filter]) -> dict[str, int]:
    """How many orders each filter matches, by its name: one statement over open orders, one over all, however many filters."""
    asked = {name: _conditions(at, each) for name, each in wanted.items()}
    found: dict[str, int] = {}
    for open_only in (True, False):
        some = {name: each for name, each in asked.items() if each.open_only is open_only}
        if some:
            found |= _count(at, some, open_only)
    return {name: found[name] for name in wanted}


def _count(at: Moment, some: Mapping[str, Conditions], open_only: bool) -> dict[str, int]:
    params: dict[str, Any] = {}
    columns = []
    for n, each in enumerate(some.values()):
        where = " AND ".join(_NAME.sub(lambda m, n=n: m[0] if m[1] in _SHARED else f"%(p{n}_{m[1]})s", c) for c in each.where)  # type: ignore[misc]
        columns.append(f"count(*) FILTER (WHERE {where})::int" if where else "count(*)::int")
        params |= {name if name in _SHARED else f"p{n}_{name}": value for name, value in each.params.items()}
    only = f"AND {filters.OPEN}" if open_only else ""
    with unit_of_work(at.tenant_id):
        row = fetch_one(f"SELECT {', '.join(columns)} FROM oms_order o WHERE o.tenant_id = %(tenant)s {only}", params)
    return dict(zip(some, row or (), strict=True))


def page(at: Moment, wanted: Filter, *, after: str = "", limit: int = 50) -> Page:
    """A page of a filter in its sort. ``after`` names the last row seen by its sort key and id, so that pages neither skip nor
    repeat while orders come and go. Raises InvalidInput for an ``after`` that is none of ours."""
    name, down = wanted.order
    key, kind, _ = filters.SORTS[name]
    asked = _conditions(at, wanted)
    where = ["o.tenant_id = %(tenant)s", *asked.where]
    params = dict(asked.params) | {"limit": limit + 1}
    if after:
        params["after_key"], params["after_id"] = _after(after, kind)
        where.append(f"({key}, o.id) {'<' if down else '>'} (%(after_key)s::{kind}, %(after_id)s::bigint)")
    way = "DESC" if down else "ASC"
    statement = f"""WITH o AS (
      SELECT o.*, {key} AS sort_key FROM oms_order o
      WHERE {" AND ".join(where)} ORDER BY {key} {way}, o.id {way} LIMIT %(limit)s
    ) {_ROW} ORDER BY o.sort_key {way}, o.id {way}"""
    with unit_of_work(at.tenant_id):
        rows = fetch_all(statement, params, of=Row)
    shown = rows[:limit]
    return Page(tuple(shown), f"{shown[-1].sort_key}_{shown[-1].id}" if len(rows) > limit else "")


def matching(at: Moment, wanted: Filter, limit: int) -> list[int]:
    """The ids of every order a filter matches, the oldest first; at most ``limit``."""
    asked = _conditions(at, wanted)
    where = " AND ".join(["o.tenant_id = %(tenant)s", *asked.where])
    statement = f"SELECT o.id FROM oms_order o WHERE {where} ORDER BY o.received_at, o.id LIMIT %(limit)s"
    with unit_of_work(at.tenant_id):
        return fetch_values(statement, asked.params | {"limit": limit})


def _conditions(at: Moment, wanted: Filter) -> Conditions:
    found = _found(at.tenant_id, wanted.q) if wanted.q else None
    return conditions(wanted, tenant_id=at.tenant_id, now=at.now, midnight=at.midnight, found=found)


def _found(tenant_id: int, text: str) -> list[int]:
    """Orders that free text means: whatever finds one in full, else those of customers whose name begins so or holds it as a word."""
    found = [match.order_id for match in find_orders(tenant_id, text, 500)]
    if found or len(text) < 2:
        return found
    like = text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
    with unit_of_work(tenant_id):
        return fetch_values(
            """SELECT o.id FROM oms_order o
               WHERE o.tenant_id = %(tenant)s AND o.customer_id = ANY (ARRAY(
                 SELECT u.id FROM oms_customer u WHERE u.tenant_id = %(tenant)s AND u.name ILIKE %(like)s LIMIT 500))
               ORDER BY o.received_at DESC LIMIT 500""",
            {"tenant": tenant_id, "like": f"%{like}%"},
        )


def _after(text: str, kind: str) -> tuple[str, int]:
    key, _, order_id = text.rpartition("_")
    try:
        if kind == "numeric":
            right = Decimal(key).is_finite()
        else:
            right = key == "infinity" or datetime.fromisoformat(key).tzinfo is not None
        if not right or not 0 < int(order_id) < 2**63:
            raise ValueError(text)
        return key, int(order_id)
    except (ValueError, InvalidOperation):
        raise InvalidInput(field="after", reason=f"{text[:60]!r} is no place in the list", remedy="Start again.") from None


_ROW = f"""SELECT o.id, o.number, c.code AS channel, c.name AS channel_name, c.kind AS channel_kind, o.state, o.priority,
  coalesce(nullif(u.name, ''), o.ship_to ->> 'name', '') AS customer_name, o.country, o.service, o.received_at, o.promised_at,
  o.ship_by, l.lines, l.units, l.waiting, o.goods, o.currency, h.kinds AS holds, coalesce(n.codes, '{{}}') AS nodes,
  CASE WHEN {filters.LATE} THEN 'late' WHEN {filters.AT_RISK} THEN 'soon' ELSE '' END AS risk,
  CASE WHEN {filters.OPEN} THEN {filters.STAGE} ELSE o.state END AS stage, o.sort_key::text AS sort_key
FROM o
JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
LEFT JOIN oms_customer u ON u.tenant_id = o.tenant_id AND u.id = o.customer_id
CROSS JOIN LATERAL (
  SELECT count(*)::int AS lines, coalesce(sum(l.ordered), 0)::int AS units, coalesce(sum(l.backordered), 0)::int AS waiting
  FROM oms_order_line l WHERE l.tenant_id = %(tenant)s AND l.order_id = o.id) l
CROSS JOIN LATERAL (
  SELECT coalesce(array_agg(h.kind ORDER BY h.kind), '{{}}') AS kinds
  FROM oms_hold h WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id AND h.lifted_at IS NULL) h
LEFT JOIN LATERAL (
  SELECT array_agg(DISTINCT p.code ORDER BY p.code) AS codes FROM (
    SELECT n.code FROM oms_release r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
    WHERE r.tenant_id = %(tenant)s AND r.order_id = o.id AND r.state NOT IN ('rejected', 'cancelled', 'shorted')
    UNION ALL
    SELECT n.code FROM oms_reservation r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
    WHERE r.tenant_id = %(tenant)s AND r.order_id = o.id AND r.quantity > 0) p) n ON true"""


def facets(tenant_id: int) -> dict[str, Sequence[tuple[str, str]]]:
    """What can be chosen in the filters: (code, name) of channels, nodes, countries and services there are."""
    with unit_of_work(tenant_id):
        channels = fetch_all("SELECT code, name FROM oms_channel WHERE tenant_id = %s ORDER BY code", (tenant_id,))
        nodes = fetch_all("SELECT code, name FROM catalog_node WHERE tenant_id = %s ORDER BY code", (tenant_id,))
        rows = fetch_all("SELECT DISTINCT country, service FROM oms_order WHERE tenant_id = %s", (tenant_id,))
    countries, services = ({row[n] for row in rows} for n in (0, 1))
    return {
        "channel": [(row[0], row[1]) for row in channels],
        "node": [(row[0], row[1]) for row in nodes],
        "country": [(code, code) for code in sorted(countries)],
        "service": [(code, code) for code in sorted(services)],
    }
