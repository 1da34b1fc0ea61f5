"""How gained and lost units spread over the promise book's accounts. Pure."""

from __future__ import annotations

from typing import NamedTuple


class Standing(NamedTuple):
    """What stands for one node, item and owner. ``owed`` is what the node lost while it was promised (the shortage account)."""

    available: int = 0
    safety: int = 0
    owed: int = 0


class Spread(NamedTuple):
    """Units by the account that takes or gives them."""

    shortage: int
    safety: int
    available: int


def spread_gain(quantity: int, standing: Standing, safety_target: int) -> Spread:
    """Where ``quantity`` gained units go: what is owed first, then safety stock up to its target, the rest is free to promise."""
    shortage = min(quantity, standing.owed)
    safety = min(quantity - shortage, max(0, safety_target - standing.safety))
    return Spread(shortage, safety, quantity - shortage - safety)


class Loss(NamedTuple):
    """Units by the account that gives them; ``shortage`` is owed from now on."""

    available: int
    safety: int
    shortage: int


def spread_loss(quantity: int, standing: Standing) -> Loss:
    """Who bears ``quantity`` lost units: free stock, then safety stock. What is beyond was promised, and is owed: reservations pay
    it as far as they reach, the rest is released already."""
    available = min(quantity, standing.available)
    safety = min(quantity - available, standing.safety)
    return Loss(available, safety, quantity - available - safety)
