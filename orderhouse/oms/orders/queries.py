"""Orders as frozen values: one with everything about it, lists, counts, and finding one by whatever is at hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import orjson

from orderhouse.contract.events import StoryEvent, story
from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.orders.rules import Action, OrderFacts, allowed_actions

# --- One order -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reservation:
    """Units of a line promised from a node."""

    node: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line and where its units stand: ordered = cancelled + backordered + reserved + released + shipped."""

    id: int
    line_number: int
    item_id: int
    sku: str
    name: str
    ordered: int
    cancelled: int
    backordered: int
    reserved: int
    released: int
    shipped: int
    returned: int
    cancel_wanted: int
    unit_price: Decimal
    due_date: date | None
    reservations: tuple[Reservation, ...] = ()


@dataclass(frozen=True, slots=True)
class ChargeLine:
    """Money that is not goods."""

    kind: str
    description: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Hold:
    """A hold: who placed it, when and why; who lifted it, None while it is open."""

    id: int
    kind: str
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """Units of a line in a release."""

    line_number: int
    quantity: int
    shipped: int
    shorted: int
    cancelled: int


@dataclass(frozen=True, slots=True)
class Release:
    """What one node was told to ship."""

    id: int
    number: str
    node: str
    state: str
    sent_at: datetime
    ship_by: datetime
    rejection: str
    lines: tuple[ReleaseLine, ...]


@dataclass(frozen=True, slots=True)
class ParcelContent:
    """Units of a line in a parcel."""

    line_number: int
    quantity: int
    lot_number: str
    serial_number: str


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that left; weight in grams."""

    id: int
    sscc: str
    tracking: str
    weight_grams: int
    delivered_at: datetime | None
    contents: tuple[ParcelContent, ...]


@dataclass(frozen=True, slots=True)
class Shipment:
    """Parcels that left a node together."""

    id: int
    number: str
    release: str
    node: str
    carrier: str
    service: str
    shipped_at: datetime
    parcels: tuple[Parcel, ...]


@dataclass(frozen=True, slots=True)
class SourcingDecision:
    """Why the order ships from where it does, as sourcing explained it."""

    id: int
    rule: str
    explanation: dict[str, Any]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class Return:
    """What comes back; ``units`` authorized, ``received`` of them so far, ``refunded`` in the order's currency."""

    id: int
    number: str
    node: str
    state: str
    reason: str
    authorized_at: datetime
    units: int
    received: int
    refunded: Decimal


