"""When a node ships and when the parcel arrives: working weekdays, public holidays, cut-off, time zone, transit days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from orderhouse.kernel.errors import InvalidInput

_HORIZON_DAYS = 60  # a node with no working day in two months counts as closed


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days a node (or a carrier) works.

    ``weekdays``: Monday is 0. ``holidays_of``: ISO 3166 country whose public holidays are not worked ("" for none), with
    an optional ``subdivision`` ("ENG", "CA"); the dates are those of the ``holidays`` library. ``closed``: further days.
    """

    weekdays: frozenset[int] = frozenset({0, 1, 2, 3, 4})
    holidays_of: str = ""
    subdivision: str = ""
    closed: frozenset[date] = frozenset()

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Calendar:
        """From ``{"weekdays": [0..6], "holidays_of": "GB", "subdivision": "ENG", "closed": ["2026-12-24"]}``, all optional."""
        weekdays = frozenset(row.get("weekdays", (0, 1, 2, 3, 4)))
        if not weekdays <= frozenset(range(7)):
            raise InvalidInput(field="weekdays", reason=f"{sorted(weekdays)} are not all within 0 (Monday) to 6")
        closed = frozenset(day if isinstance(day, date) else date.fromisoformat(day) for day in row.get("closed", ()))
        calendar = cls(weekdays, row.get("holidays_of", ""), row.get("subdivision", ""), closed)
        if calendar.holidays_of:
            _holidays(calendar.holidays_of, calendar.subdivision, 2026)
        return calendar


WEEKDAYS = Calendar()
"""Monday to Friday, no holidays."""


@dataclass(frozen=True, slots=True)
class Promise:
    """``ships_at``: the cut-off (UTC) the order leaves with; ``ship_date``: that day at the node; ``deliver_date``: arrival."""

    ships_at: datetime
    ship_date: date
    deliver_date: date


@lru_cache(maxsize=1024)
def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    import holidays  # a heavy import, wanted only where a calendar names a country

    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=year))
    except NotImplementedError:
        raise InvalidInput(field="holidays_of", reason=f"no holidays are known for {country} {subdivision}".rstrip())


def is_open(calendar: Calendar, day: date) -> bool:
    """Whether ``day`` is worked."""
    return (
        day.weekday() in calendar.weekdays
        and day not in calendar.closed
        and not (calendar.holidays_of and day in _holidays(calendar.holidays_of, calendar.subdivision, day.year))
    )


@lru_cache(maxsize=16384)
def nth_open_day(calendar: Calendar, start: date, nth: int) -> date | None:
    """The ``nth`` worked day counting ``start`` itself as a candidate for the first; None when there is none within 60 days."""
    day = start
    for _ in range(_HORIZON_DAYS + 2 * nth):
        if is_open(calendar, day):
            nth -= 1
            if nth <= 0:
                return day
        day += timedelta(days=1)
    return None


_Shipping = tuple[datetime, date] | None
_runs: dict[tuple[Calendar, int, str], tuple[datetime, datetime, _Shipping]] = {}
"""For each calendar, cut-off and zone the latest answer, and the moments from and to which it is the same: callers ask for one
moment after another, each its own, and hardly ever cross a cut-off."""


def next_ship(calendar: Calendar, cutoff_minutes: int, tz: str, at: datetime) -> _Shipping:
    """The next cut-off (UTC) not before ``at`` on a worked day, and its local date; None when the node does not work.

    ``cutoff_minutes`` counts from local midnight in ``tz``; an order at the very minute of the cut-off still makes it.
    """
    key = (calendar, cutoff_minutes, tz)
    run = _runs.get(key)
    if run is not None and run[0] <= at <= run[1]:
        return run[2]
    ships = _next_ship(calendar, cutoff_minutes, tz, at)
    if len(_runs) >= 4096:
        _runs.clear()
    _runs[key] = (at, at if ships is None else ships[0], ships)
    return ships


@lru_cache(maxsize=16384)
def _next_ship(calendar: Calendar, cutoff_minutes: int, tz: str, at: datetime) -> _Shipping:
    zone = ZoneInfo(tz)
    cutoff = time(cutoff_minutes // 60, cutoff_minutes % 60)
    local = at.astimezone(zone)
    start = local.date()
    if local > datetime.combine(start, cutoff, zone):
        start += timedelta(days=1)
    day = nth_open_day(calendar, start, 1)
    return None if day is None else (datetime.combine(day, cutoff, zone).astimezone(UTC), day)


def delivery_date(ship_date: date, transit_days: int, delivery_days: Calendar) -> date | None:
    """The ``transit_days``-th day after ``ship_date`` on which the carrier delivers; 0 is the same day, whatever the day."""
    return ship_date if transit_days == 0 else nth_open_day(delivery_days, ship_date + timedelta(days=1), transit_days)


def promise(
    *,
    calendar: Calendar,
    cutoff_minutes: int,
    tz: str,
    at: datetime,
    transit_days: int,
    delivery_days: Calendar = WEEKDAYS,
) -> Promise | None:
    """When an order known ``at`` (aware) leaves and arrives; None when the node or the carrier works no day ahead."""
    ships = next_ship(calendar, cutoff_minutes, tz, at)
    arrives = ships and delivery_date(ships[1], transit_days, delivery_days)
    return Promise(ships[0], ships[1], arrives) if ships and arrives else None
