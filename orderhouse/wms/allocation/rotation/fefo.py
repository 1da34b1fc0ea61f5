"""First expired, first out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby

from orderhouse.wms.allocation.rotation.stock import Stock


def rotate(stock: Sequence[Stock], *, today: date, minimum_life_days: int = 0) -> list[list[Stock]]:
    """Lots by expiry date, those of one date together; lots that never expire last.

    Held lots are left out, expired ones, and those with fewer than ``minimum_life_days`` whole days left after ``today``. A lot
    is good through its expiry date (GS1 General Specifications, AI 17).
    """
    good_until = today + timedelta(days=minimum_life_days)
    sound = [s for s in stock if not s.held and (s.expires_on is None or s.expires_on >= good_until)]
    sound.sort(key=lambda s: s.expires_on or date.max)
    return [list(group) for _, group in groupby(sound, key=lambda s: s.expires_on)]
