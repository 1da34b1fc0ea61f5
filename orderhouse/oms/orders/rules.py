"""What orders allow: which submissions are right, what state an order is in, which steps it may take, how it is cancelled. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.orders.parse_order import Problem

# --- Capture -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ChannelFacts:
    """What capture needs to know of a channel."""

    id: int
    code: str
    owner_id: int
    currency: str
    priority: int
    service: str
    active: bool


class KnownItem(NamedTuple):
    """An item that a channel's SKU means."""

    id: int
    active: bool


def problems_with(order: SubmitOrder, channel: ChannelFacts | None, items: Mapping[str, KnownItem]) -> list[Problem]:
    """Everything that is wrong with a well-formed order, given its channel and the items its owner has by SKU."""
    if channel is None:
        return [Problem("channel", f"there is no channel {order.channel}", "Define the channel first, or correct its code.")]
    problems = []
    if not channel.active:
        problems.append(Problem("channel", f"channel {channel.code} is closed", "Open the channel, then replay the order."))
    if order.currency != channel.currency:
        problems.append(
            Problem(
                "currency",
                f"{order.currency} is not the currency of {channel.code}, which sells in {channel.currency}",
                f"Send prices in {channel.currency}, or use a channel that sells in {order.currency}.",
            )
        )
    for place, line in enumerate(order.lines):
        item = items.get(line.sku)
        if item is None:
            problems.append(
                Problem(f"lines[{place}].sku", f"there is no item {line.sku}", "Define the item, then replay the order.")
            )
        elif not item.active:
            problems.append(
                Problem(f"lines[{place}].sku", f"{line.sku} is no longer sold", "Make the item active, or send another SKU.")
            )
    return problems


# --- State ---------------------------------------------------------------------------------------------------------------


class OrderFacts(NamedTuple):
    """What an order's state is a function of: units summed over its lines, holds, and where its parcels stand.

    ``undelivered`` counts parcels without a delivery; an order without parcels has none delivered.
    """

    ordered: int
    cancelled: int = 0
    backordered: int = 0
    reserved: int = 0
    released: int = 0
    shipped: int = 0
    returned: int = 0
    open_holds: int = 0
    lifted_holds: int = 0
    sourced: bool = False
    parcels: int = 0
    undelivered: int = 0


def derive_state(facts: OrderFacts) -> str:
    """The state of an order; the twin of ``sql/derive_orders.sql``.

    Whatever is left after cancellations decides. A hold shows until the first unit ships. An order is received until somebody
    looked for a node, accepted once its last hold was lifted, closed when all that shipped has come back.
    """
    if facts.cancelled == facts.ordered:
        return "cancelled"
    if facts.cancelled + facts.shipped == facts.ordered:
        if facts.returned == facts.shipped:
            return "closed"
        return "delivered" if facts.parcels and not facts.undelivered else "shipped"
    if facts.shipped:
        return "partly_shipped"
    if facts.open_holds:
        return "held"
    if facts.released:
        return "released"
    if facts.reserved:
        return "partly_reserved" if facts.backordered else "reserved"
    if facts.sourced:
        return "backordered"
    return "accepted" if facts.lifted_holds else "received"


_PROMISED = frozenset({"reserved", "partly_reserved", "backordered"})
_OPEN = _PROMISED | {"held", "accepted", "released"}
_LEFT = frozenset({"partly_shipped", "shipped", "delivered", "closed"})

LEGAL_STEPS: Mapping[str, frozenset[str]] = {
    "received": _OPEN | _LEFT | {"cancelled"},
    **{state: _OPEN - {state} | _LEFT | {"cancelled"} for state in _OPEN},
    "partly_shipped": frozenset({"shipped", "delivered", "closed"}),
    "shipped": frozenset({"delivered", "closed"}),
    "delivered": frozenset({"closed"}),
    "closed": frozenset(),
    "cancelled": frozenset(),
}
"""Which states may follow which. A commit may pass several at once, so every state ahead is a legal step; never back to
received, never back from a parcel that left, never out of cancelled or closed."""


class IllegalStep(Refusal):
    """A state was about to follow one it must not follow."""

    sentence = "Order {number} is {before} and cannot become {after}; it may become {allowed}."
    remedy = "Look at the order's story: some unit was counted where it cannot be."


def check_step(number: str, before: str, after: str) -> None:
    """Refuse a step that :data:`LEGAL_STEPS` does not list."""
    if after not in LEGAL_STEPS[before]:
        allowed = ", ".join(sorted(LEGAL_STEPS[before])) or "nothing else"
        raise IllegalStep(number=number, before=before, after=after, allowed=allowed)


# --- What may be done now ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Action:
    """Something a person may ask of an order; ``why_not`` says what stands in its way, empty where nothing does."""

    name: str
    allowed: bool
    why_not: str = ""


