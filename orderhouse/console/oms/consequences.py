"""What an action does to an order, in words: from how it stood and how it stands after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Consequence:
    """``said`` are short sentences; ``money`` an amount in ``currency`` that the action takes off the order; ``cost`` what
    sourcing costs before and after, minor units, where it is decided anew; ``same`` where nothing would change."""

    said: tuple[str, ...]
    money: Decimal
    currency: str
    cost: tuple[int, int] | None
    freed: int
    asked_back: int
    waiting: int
    same: bool


def consequence(verb: str, before: Facts, after: Facts) -> Consequence:
    """The difference between two standings of one order."""
    change = {name: after[name] - before[name] for name in ("cancelled", "backordered", "reserved", "released", "cancel_wanted")}
    said = []
    holds = [kind for kind in after["holds"] if kind not in before["holds"]]
    lifted = [kind for kind in before["holds"] if kind not in after["holds"]]
    if holds:
        said.append(_("held (%(kinds)s)") % {"kinds": ", ".join(holds).replace("_", " ")})
    if lifted:
        said.append(_("hold lifted (%(kinds)s)") % {"kinds": ", ".join(lifted).replace("_", " ")})
    if change["released"] > 0:
        nodes = " + ".join(after["released_to"])
        said.append(_units("%(n)s unit to %(nodes)s", "%(n)s units to %(nodes)s", change["released"], nodes=nodes))
    taken_back = -change["released"] if verb != "cancel" else 0
    if taken_back > 0:
        nodes = " + ".join(before["released_to"])
        said.append(
            _units("%(n)s unit comes back from %(nodes)s", "%(n)s units come back from %(nodes)s", taken_back, nodes=nodes)
        )
    if change["cancelled"] > 0:
        said.append(_units("%(n)s unit cancelled", "%(n)s units cancelled", change["cancelled"]))
    freed = max(0, change["cancelled"] + min(0, change["backordered"])) if verb == "cancel" else 0
    if freed:
        said.append(_units("%(n)s unit is free for others", "%(n)s units are free for others", freed))
    if change["cancel_wanted"] > 0:
        said.append(
            _units("%(n)s unit asked back from the floor", "%(n)s units asked back from the floor", change["cancel_wanted"])
        )
    if verb in ("hold", "recall") and not taken_back and before["released"]:
        said.append(_("the floor has begun; it is asked to give back what it can"))
    if verb == "source_again":
        said += _moved(before, after)
    if change["backordered"] > 0:
        said.append(_units("%(n)s unit would wait for stock", "%(n)s units would wait for stock", change["backordered"]))
    elif change["backordered"] < 0 and verb != "cancel":
        said.append(_units("%(n)s unit finds a node", "%(n)s units find a node", -change["backordered"]))
    if before["promised_at"] != after["promised_at"] and after["promised_at"] and verb != "cancel":
        said.append(_("promised for %(day)s") % {"day": f"{datetime.fromisoformat(after['promised_at']):%d %b}"})
    money = Decimal(after["cancelled_value"]) - Decimal(before["cancelled_value"])
    costs = (before["cost"] or 0, after["cost"] or 0) if verb == "source_again" and after["cost"] is not None else None
    same = not said and dict(before) == dict(after)
    return Consequence(
        tuple(said) or (_("nothing changes"),),
        money,
        after["currency"],
        costs,
        freed,
        max(0, change["cancel_wanted"]) + max(0, taken_back),
        max(0, change["backordered"]),
        same,
    )


def _moved(before: Facts, after: Facts) -> list[str]:
    was, now = " + ".join(before["reserved_at"]), " + ".join(after["reserved_at"])
    if was == now:
        return [_("stays at %(nodes)s") % {"nodes": now}] if now else [_("still no node has it")]
    return [f"{was or _('no node')} → {now or _('no node')}"]


def _units(one: str, many: str, number: int, **more: str) -> str:
    return ngettext(one, many, number) % {"n": f"{number:,}", **more}
