"""Up to which id nothing can appear any more.

Ids are made by those who write, from the clock, and transactions commit in any order: a movement may appear long after others with
higher ids. But whoever writes an id has a transaction, and that is listed from its first statement on (``pg_locks`` shows
everybody's virtual ids, also of those that have written nothing yet). So: at one look note the present moment and the transactions open
just then. Once none of these is open any more, whatever appears from now on was written by a transaction that began after that look, so
its ids are not older than the look, less a margin for ids made just before a transaction begins and for clocks that differ.

A transaction open for longer than :data:`PATIENCE` (a backup, a forgotten session) is not waited for: the ledger's recount needs the
horizon for its speed only, and checks what it finds (:mod:`orderhouse.ledger.recount`).
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

from django.db import connection

from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import first_id_at

MARGIN = timedelta(seconds=10)
"""How much older than its transaction an id may be."""

PATIENCE = 600.0
"""Seconds after which an open transaction is not waited for."""


class Horizon:
    """Moves on with every :meth:`look`. It forgets nothing that matters when its process ends: the next one begins with a look."""

    def __init__(self, *, margin: timedelta = MARGIN, patience: float = PATIENCE) -> None:
        self._margin, self._patience = margin, patience
        self._safe_id = 0
        self._awaited: tuple[int, frozenset[str], float] | None = None

    def look(self) -> int:
        """The id under which nothing appears any more; 0 until the first transactions seen are over. Outside any unit of work."""
        moment = datetime.now(UTC)  # before the list: what is not in it begins later than this
        with connection.cursor() as cursor:
            cursor.execute(sql.load(__file__, "open_transactions"))
            open_now = frozenset(row[0] for row in cursor.fetchall())
        if self._awaited:
            floor, awaited, since = self._awaited
            if awaited & open_now and time.monotonic() - since < self._patience:
                return self._safe_id
            self._safe_id = max(self._safe_id, floor - 1)
        self._awaited = first_id_at(moment - self._margin), open_now, time.monotonic()
        return self._safe_id
