"""Whether a node makes its next cut-offs: orders left against the pace of the last hour. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

TO_PACK = frozenset({"accepted", "waved", "picking", "picked"})
"""Stages in which an order still has to be packed: that is the work a pace is measured in."""

SOON = timedelta(hours=2)
"""Where nobody packs, a cut-off nearer than this is at risk."""

LAST_STRETCH = timedelta(minutes=15)
"""What is packed must still be labelled and handed over: nearer than this, anything left is at risk."""


class Left(NamedTuple):
    """Orders, lines and units at one stage that must leave by ``ship_by`` with a carrier's service."""

    ship_by: datetime
    carrier: str
    service: str
    stage: str
    orders: int
    lines: int
    units: int


@dataclass(frozen=True, slots=True)
class Cutoff:
    """One carrier's cut-off. ``ahead`` are the orders to pack that leave by then, other carriers' and earlier ones included, for
    people work in the order things must leave; ``needed`` and ``pace`` are orders an hour; ``finish`` when the last of ``ahead``
    is packed at this pace, None where nobody packs; ``verdict`` is late, risk, idle (nobody packs, and there is time) or good."""

    ship_by: datetime
    carrier: str
    service: str
    orders: int
    lines: int
    units: int
    stages: dict[str, int]
    ahead: int
    needed: float
    pace: float
    finish: datetime | None
    verdict: str


def cutoffs(left: Iterable[Left], *, now: datetime, packed_last_hour: int) -> list[Cutoff]:
    """The cut-offs of what is left, the next first."""
    rows = sorted(left)
    to_pack: dict[datetime, int] = {}
    for row in rows:
        to_pack[row.ship_by] = to_pack.get(row.ship_by, 0) + (row.orders if row.stage in TO_PACK else 0)
    ahead, so_far = {}, 0
    for ship_by in sorted(to_pack):
        so_far += to_pack[ship_by]
        ahead[ship_by] = so_far
    groups: dict[tuple[datetime, str, str], list[Left]] = {}
    for row in rows:
        groups.setdefault(row[:3], []).append(row)
    return [_cutoff(key, own, ahead[key[0]], now, float(packed_last_hour)) for key, own in groups.items()]


def at_risk_of(found: Iterable[Cutoff]) -> list[datetime]:
    """The cut-offs that will not be made at this pace, the next first."""
    return sorted({each.ship_by for each in found if each.verdict == "risk"})


def _cutoff(key: tuple[datetime, str, str], own: list[Left], ahead: int, now: datetime, pace: float) -> Cutoff:
    ship_by = key[0]
    stages: dict[str, int] = {}
    for row in own:
        stages[row.stage] = stages.get(row.stage, 0) + row.orders
    hours = (ship_by - now).total_seconds() / 3600
    finish = now if not ahead else now + timedelta(hours=min(ahead / pace, 24 * 365)) if pace else None
    sums = (sum(row.orders for row in own), sum(row.lines for row in own), sum(row.units for row in own))
    needed = ahead / hours if hours > 0 else 0.0
    return Cutoff(*key, *sums, stages, ahead, needed, pace, finish, _verdict(ship_by, now, finish))


def _verdict(ship_by: datetime, now: datetime, finish: datetime | None) -> str:
    if ship_by < now:
        return "late"
    if ship_by - now < LAST_STRETCH:
        return "risk"
    if finish is None:
        return "risk" if ship_by - now < SOON else "idle"
    return "good" if finish <= ship_by else "risk"