@dataclass(frozen=True, slots=True)
class OrderDetail:
    """One order with everything about it. ``goods`` and ``total`` are money in ``currency`` of what was ordered."""

    id: int
    number: str
    channel: str
    channel_order_id: str
    state: str
    priority: int
    currency: str
    service: str
    ship_to: dict[str, Any]
    country: str
    customer_id: int | None
    customer_name: str
    customer_email: str
    placed_at: datetime
    received_at: datetime
    sourced_at: datetime | None
    promised_at: datetime | None
    ship_by: datetime | None
    lines: tuple[Line, ...]
    charges: tuple[ChargeLine, ...]
    holds: tuple[Hold, ...]
    releases: tuple[Release, ...]
    shipments: tuple[Shipment, ...]
    decisions: tuple[SourcingDecision, ...]
    returns: tuple[Return, ...]
    actions: tuple[Action, ...]
    story: tuple[StoryEvent, ...]

    @property
    def goods(self) -> Decimal:
        return sum((line.unit_price * line.ordered for line in self.lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        return self.goods + sum((charge.amount for charge in self.charges), Decimal(0))


def order_detail(tenant_id: int, order: int | str) -> OrderDetail:
    """One order by id or number, with everything about it; a fixed number of statements. Raises NotFound."""
    with unit_of_work(tenant_id):
        head = fetch_one(
            sql.load(__file__, "order_head"),
            {
                "tenant": tenant_id,
                "id": order if isinstance(order, int) else None,
                "number": None if isinstance(order, int) else order,
            },
        )
        if head is None:
            raise NotFound(kind="order", code=order, field="order")
        *facts, ship_to, parcels, undelivered = head
        order_id = facts[0]
        params = {"tenant": tenant_id, "order": order_id}
        lines = tuple(_line(row) for row in fetch_all(sql.load(__file__, "order_lines"), params))
        charges = fetch_all(
            "SELECT kind, description, amount FROM oms_charge WHERE tenant_id = %(tenant)s AND order_id = %(order)s ORDER BY id",
            params,
            of=ChargeLine,
        )
        holds = fetch_all(
            """SELECT id, kind, reason, placed_by, placed_at, lifted_by, lifted_at FROM oms_hold
               WHERE tenant_id = %(tenant)s AND order_id = %(order)s ORDER BY placed_at, id""",
            params,
            of=Hold,
        )
        releases = tuple(
            Release(*[*row[:-1], tuple(ReleaseLine(*line) for line in orjson.loads(row[-1]))])
            for row in fetch_all(sql.load(__file__, "order_releases"), params)
        )
        shipments = _shipments(fetch_all(sql.load(__file__, "order_shipments"), params))
        decisions = tuple(
            SourcingDecision(decision_id, rule, orjson.loads(explanation), decided_at)
            for decision_id, rule, explanation, decided_at in fetch_all(
                """SELECT id, rule, explanation::text, decided_at FROM oms_sourcing_decision
                   WHERE tenant_id = %(tenant)s AND order_id = %(order)s ORDER BY decided_at, id""",
                params,
            )
        )
        returns = fetch_all(sql.load(__file__, "order_returns"), params, of=Return)
        told = story(tenant_id, "order", order_id)
    actions = allowed_actions(_facts(lines, holds, facts[14], parcels, undelivered), sum(line.cancel_wanted for line in lines))
    return OrderDetail(
        *[
            *facts[:8],
            orjson.loads(ship_to),
            *facts[8:],
            lines,
            tuple(charges),
            tuple(holds),
            releases,
            shipments,
            decisions,
            tuple(returns),
            tuple(actions),
            tuple(told),
        ]
    )


def _line(row: tuple[Any, ...]) -> Line:
    *facts, reservations = row
    return Line(*[*facts, tuple(Reservation(*each) for each in orjson.loads(reservations or "[]"))])


def _facts(lines: Iterable[Line], holds: Iterable[Hold], sourced_at: object, parcels: int, undelivered: int) -> OrderFacts:
    rows = list(lines)
    holds = list(holds)
    tracks = ("ordered", "cancelled", "backordered", "reserved", "released", "shipped", "returned")
    units = [sum(getattr(line, track) for line in rows) for track in tracks]
    return OrderFacts(*units)._replace(
        open_holds=sum(hold.lifted_at is None for hold in holds),
        lifted_holds=sum(hold.lifted_at is not None for hold in holds),
        sourced=sourced_at is not None,
        parcels=parcels,
        undelivered=undelivered,
    )


def _shipments(rows: list[tuple[Any, ...]]) -> tuple[Shipment, ...]:
    shipments: dict[int, list[Any]] = {}
    parcels: dict[int, list[Parcel]] = {}
    for row in rows:
        shipments.setdefault(row[0], list(row[:7]))
        if row[7] is not None:
            contents = tuple(ParcelContent(*each) for each in orjson.loads(row[12] or "[]"))
            parcels.setdefault(row[0], []).append(Parcel(*[*row[7:12], contents]))
    return tuple(Shipment(*[*facts, tuple(parcels.get(shipment_id, ()))]) for shipment_id, facts in shipments.items())


# --- Many orders ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OrderSummary:
    """An order in a list."""

    id: int
    number: str
    channel: str
    channel_order_id: str
    state: str
    priority: int
    customer_name: str
    country: str
    placed_at: datetime
    received_at: datetime
    promised_at: datetime | None
    ship_by: datetime | None
    lines: int
    units: int
    shipped: int
    goods: Decimal
    currency: str
    open_holds: list[str]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders, the latest received first; ``next_cursor`` asks for the page after, None on the last."""

    orders: tuple[OrderSummary, ...]
    next_cursor: str | None


def list_orders(
    tenant_id: int,
    *,
    states: Collection[str] | None = None,
    channel: str | None = None,
    search: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> OrderPage:
    """A page of orders, the latest received first.

    ``states`` and ``channel`` (code) narrow it; ``search`` takes what :func:`find_orders` takes. ``limit`` 1 to 500.
    The cursor names the last order seen, so pages neither skip nor repeat while orders come in. Raises InvalidInput for a
    cursor that is none of ours.
    """
    limit = max(1, min(limit, 500))
    after_at, after_id = _cursor(cursor)
    with unit_of_work(tenant_id):
        found = [match.order_id for match in find_orders(tenant_id, search, 500)] if search.strip() else None
        rows = fetch_all(
            sql.load(__file__, "list_orders"),
            {
                "tenant": tenant_id,
                "states": None if states is None else list(states),
                "channel": channel,
                "found": found,
                "after_at": after_at,
                "after_id": after_id,
                "limit": limit + 1,
            },
            of=OrderSummary,
        )
    page = rows[:limit]
    more = len(rows) > limit
    return OrderPage(tuple(page), f"{page[-1].received_at.isoformat()}_{page[-1].id}" if more else None)


def _cursor(text: str | None) -> tuple[datetime | None, int | None]:
    if not text:
        return None, None
    at, _, order_id = text.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not 0 < int(order_id) < 2**63:
            raise ValueError(text)
        return moment, int(order_id)
    except ValueError:
        raise InvalidInput(field="cursor", reason=f"{text[:60]!r} is no cursor", remedy="Start again without one.")


def states_of(tenant_id: int, order_ids: Collection[int]) -> dict[int, str]:
    """The states of these orders."""
    with unit_of_work(tenant_id):
        return dict(
            fetch_all("SELECT id, state FROM oms_order WHERE tenant_id = %s AND id = ANY (%s)", (tenant_id, list(order_ids)))
        )


def counts_by_state(tenant_id: int, channel: str | None = None) -> dict[str, int]:
    """How many orders are in each state; states without orders are absent."""
    with unit_of_work(tenant_id):
        return dict(
            fetch_all(
                """SELECT o.state, count(*) FROM oms_order o
                   WHERE o.tenant_id = %(tenant)s AND (%(channel)s::text IS NULL OR o.channel_id =
                     (SELECT c.id FROM oms_channel c WHERE c.tenant_id = %(tenant)s AND c.code = %(channel)s::text))
                   GROUP BY o.state""",
                {"tenant": tenant_id, "channel": channel},
            )
        )


@dataclass(frozen=True, slots=True)
class Match:
    """An order somebody may have meant, and by what: number, channel order id, email, tracking or sku."""

    order_id: int
    number: str
    matched_by: str


def find_orders(tenant_id: int, text: str, limit: int = 50) -> list[Match]:
    """Orders by number, the channel's own id, the customer's email or number, a tracking number or a SKU,
    all in full; the latest first within each, each order once. At most ``limit``."""
    wanted = text.strip()
    if not wanted or "\x00" in wanted:
        return []
    with unit_of_work(tenant_id):
        rows = fetch_all(
            sql.load(__file__, "find_orders"),
            {"tenant": tenant_id, "text": wanted, "lower": wanted.lower(), "limit": limit},
            of=Match,
        )
    return list({match.order_id: match for match in reversed(rows)}.values())[::-1][:limit]


@dataclass(frozen=True, slots=True)
class InvalidOrder:
    """A submission that could not be placed: as it came, and everything that is wrong with it."""

    id: int
    source: str
    channel_order_id: str
    payload: Any
    reasons: list[dict[str, str]]
    received_at: datetime
    state: str
    settled_by: str | None
    settled_at: datetime | None
    order_id: int | None


_INVALID = """SELECT id, source, channel_order_id, payload::text, reasons::text, received_at, state, settled_by, settled_at, order_id
FROM oms_invalid_order WHERE tenant_id = %(tenant)s"""


def invalid_orders(tenant_id: int, *, state: str = "open", limit: int = 100) -> list[InvalidOrder]:
    """Submissions that could not be placed, the oldest first: open, replayed or discarded."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            _INVALID + " AND state = %(state)s ORDER BY received_at, id LIMIT %(limit)s",
            {"tenant": tenant_id, "state": state, "limit": limit},
        )
    return [_invalid(row) for row in rows]


def invalid_count(tenant_id: int, state: str = "open") -> int:
    """How many submissions are open (or replayed, or discarded)."""
    with unit_of_work(tenant_id):
        counted = fetch_all("SELECT count(*) FROM oms_invalid_order WHERE tenant_id = %s AND state = %s", (tenant_id, state))
    return int(counted[0][0])


def invalid_order(tenant_id: int, invalid_id: int) -> InvalidOrder:
    """One of them; refuses an unknown one."""
    with unit_of_work(tenant_id):
        row = fetch_one(_INVALID + " AND id = %(id)s", {"tenant": tenant_id, "id": invalid_id})
    if row is None:
        raise NotFound(kind="invalid order", code=invalid_id, field="invalid_id")
    return _invalid(row)


def _invalid(row: tuple[Any, ...]) -> InvalidOrder:
    return InvalidOrder(*[*row[:3], orjson.loads(row[3]), orjson.loads(row[4]), *row[5:]])
