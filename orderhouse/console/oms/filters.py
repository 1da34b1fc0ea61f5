"""Which orders a list shows: filters as they stand in the page's address, and the SQL conditions they mean.

A figure, a tab, a saved view and "all that match" are all one :class:`Filter`: whoever counts and whoever lists ask the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlencode

from orderhouse.kernel.identifiers import first_id_at
from orderhouse.oms.orders.parse_order import HOLD_KINDS
from orderhouse.oms.orders.rules import LEGAL_STEPS

RISK = timedelta(hours=2)
"""An order that must leave within this time and is not packed is at risk."""

OPEN = "o.state NOT IN ('shipped', 'delivered', 'closed', 'cancelled')"
"""As the partial indexes of open orders say it, so that they are used."""

WAITS = """EXISTS (SELECT FROM oms_order_line l WHERE l.tenant_id = o.tenant_id AND l.order_id = o.id AND l.backordered > 0)"""
HELD = "EXISTS (SELECT FROM oms_hold h WHERE h.tenant_id = o.tenant_id AND h.order_id = o.id AND h.lifted_at IS NULL)"
PACKED = f"""(EXISTS (SELECT FROM oms_release r WHERE r.tenant_id = o.tenant_id AND r.order_id = o.id AND r.state = 'packed')
  AND NOT EXISTS (SELECT FROM oms_release r WHERE r.tenant_id = o.tenant_id AND r.order_id = o.id
    AND r.state IN ('sent', 'accepted', 'waved', 'picking', 'picked'))
  AND NOT EXISTS (SELECT FROM oms_reservation v WHERE v.tenant_id = o.tenant_id AND v.order_id = o.id AND v.quantity > 0)
  AND NOT {WAITS})"""
LATE = f"({OPEN} AND o.ship_by < %(now)s)"
AT_RISK = f"({OPEN} AND o.ship_by >= %(now)s AND o.ship_by < %(soon)s AND NOT {PACKED})"
LATE_RISK = f"({OPEN} AND o.ship_by < %(soon)s AND (o.ship_by < %(now)s OR NOT {PACKED}))"
"""The one definition of late risk: past its dispatch time, or due within :data:`RISK` and not packed."""

ON_FLOOR = """EXISTS (SELECT FROM oms_release r WHERE r.tenant_id = o.tenant_id AND r.order_id = o.id
  AND r.state IN ('sent', 'accepted', 'waved', 'picking', 'picked', 'packed'))"""
TO_RELEASE = f"""(EXISTS (SELECT FROM oms_reservation v WHERE v.tenant_id = o.tenant_id AND v.order_id = o.id AND v.quantity > 0)
  AND NOT {HELD}
  AND (NOT {WAITS} OR (SELECT c.ships_partially FROM oms_channel c WHERE c.tenant_id = o.tenant_id AND c.id = o.channel_id)))"""
"""What ``release_orders`` would release now."""

STAGE = """(CASE WHEN o.state = 'held' THEN 'held'
  ELSE coalesce(
    (SELECT CASE min(CASE r.state WHEN 'packed' THEN 3 WHEN 'picking' THEN 2 WHEN 'picked' THEN 2 ELSE 1 END)
       WHEN 3 THEN 'packed' WHEN 2 THEN 'picking' WHEN 1 THEN 'released' END
     FROM oms_release r WHERE r.tenant_id = o.tenant_id AND r.order_id = o.id
       AND r.state NOT IN ('shipped', 'rejected', 'shorted', 'cancelled')),
    CASE WHEN o.state IN ('reserved', 'partly_reserved') THEN 'reserved'
         WHEN o.state IN ('received', 'accepted') THEN 'captured' ELSE 'waiting' END)
  END)"""
"""Where an open order stands on the river: at its least advanced open release."""

STAGES = ("captured", "held", "reserved", "released", "picking", "packed", "shipped")
"""The river, from source to mouth; orders that wait for stock wait beside it."""

VIEWS: dict[str, tuple[bool, str]] = {
    "all": (False, "true"),
    "attention": (True, f"({OPEN} AND (o.state = 'held' OR {LATE_RISK} OR (o.sourced_at IS NOT NULL AND {WAITS})))"),
    "held": (True, "o.state = 'held'"),
    "backordered": (True, f"({OPEN} AND o.sourced_at IS NOT NULL AND {WAITS})"),
    "late": (True, LATE_RISK),
    "to-release": (True, f"({OPEN} AND {TO_RELEASE})"),
    "floor": (True, f"({OPEN} AND {ON_FLOOR})"),
    "shipped": (False, "o.state IN ('shipped', 'delivered', 'closed')"),
}
"""Tabs: whether only open orders can be in it, and its condition."""

ENTERED = {
    "captured": "order-placed",
    "held": "order-held",
    "reserved": "order-sourced",
    "released": "order-released",
    "picking": "picking-started",
    "packed": "release-packed",
    "shipped": "order-shipped",
}
"""The event that tells of an order's coming to a stage."""

