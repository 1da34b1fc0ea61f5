"""Which stock goes first: an expiry rule and an arrival rule. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from orderhouse.wms.allocation.rotation import fefo, fifo
from orderhouse.wms.allocation.rotation.stock import Stock


def rotate(stock: Sequence[Stock], *, today: date, minimum_life_days: int = 0) -> list[list[Stock]]:
    """An item's stock in the order it must go, as groups of equal turn: by expiry where its lots expire, else by arrival."""
    if any(piece.expires_on for piece in stock):
        return fefo.rotate(stock, today=today, minimum_life_days=minimum_life_days)
    return fifo.rotate(stock)


__all__ = ["Stock", "fefo", "fifo", "rotate"]
