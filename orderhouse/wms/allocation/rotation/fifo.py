"""First in, first out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import groupby

from orderhouse.wms.allocation.rotation.stock import Stock

_BEFORE_ALL = datetime(1, 1, 1, tzinfo=UTC)


def rotate(stock: Sequence[Stock]) -> list[list[Stock]]:
    """Lots by the day they were first received, those of one day together; held lots are left out.

    Units without lot cannot be told apart: they are of one turn, and go first, since they are from before lots were kept.
    Within a turn the picker's walk decides, and then the older account.
    """

    def turn(piece: Stock) -> date:
        return (piece.first_received_at or _BEFORE_ALL).date()

    sound = sorted((s for s in stock if not s.held), key=lambda s: (turn(s), s.opened))
    return [list(group) for _, group in groupby(sound, key=turn)]
