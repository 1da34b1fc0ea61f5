"""What a customer asks, answered in plain sentences from what the order is right now. Pure but for the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orderhouse.console.oms.order_units import Standing, in_total
from orderhouse.oms.orders.queries import OrderDetail

GONE = ("shipped", "returned")
OVER = ("shipped", "delivered", "closed", "cancelled")


@dataclass(frozen=True, slots=True)
class Said:
    """A question with its answer; ``tone`` as everywhere: good, act, risk, bad, held or mute."""

    question: str
    answer: str
    tone: str


def units(number: int) -> str:
    """``1 unit``, ``3 units``."""
    return ngettext("%(number)s unit", "%(number)s units", number) % {"number": f"{number:,}"}


def sentence(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def day(moment: datetime | date) -> str:
    """``Tue 24 Nov``."""
    return date_format(moment, "D j M")


def answers(order: OrderDetail, found: Sequence[Standing], *, now: datetime, due: date | None) -> list[Said]:
    """Has it shipped, when does it arrive, can it still be cancelled."""
    total = in_total(found)
    return [_shipped(order, found, total), _arrives(order, total, now, due), _cancellable(order, found, total)]


def is_late(order: OrderDetail, now: datetime) -> bool:
    """Whether what has not left can no longer leave in time for its promise."""
    return order.state not in OVER and order.ship_by is not None and order.ship_by < now


def _join(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + (_(" and ") if len(parts) > 1 else "") + parts[-1] if parts else ""


def _at(kind: str, number: int, node: str) -> str:
    facts = {"units": units(number), "node": node or _("a node")}
    said = {
        "ordered": _("%(units)s not looked at yet"),
        "backordered": _("%(units)s waiting for stock"),
        "reserved": _("%(units)s reserved at %(node)s"),
        "released": _("%(units)s sent to %(node)s"),
        "waved": _("%(units)s next to be picked at %(node)s"),
        "picking": _("%(units)s being picked at %(node)s"),
        "picked": _("%(units)s picked at %(node)s, being packed"),
        "packed": _("%(units)s packed at %(node)s, waiting for the carrier"),
        "asked_back": _("%(units)s asked back from %(node)s"),
    }
    return said[kind] % facts


def _open(found: Sequence[Standing]) -> str:
    places: dict[tuple[str, str], int] = {}
    for each in found:
        if each.kind not in ("shipped", "returned", "cancelled"):
            places[each.kind, each.node] = places.get((each.kind, each.node), 0) + each.units
    return _join([_at(kind, number, node) for (kind, node), number in places.items()])


def _shipped(order: OrderDetail, found: Sequence[Standing], total: dict[str, int]) -> Said:
    question = _("Has it shipped?")
    gone = sum(total.get(kind, 0) for kind in GONE)
    wanted = sum(total.values()) - total.get("cancelled", 0)
    if not wanted:
        return Said(question, _("No, it was cancelled."), "mute")
    if not gone:
        held = any(hold.lifted_at is None for hold in order.holds)
        text = _("No: %(open)s; the order is held.") if held else _("Not yet: %(open)s.")
        return Said(question, text % {"open": _open(found)}, "held" if held else "plain")
    last = max(order.shipments, key=lambda shipment: shipment.shipped_at, default=None)
    facts = {
        "units": units(gone),
        "wanted": wanted,
        "gone": gone,
        "day": day(last.shipped_at) if last else "",
        "carrier": last.carrier.replace("_", " ") if last else _("a carrier"),
        "node": _join(sorted({shipment.node for shipment in order.shipments})),
        "open": _open(found),
    }
    if gone < wanted:
        return Said(question, _("In part: %(gone)s of %(wanted)s units left, last on %(day)s; %(open)s.") % facts, "act")
    text = _("Yes: %(units)s left %(node)s on %(day)s with %(carrier)s.") % facts
    if back := total.get("returned", 0):
        text += " " + sentence(ngettext("%(units)s came back.", "%(units)s came back.", back) % {"units": units(back)})
    return Said(question, text, "good")


def _arrives(order: OrderDetail, total: dict[str, int], now: datetime, due: date | None) -> Said:
    question = _("When does it arrive?")
    waiting = total.get("backordered", 0) + total.get("ordered", 0)
    if order.state == "cancelled":
        return Said(question, _("It does not: it was cancelled."), "mute")
    if order.state == "delivered" or order.state == "closed":
        return Said(question, _("It has arrived."), "good")
    facts = {
        "units": units(waiting),
        "due": day(due) if due else "",
        "promise": day(order.promised_at) if order.promised_at else "",
    }
    wait = ""
    if waiting:
        wait = (_("%(units)s wait for stock due on %(due)s.") if due else _("%(units)s wait, and no stock is announced.")) % facts
    if order.promised_at is None:
        return Said(question, wait or _("Nothing is promised yet."), "risk")
    if order.state != "shipped" and is_late(order, now):
        text = _("Promised for %(promise)s, but it should have left by now: tell the customer it will be late.") % facts
        return Said(question, f"{text} {wait}".strip(), "bad")
    if order.promised_at < now:
        return Said(question, _("It was promised for %(promise)s; the carrier has not said that it arrived.") % facts, "risk")
    return Said(question, f"{_('On %(promise)s, as promised.') % facts} {wait}".strip(), "risk" if waiting else "good")


def _cancellable(order: OrderDetail, found: Sequence[Standing], total: dict[str, int]) -> Said:
    question = _("Can it still be cancelled?")
    free = sum(total.get(kind, 0) for kind in ("ordered", "backordered", "reserved"))
    quick = sum(total.get(kind, 0) for kind in ("released", "waved"))
    slow = sum(total.get(kind, 0) for kind in ("picking", "picked", "packed"))
    asked, gone = total.get("asked_back", 0), sum(total.get(kind, 0) for kind in GONE)
    if not (free or quick or slow):
        if asked:
            return Said(question, _("It is under way: %(units)s are asked back from the floor.") % {"units": units(asked)}, "act")
        if order.state == "cancelled":
            return Said(question, _("It is cancelled."), "mute")
        return Said(question, _("No, it has left. It can come back: authorize a return."), "mute")
    parts = []
    if free:
        parts.append(_("%(units)s at once") % {"units": units(free)})
    if quick:
        parts.append(_("%(units)s as soon as the floor lets go") % {"units": units(quick)})
    if slow:
        parts.append(_("%(units)s after they are put back on the floor") % {"units": units(slow)})
    text = _("Yes: %(parts)s.") if not gone else _("What has not left, yes: %(parts)s.")
    return Said(question, text % {"parts": _join(parts)}, "risk" if slow else "good")
