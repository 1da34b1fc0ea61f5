"""What the map's colors say: each bin falls into one step of a layer. Pure.

A layer speaks of all bins at once as a string of digits, one a bin in the drawing's order: the page compares it with what it
showed before, and only bins that changed are painted again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from orderhouse.console.wms.floor_plan import Place
from orderhouse.console.wms.map_queries import CountsOfPlace, StockOfPlace

LAYERS = ("fill", "heat", "age", "expiry", "count")
DAYS = (1, 7, 30)


@dataclass(frozen=True, slots=True)
class Step:
    """One color: its digit, what it means, how many bins have it."""

    digit: str
    label: str
    bins: int


@dataclass(frozen=True, slots=True)
class Layer:
    """The digits of all bins, and the legend, from nothing to most."""

    digits: str
    steps: tuple[Step, ...]


def fill(places: Sequence[Place], stock: Mapping[int, StockOfPlace]) -> Layer:
    """Units against room; bins without a limit against the fullest bin of the building."""
    fullest = max((row.units for row in stock.values()), default=0) or 1

    def digit(place: Place) -> int:
        units = stock[place.id].units if place.id in stock else 0
        share = units / (place.room or fullest)
        return 0 if not units else 1 + sum(share > limit for limit in (0.05, 0.15, 0.4, 1))

    labels = [_("empty"), _("up to 5 %"), _("6–15 %"), _("16–40 %"), _("41–100 %"), _("over its limit")]
    return _layer(places, digit, labels)


def heat(places: Sequence[Place], picks: Mapping[int, int]) -> Layer:
    """Picks done; the steps double, so that the hot few stand out."""
    most = max((picks.get(place.id, 0) for place in places), default=0)
    limits = sorted({max(1, round(most / 2**n)) for n in (4, 3, 2, 1, 0)}) if most else [1]

    def digit(place: Place) -> int:
        done = picks.get(place.id, 0)
        return 0 if not done else 1 + next(n for n, limit in enumerate(limits) if done <= limit)

    labels = [_("none")]
    for low, limit in zip([0, *limits], limits, strict=False):
        labels.append(f"{limit:,}" if limit == low + 1 else f"{low + 1:,}–{limit:,}")
    return _layer(places, digit, labels)


def age(places: Sequence[Place], stock: Mapping[int, StockOfPlace], now: datetime) -> Layer:
    """Days since the oldest stock of the bin came."""

    def digit(place: Place) -> int:
        row = stock.get(place.id)
        if row is None:
            return 0
        if row.since is None:
            return 6
        days = (now - row.since).days
        return 1 + sum(days > limit for limit in (7, 30, 90, 180))

    labels = [
        _("empty"),
        _("up to 7 days"),
        _("8–30 days"),
        _("31–90 days"),
        _("91–180 days"),
        _("over 180 days"),
        _("not recorded"),
    ]
    return _layer(places, digit, labels)


def expiry(places: Sequence[Place], stock: Mapping[int, StockOfPlace], today: date) -> Layer:
    """Days until the first lot of the bin expires."""

    def digit(place: Place) -> int:
        row = stock.get(place.id)
        if row is None:
            return 0
        if row.expires_on is None:
            return 6
        days = (row.expires_on - today).days
        return 5 if days < 0 else 4 if days <= 7 else 3 if days <= 30 else 2 if days <= 90 else 1

    labels = [
        _("empty"),
        _("later than 90 days"),
        _("31–90 days"),
        _("8–30 days"),
        _("within 7 days"),
        _("expired"),
        _("no expiry date"),
    ]
    return _layer(places, digit, labels)


def count(places: Sequence[Place], counts: Mapping[int, CountsOfPlace], now: datetime) -> Layer:
    """How long ago the bin was counted, and where somebody is asked to count it."""

    def digit(place: Place) -> int:
        row = counts.get(place.id)
        if row is not None and row.asked:
            return 5
        if row is None or row.counted_at is None:
            return 4
        days = (now - row.counted_at).days
        return 1 if days <= 30 else 2 if days <= 90 else 3

    labels = ["", _("counted in 30 days"), _("in 90 days"), _("longer ago"), _("never counted"), _("count asked for")]
    return _layer(places, digit, labels)


def _layer(places: Sequence[Place], digit: Callable[[Place], int], labels: Sequence[str]) -> Layer:
    digits = "".join(str(digit(place)) for place in places)
    found = Counter(digits)
    steps = [Step(str(n), label, found[str(n)]) for n, label in enumerate(labels) if label]
    return Layer(digits, tuple(step for step in steps if step.bins or step.digit != "6"))