SORTS = {
    "age": ("o.received_at", "timestamptz", True),
    "ship_by": ("coalesce(o.ship_by, 'infinity')", "timestamptz", False),
    "promise": ("coalesce(o.promised_at, 'infinity')", "timestamptz", False),
    "value": ("o.goods", "numeric", True),
}
"""What a list can be sorted by: the expression, its type, and whether the greatest comes first of itself."""


@dataclass(frozen=True, slots=True)
class Filter:
    """The filters of one list; empty ones filter nothing. Each field is a parameter of the page's address."""

    tab: str = "all"
    q: str = ""
    state: str = ""
    stage: str = ""
    entered: str = ""
    channel: str = ""
    node: str = ""
    country: str = ""
    service: str = ""
    hold: str = ""
    risk: str = ""
    value_from: str = ""
    value_to: str = ""
    promised_from: str = ""
    promised_to: str = ""
    leaves_by: str = ""
    received: str = ""
    shipped: str = ""
    sort: str = ""
    wrong: tuple[str, ...] = field(default=(), compare=False)

    def but(self, **changes: str) -> Filter:
        """The same with other values."""
        return replace(self, **changes)  # type: ignore[arg-type]

    @property
    def given(self) -> dict[str, str]:
        """What is set, as the address carries it."""
        return {
            f.name: v
            for f in fields(self)
            if f.name != "wrong" and (v := getattr(self, f.name)) and (f.name, v) != ("tab", "all")
        }

    @property
    def chosen(self) -> dict[str, str]:
        """The filters on top of the tab."""
        return {name: value for name, value in self.given.items() if name not in ("tab", "sort")}

    @property
    def query(self) -> str:
        return urlencode(self.given)

    @property
    def order(self) -> tuple[str, bool]:
        """The sort, and whether it runs from the greatest down."""
        name = self.sort.removeprefix("-")
        natural = SORTS[name or "age"][2]
        return name or "age", natural != self.sort.startswith("-")


_DATES = ("promised_from", "promised_to")
_MONEY = ("value_from", "value_to")
_CHOICES: dict[str, frozenset[str]] = {
    "tab": frozenset(VIEWS),
    "state": frozenset(LEGAL_STEPS),
    "stage": frozenset({*STAGES[:-1], "waiting"}),
    "entered": frozenset(STAGES),
    "hold": frozenset(HOLD_KINDS),
    "risk": frozenset({"late", "soon"}),
    "received": frozenset({"today"}),
    "shipped": frozenset({"today"}),
    "sort": frozenset({*SORTS, *(f"-{name}" for name in SORTS)}),
}


def read_filter(values: Mapping[str, str]) -> Filter:
    """The filter an address asks for; what cannot be read is left out and named in ``wrong``, so that no list pretends."""
    known: dict[str, str] = {}
    wrong = []
    for name in (f.name for f in fields(Filter) if f.name != "wrong"):
        value = str(values.get(name) or "").replace("\x00", "").strip()[:200]
        if not value:
            continue
        if _right(name, value):
            known[name] = value.upper() if name == "country" else value
        else:
            wrong.append(name)
    return Filter(**known, wrong=tuple(wrong))


def _right(name: str, value: str) -> bool:
    if name in _CHOICES:
        return value in _CHOICES[name]
    try:
        if name in _DATES:
            date.fromisoformat(value)
        elif name in _MONEY:
            return Decimal(value).is_finite() and 0 <= Decimal(value) < 10**12
        elif name == "leaves_by":
            return datetime.fromisoformat(value).tzinfo is not None
    except (ValueError, InvalidOperation):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Conditions:
    """A filter as SQL: ``where`` joins with AND; ``open_only`` says that no closed order can match."""

    where: tuple[str, ...]
    params: dict[str, Any]
    open_only: bool


