"""The demonstration's day: when which channel is busy, and the hours in which everybody wants the same thing. Pure and seeded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from math import exp
from random import Random
from typing import NamedTuple
from zoneinfo import ZoneInfo

OPENING = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""When a demonstration begins by its own clock, a Monday morning in London, whatever the time outside: only the hour and the day of
the week mean something."""

LOCAL = ZoneInfo("Europe/London")
CAMPAIGN_MINUTES = 9
CAMPAIGN_SHARE = 0.18
"""In how many of the hours something is advertised."""

FAMILIES = ("MUG", "COF", "CHOC", "CAND", "TEA", "SOAP", "LTT")


class Campaign(NamedTuple):
    """What is wanted by everybody for a few minutes: a family's code, from when, until when."""

    family: str
    began: datetime
    ends: datetime


class Arrival(NamedTuple):
    """An order that comes: its number (1, 2 ...), when by the demo's clock, on which channel, during which campaign."""

    number: int
    at: datetime
    channel: str
    campaign: Campaign | None


def rates(moment: datetime) -> dict[str, float]:
    """Orders a minute by channel: the shop sells in the evening and on weekends, the store while it is open, the trade on working days."""
    local = moment.astimezone(LOCAL)
    hour, weekend = local.hour + local.minute / 60, local.weekday() >= 5
    return {
        "WEB": (0.7 + 2.6 * _hump(hour, 20, 2.6) + 1.6 * _hump(hour, 12, 2.8)) * (1.3 if weekend else 1.0),
        "MARKET": 0.5 + 1.1 * _hump(hour, 19, 4.0) + 0.5 * _hump(hour, 10, 2.5),
        "STORE": (1.5 if weekend else 0.9) * (9 <= hour < 18),
        "B2B": 0.0 if weekend else 0.55 * _hump(hour, 10, 2.0) + 0.2 * (8 <= hour < 17),
    }


def campaign(seed: str, moment: datetime) -> Campaign | None:
    """What is advertised at this moment, if anything. The first comes soon after the opening, so that nobody has to wait for it."""
    hour = moment.replace(minute=0, second=0, microsecond=0)
    random = Random(f"{seed}/campaign/{hour.isoformat()}")
    first = hour == OPENING.replace(minute=0)
    minute = OPENING.minute + 6 if first else random.uniform(0, 60 - CAMPAIGN_MINUTES)
    if not first and random.random() >= CAMPAIGN_SHARE:
        return None
    began = hour + timedelta(minutes=minute)
    found = Campaign(random.choice(FAMILIES), began, began + timedelta(minutes=CAMPAIGN_MINUTES))
    return found if found.began <= moment < found.ends else None


def arrivals(seed: str, began: datetime, *, taken: int = 0) -> Iterator[Arrival]:
    """The customers from ``began`` on, after ``taken`` orders, without end: a Poisson process at the day's rate, three times that
    while something is advertised. The same seed, beginning and count give the same customers."""
    at, number = began, taken
    while True:
        number += 1
        random = Random(f"{seed}/arrival/{number}")
        busy, wanted = rates(at), campaign(seed, at)
        rate = sum(busy.values()) * (3 if wanted else 1)
        at += timedelta(minutes=random.expovariate(rate))
        busy, wanted = rates(at), campaign(seed, at)
        channel = random.choices(list(busy), list(busy.values()))[0]
        yield Arrival(number, at, channel, wanted)


def _hump(hour: float, peak: float, width: float) -> float:
    """1 at the peak, falling off on both sides, round the clock."""
    away = min(abs(hour - peak), 24 - abs(hour - peak))
    return exp(-((away / width) ** 2))