def allowed_actions(facts: OrderFacts, cancel_wanted: int = 0) -> list[Action]:
    """What may be done with the order right now: cancel, hold, lift_holds, source, release, authorize_return."""
    open_units = facts.backordered + facts.reserved + facts.released
    over = _over(facts, open_units)
    to_return = facts.shipped - facts.returned
    return [
        _action("cancel", over or ("" if open_units > cancel_wanted else "every unit left is already asked back from its node")),
        _action("hold", over),
        _action("lift_holds", "" if facts.open_holds else "no hold is open"),
        _action("source", over or ("" if facts.backordered else "every unit has a node")),
        _action(
            "release",
            over
            or (
                f"{facts.open_holds} hold{'s are' if facts.open_holds > 1 else ' is'} open"
                if facts.open_holds
                else ""
                if facts.reserved
                else "nothing is reserved"
            ),
        ),
        _action(
            "authorize_return", "" if to_return > 0 else "nothing has shipped" if not facts.shipped else "everything came back"
        ),
    ]


def _over(facts: OrderFacts, open_units: int) -> str:
    if open_units:
        return ""
    if facts.shipped:
        return f"{facts.shipped} unit{'s have' if facts.shipped > 1 else ' has'} shipped and none is left; authorize a return"
    return "the order is cancelled"


def _action(name: str, why_not: str) -> Action:
    return Action(name, not why_not, why_not)


# --- Cancellation --------------------------------------------------------------------------------------------------------


class LineFacts(NamedTuple):
    """A line as cancellation sees it."""

    order_id: int
    line_id: int
    line_number: int
    item_id: int
    owner_id: int
    ordered: int
    cancelled: int
    backordered: int
    reserved: int
    released: int
    shipped: int
    cancel_wanted: int

    @property
    def given_up(self) -> int:
        """Units cancelled, or asked back in order to be."""
        return self.cancelled + self.cancel_wanted


def only_given_back(before: LineFacts, after: LineFacts, asked: int) -> bool:
    """Whether nothing happened to a line since its node was asked but that the node gave back some of the ``asked`` units."""
    return (
        before.shipped == after.shipped and before.given_up == after.given_up and 0 <= before.released - after.released <= asked
    )


class LineCancellation(NamedTuple):
    """How a line's wanted cancellation comes about: units off at once, asked back from the node, and refused as shipped."""

    line: LineFacts
    from_backordered: int
    from_reserved: int
    from_released: int
    refused: int

    @property
    def at_once(self) -> int:
        return self.from_backordered + self.from_reserved


def cancel_line(line: LineFacts, quantity: int | None) -> LineCancellation:
    """Cancel ``quantity`` units (None: all that are open): first those nobody works on, those already on a floor last."""
    wanted = line.ordered - line.given_up if quantity is None else quantity
    backordered = min(wanted, line.backordered)
    reserved = min(wanted - backordered, line.reserved)
    released = min(wanted - backordered - reserved, line.released - line.cancel_wanted)
    return LineCancellation(line, backordered, reserved, released, wanted - backordered - reserved - released)


class Promised(NamedTuple):
    """Units of a line reserved at a node."""

    line_id: int
    node_id: int
    quantity: int


def take_from(reservations: Iterable[Promised], quantity: int) -> list[Promised]:
    """The reservations to give up, smallest first: whole shipments fall away before big ones shrink."""
    taken = []
    for reservation in sorted(reservations, key=lambda r: (r.quantity, r.node_id)):
        units = min(quantity, reservation.quantity)
        if units:
            taken.append(reservation._replace(quantity=units))
            quantity -= units
    return taken


class OpenRelease(NamedTuple):
    """Open units of a line in a release; ``coming``: how many of them were asked back already."""

    release: str
    node: str
    release_line_id: int
    line_id: int
    line_number: int
    open: int
    coming: int

    @property
    def unasked(self) -> int:
        """Units its node would ship as things stand."""
        return self.open - self.coming


def ask_back(cancellations: Sequence[LineCancellation], releases: Iterable[OpenRelease]) -> list[tuple[OpenRelease, int]]:
    """Which releases are asked for how many more units: the latest release of a line first, since it has got least far. Where that is
    less than is wanted, the rest is coming already: a hold asked for it."""
    by_line: dict[int, list[OpenRelease]] = {}
    for release in releases:
        by_line.setdefault(release.line_id, []).append(release)
    asked = []
    for cancellation in cancellations:
        left = cancellation.from_released
        for release in reversed(by_line.get(cancellation.line.line_id, [])):
            units = min(left, release.unasked)
            if units:
                asked.append((release, units))
                left -= units
    return asked


@dataclass(frozen=True, slots=True)
class Contents:
    """What an order says: ``lines`` are (line number, SKU, quantity, unit price)."""

    currency: str
    ship_to: Mapping[str, object]
    lines: Sequence[tuple[int, str, int, Decimal]]


def differences(kept: Contents, order: SubmitOrder, ship_to: Mapping[str, object]) -> list[str]:
    """What a repeat says otherwise than the first submission did."""
    found = []
    if kept.currency != order.currency:
        found.append(f"currency {order.currency} instead of {kept.currency}")
    if dict(kept.ship_to) != dict(ship_to):
        found.append("another address")
    lines = {number: (sku, quantity, price) for number, sku, quantity, price in kept.lines}
    repeated = {line.line_number: (line.sku, line.quantity, line.unit_price) for line in order.lines}
    if lines != repeated:
        numbers = sorted(n for n in lines.keys() | repeated.keys() if lines.get(n) != repeated.get(n))
        found.append(f"other contents in line {', '.join(map(str, numbers[:5]))}{' and more' if len(numbers) > 5 else ''}")
    return found
