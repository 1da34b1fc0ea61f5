"""What a command changes of an order, as sentences: the order before it, and as a rehearsal left it. Pure but for the language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orderhouse.console.oms.order_answers import day, units
from orderhouse.console.oms.order_units import standings
from orderhouse.oms.orders.queries import OrderDetail

_MORE = {
    "cancelled": lambda: _("%(units)s cancelled for good"),
    "asked_back": lambda: _("%(units)s asked back from %(node)s; they are cancelled when its floor has put them back"),
    "reserved": lambda: _("%(units)s reserved at %(node)s"),
    "backordered": lambda: _("%(units)s wait for stock"),
    "released": lambda: _("%(units)s sent to %(node)s to be picked"),
    "returned": lambda: _("%(units)s counted as returned"),
}


def consequences(before: OrderDetail, after: OrderDetail, *, recalled: Sequence[str] = ()) -> list[str]:
    """Every change that matters, the units first."""
    was, shall = _units(before), _units(after)
    said = []
    for (kind, node), number in shall.items():
        more = number - was.get((kind, node), 0)
        if more > 0 and kind in _MORE:
            said.append(_MORE[kind]() % {"units": units(more), "node": node or _("a node")})
    freed = sum(number - shall.get(key, 0) for key, number in was.items() if key[0] == "reserved" and shall.get(key, 0) < number)
    if freed and not any(shall.get(key, 0) > was.get(key, 0) for key in shall if key[0] == "released"):
        places = sorted({key[1] for key, number in was.items() if key[0] == "reserved" and shall.get(key, 0) < number})
        said.append(_("%(units)s freed at %(nodes)s for other orders") % {"units": units(freed), "nodes": _and(places)})
    opened = [hold for hold in after.holds if hold.id not in {each.id for each in before.holds}]
    lifted = sum(hold.lifted_at is None for hold in before.holds) - sum(
        hold.lifted_at is None for hold in after.holds if hold not in opened
    )
    if opened:
        said.append(_("nothing of it is sent to a warehouse until the hold is lifted"))
    if lifted > 0:
        said.append(ngettext("%(number)s hold lifted", "%(number)s holds lifted", lifted) % {"number": lifted})
    if recalled:
        said.append(_("releases asked back: %(releases)s") % {"releases": _and(recalled)})
    if len(after.returns) > len(before.returns):
        new = [each for each in after.returns if each.number not in {old.number for old in before.returns}]
        for each in new:
            facts = {"number": each.number, "units": units(each.units), "node": each.node}
            said.append(_("return %(number)s: %(node)s expects %(units)s") % facts)
    if before.state != after.state:
        facts = {"before": before.state.replace("_", " "), "after": after.state.replace("_", " ")}
        said.append(_("the order goes from %(before)s to %(after)s") % facts)
    said.extend(_promise(before, after))
    return said


def _promise(before: OrderDetail, after: OrderDetail) -> list[str]:
    if after.state == "cancelled" or before.promised_at == after.promised_at:
        return []
    if after.promised_at is None:
        return [_("no delivery is promised any more")]
    if before.promised_at is None:
        return [_("delivery is promised for %(after)s") % {"after": day(after.promised_at)}]
    if before.promised_at.date() == after.promised_at.date():
        return []
    return [
        _("the promise moves from %(before)s to %(after)s") % {"before": day(before.promised_at), "after": day(after.promised_at)}
    ]


def _units(order: OrderDetail) -> Mapping[tuple[str, str], int]:
    total: dict[tuple[str, str], int] = {}
    for line in order.lines:
        for kind, number, node, _release in standings(line, order.releases, sourced=True):
            total[kind, node] = total.get((kind, node), 0) + number
    return total


def _and(words: Sequence[str]) -> str:
    return ", ".join(words[:-1]) + (_(" and ") if len(words) > 1 else "") + words[-1] if words else ""
