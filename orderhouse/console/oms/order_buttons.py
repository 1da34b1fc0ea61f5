"""The acts an order allows right now, as buttons that say what they do; those it does not, with the reason. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orderhouse.console.oms.order_answers import OVER, units
from orderhouse.oms.orders.queries import OrderDetail


@dataclass(frozen=True, slots=True)
class Button:
    """One act; ``why_not`` is empty where it is allowed."""

    name: str
    url: str
    label: str
    icon: str
    why_not: str = ""
    danger: bool = False


def buttons(order: OrderDetail, dead: int = 0) -> list[Button]:
    """Every act of the desk, the likeliest first; the telling again only where a message was given up."""
    why = {action.name: "" if action.allowed else action.why_not for action in order.actions}
    reserved = sum(line.reserved for line in order.lines)
    free = reserved + sum(line.backordered for line in order.lines)
    at_nodes = sum(line.released - line.cancel_wanted for line in order.lines)
    holds = sum(hold.lifted_at is None for hold in order.holds)
    shipped = sum(line.shipped - line.returned for line in order.lines)
    over = _("the order is %(state)s") % {"state": order.state.replace("_", " ")} if order.state in OVER else ""
    moved = "" if free else over or _("every open unit is released; hold the order to recall it first")

    def button(name: str, url: str, label: str, icon: str, why_not: str = "", danger: bool = False) -> Button:
        return Button(name, reverse(f"console:{url}", args=[order.id]), label, icon, why_not, danger)

    found = []
    if holds:
        text = ngettext("Lift %(number)s hold", "Lift %(number)s holds", holds) % {"number": holds}
        found.append(button("lift", "lift-holds", text, "player-play", why["lift_holds"]))
    else:
        text = _("Hold and recall %(units)s") % {"units": units(at_nodes)} if at_nodes else _("Hold")
        found.append(button("hold", "hold-order", text, "hand-stop", why["hold"]))
    text = _("Release %(units)s") % {"units": units(reserved)} if reserved else _("Release")
    found.append(button("release", "release-order", text, "arrow-right", why["release"]))
    found.append(button("edit", "edit-order", _("Change address, service, quantities"), "pencil", over))
    text = _("Source %(units)s again") % {"units": units(free)} if free else _("Source again")
    found.append(button("source", "source-order", text, "route", moved))
    open_units = free + at_nodes
    text = _("Cancel %(units)s") % {"units": units(open_units)} if open_units else _("Cancel")
    found.append(button("cancel", "cancel-order", text, "ban", why["cancel"], True))
    text = _("Take back %(units)s") % {"units": units(shipped)} if shipped else _("Authorize a return")
    found.append(button("return", "return-order", text, "truck-return", why["authorize_return"]))
    if holds:
        found.append(button("hold", "hold-order", _("Hold for another reason"), "hand-stop", why["hold"]))
    found.append(button("note", "note-order", _("Add a note"), "message"))
    if dead:
        text = ngettext("Send %(number)s message again", "Send %(number)s messages again", dead) % {"number": dead}
        found.append(button("advise", "advise-channel", text, "send"))
    return found
