"""Tracks, and the two houses they are laid in: a shop without a floor, and a business with both wings."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from orderhouse.oms.tests.shop import Shop, open_shop
from tests.journeys.house import House, build_house

if TYPE_CHECKING:
    from tests.races.track import Lay, Track


@pytest.fixture
def lay() -> Lay:
    """Lay a track. ``share``: of the rounds asked for, where one round costs more; ``racers``: where it takes just so many."""

    from tests.races.track import Track

    def laid(name: str, by: Any, *, racers: int | None = None, share: float = 1.0) -> Track:
        rounds = max(1, round(int(os.environ.get("RACE_ROUNDS", "2")) * share))
        starters = int(os.environ.get("RACE_RACERS", "12"))
        seed = int(os.environ.get("RACE_SEED") or random.randrange(10**6))
        return Track(name, by, rounds, racers or starters, seed)

    return laid


@pytest.fixture
def shop(business: Any) -> Iterator[Shop]:
    from orderhouse.contract.receivers import registered

    with registered("node:", None):
        yield open_shop(business)


@pytest.fixture
def house(business: Any) -> House:
    return build_house(business)
