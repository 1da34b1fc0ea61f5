"""The arithmetic of a figure as a waterfall: from what lies in the building to what may be promised, each bar with its proof."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from orderhouse.oms.promise.queries import NodeFigures


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: it stands from ``x`` over ``width``, hundredths of the widest; ``href`` opens what makes it.

    ``sign`` is "" for a sum one begins with, "=" for one that was reached, "−" or "+" for what lies between.
    """

    label: str
    units: int
    sign: str
    kind: str
    x: float
    width: float
    href: str = ""


class Part(NamedTuple):
    """Units added or (negative) taken off; a sum stands alone, whatever was before. ``always`` shows it at zero too."""

    label: str
    units: int
    kind: str
    href: str = ""
    sum: bool = False
    always: bool = False


def waterfall(parts: Sequence[Part]) -> list[Bar]:
    """The parts as bars upon each other; parts of no units are left out."""
    shown = [part for part in parts if part.units or part.sum or part.always]
    level, spans = 0, []
    for part in shown:
        low, high = (0, part.units) if part.sum else (level, level + part.units)
        spans.append((min(low, high), max(low, high)))
        level = high
    bottom = min(0, *(low for low, _high in spans)) if spans else 0
    scale = 100.0 / max(max((high for _low, high in spans), default=0) - bottom, 1)
    bars = []
    for nth, (part, (low, high)) in enumerate(zip(shown, spans, strict=True)):
        sign = ("" if nth == 0 else "=") if part.sum else ("−" if part.units < 0 else "+")
        units = part.units if part.sum else abs(part.units)
        x, width = round((low - bottom) * scale, 2), round((high - low) * scale, 2)
        bars.append(Bar(part.label, units, sign, part.kind, x, width, part.href))
    return bars


@dataclass(frozen=True, slots=True)
class Ways:
    """Where each bar leads: addresses by figure; a bar without one leads nowhere."""

    to: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, figure: str) -> str:
        return self.to.get(figure, "")


def of_nodes(nodes: Iterable[NodeFigures], ways: Ways, *, lies: int | None = None, aside: int = 0) -> list[Bar]:
    """The waterfall of one node or of several; with ``lies`` (good units by the physical book) it begins in the building."""
    every = list(nodes)
    on_hand = sum(node.projected for node in every)
    parts: list[Part] = []
    if lies is not None and (aside or lies != on_hand):
        parts.append(Part(_("in the building"), lies + aside, "total", ways["inside"], sum=True))
        parts.append(Part(_("held, damaged"), -aside, "aside", ways["aside"]))
        parts.append(Part(_("told on the way"), on_hand - lies, "gap", ways["books"]))
    parts.append(Part(_("on hand"), on_hand, "total", ways["on_hand"], sum=True))
    parts.append(Part(_("reserved"), -sum(node.reserved.quantity for node in every), "reserved", ways["reserved"]))
    parts.append(Part(_("released"), -sum(node.released.quantity for node in every), "released", ways["released"]))
    parts.append(Part(_("owed by nodes"), sum(node.shortage.quantity for node in every), "gap", ways["shortage"]))
    parts.append(Part(_("safety stock"), -sum(node.safety.quantity for node in every), "safety", ways["safety"]))
    free = sum(node.available.quantity for node in every)
    closed = sum(node.available.quantity for node in every if not node.active)
    parts.append(Part(_("in closed nodes"), -closed, "aside"))
    parts.append(Part(_("available"), free - closed, "free", ways["available"], sum=True))
    return waterfall(parts)