def conditions(wanted: Filter, *, tenant_id: int, now: datetime, midnight: datetime, found: list[int] | None) -> Conditions:
    """The conditions of a filter at ``now``; ``midnight`` began the business's day; ``found`` are the orders its text names."""
    open_only, view = VIEWS[wanted.tab]
    where = [view] if view != "true" else []
    params: dict[str, Any] = {"tenant": tenant_id, "now": now, "soon": now + RISK, "midnight": midnight}

    def also(condition: str, **values: Any) -> None:
        where.append(condition)
        params.update(values)

    if wanted.q:
        also("o.id = ANY (%(found)s::bigint[])", found=found or [])
    if wanted.state:
        also("o.state = %(state)s", state=wanted.state)
    if wanted.stage:
        open_only = True
        also(f"{OPEN} AND {STAGE} = %(stage)s", stage=wanted.stage)
    if wanted.risk:
        open_only = True
        also(LATE if wanted.risk == "late" else AT_RISK)
    if wanted.channel:
        code = "(SELECT c.id FROM oms_channel c WHERE c.tenant_id = %(tenant)s AND c.code = %(channel)s)"
        also(f"o.channel_id = {code}", channel=wanted.channel)
    if wanted.node:
        also(_AT_NODE, node=wanted.node)
    if wanted.country:
        also("o.country = %(country)s", country=wanted.country)
    if wanted.service:
        also("o.service = %(service)s", service=wanted.service)
    if wanted.hold:
        also(HELD.replace("h.lifted_at IS NULL", "h.lifted_at IS NULL AND h.kind = %(hold)s"), hold=wanted.hold)
    if wanted.value_from:
        also("o.goods >= %(value_from)s::numeric", value_from=wanted.value_from)
    if wanted.value_to:
        also("o.goods <= %(value_to)s::numeric", value_to=wanted.value_to)
    if wanted.promised_from:
        also("o.promised_at >= %(promised_from)s", promised_from=_day(wanted.promised_from, midnight))
    if wanted.promised_to:
        also("o.promised_at < %(promised_to)s", promised_to=_day(wanted.promised_to, midnight) + timedelta(days=1))
    if wanted.leaves_by:
        open_only = True
        also(f"{OPEN} AND {LEAVES}", leaves_by=datetime.fromisoformat(wanted.leaves_by))
    if wanted.received:
        also("o.received_at >= %(midnight)s")
    if wanted.shipped:
        also(_SHIPPED_SINCE, midnight_id=first_id_at(midnight))
    if wanted.entered:
        hour_ago = now - timedelta(hours=1)
        of_release = wanted.entered in ("picking", "packed")
        also(_ENTERED[of_release], entered=ENTERED[wanted.entered], hour_ago=hour_ago, hour_id=first_id_at(hour_ago))
    return Conditions(tuple(where), params, open_only)


LEAVES = "o.state IN ('reserved', 'partly_reserved', 'released', 'partly_shipped') AND o.ship_by <= %(leaves_by)s"
_NODE = "(SELECT n.id FROM catalog_node n WHERE n.tenant_id = %(tenant)s AND n.code = %(node)s)"
_AT_NODE = f"""(o.id IN (SELECT r.order_id FROM oms_release r
    WHERE r.tenant_id = %(tenant)s AND r.node_id = {_NODE} AND r.state NOT IN ('rejected', 'cancelled', 'shorted'))
  OR {OPEN} AND EXISTS (SELECT FROM oms_reservation v
    WHERE v.tenant_id = o.tenant_id AND v.order_id = o.id AND v.quantity > 0 AND v.node_id = {_NODE}))"""
_SHIPPED_SINCE = """o.id IN (SELECT s.order_id FROM oms_shipment s WHERE s.tenant_id = %(tenant)s AND s.id >= %(midnight_id)s
  AND s.shipped_at >= %(midnight)s)"""
_ENTERED = (
    """o.id IN (SELECT e.subject_id FROM contract_event e WHERE e.tenant_id = %(tenant)s AND e.id >= %(hour_id)s
      AND e.subject_kind = 'order' AND e.type = %(entered)s AND e.at >= %(hour_ago)s)""",
    """o.id IN (SELECT r.order_id FROM contract_event e
      JOIN oms_release r ON r.tenant_id = e.tenant_id AND r.number = e.facts ->> 'release'
      WHERE e.tenant_id = %(tenant)s AND e.id >= %(hour_id)s AND e.type = %(entered)s AND e.at >= %(hour_ago)s)""",
)


def _day(text: str, midnight: datetime) -> datetime:
    """A date as the moment it begins where the business is."""
    day = date.fromisoformat(text)
    return datetime(day.year, day.month, day.day, tzinfo=midnight.tzinfo or UTC)
