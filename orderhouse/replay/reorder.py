"""When to buy how much: a plain (s, S) rule for every item at every node, from what left there lately. Pure; arrays in, arrays out.

The rule is the textbook one for periodic review (Silver, Pyke and Thomas, Inventory and Production Management in Supply
Chains, chapter 7): each trading day an item whose position has fallen to ``s`` or below is ordered up to ``S``, where ``s``
covers the mean demand of lead time and review plus ``z`` deviations of it. Mean and variance are exponentially weighted.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Units = NDArray[np.int64]
Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Policy:
    """``lead_days`` and ``cover_days`` in trading days; ``z`` deviations of safety; ``memory_days`` of the averages;
    ``most_units`` one order line may name."""

    lead_days: int = 3
    cover_days: float = 40.0
    z: float = 2.5
    memory_days: float = 30.0
    most_units: int = 20_000


class Demand:
    """What left each node lately: running mean and variance of units a day, items by nodes.

    An item starts from the guess that its launch quantity is thirty days' demand, as lumpy as wholesale orders are: one
    day's deviation as large as five days' mean.
    """

    def __init__(self, policy: Policy, nodes: int) -> None:
        self._weight = 1.0 / policy.memory_days
        self.mean: Figures = np.zeros((0, nodes))
        self.variance: Figures = np.zeros((0, nodes))

    def launch(self, quantities: Units) -> None:
        """Add items (rows) with their launch quantities at each node."""
        mean = quantities / 30.0
        self.mean = np.vstack([self.mean, mean])
        self.variance = np.vstack([self.variance, (5.0 * mean) ** 2])

    def day(self, left: Units) -> None:
        """Take in one trading day: the units of every item that left each node."""
        surprise = left - self.mean
        self.mean = self.mean + self._weight * surprise
        self.variance = (1 - self._weight) * (self.variance + self._weight * surprise**2)


def replenish(demand: Demand, position: Units, packs: Units, carried: NDArray[np.bool_], policy: Policy) -> Units:
    """Units to order now of every item at every node: whole packs, 0 where nothing is due.

    ``position`` is free stock plus what is on its way less what waits for it; ``packs`` the units of a pack by item.
    """
    days = policy.lead_days + 1
    low = demand.mean * days + policy.z * np.sqrt(demand.variance * days)
    high = low + demand.mean * policy.cover_days
    wanted = np.where(carried & (position <= low), np.ceil(high - position), 0)
    wanted = np.clip(wanted, 0, policy.most_units)
    pack = packs[:, None]
    return (np.ceil(wanted / pack) * pack).astype(np.int64)
