"""How many requests one process answers at once. Each has a seat and the database connection that goes with it; the others wait their
turn, not many and not long: past that a "not now" at once is worth more than an answer nobody waits for any more."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.http import HttpResponse

from orderhouse.http.problems import problem
from orderhouse.kernel.errors import Refusal

PATIENCE_SECONDS = 5.0
"""How long one waits. A scanner or a channel's client gives up not much later."""
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Overloaded(Refusal):
    """Every seat is taken, and so many wait already, or one has waited for so long."""

    sentence = "Too many requests are waiting here; this one was not begun."
    remedy = "Repeat the request in a few seconds."
    status = 503


class Seats:
    """Seats of one process with their connections: the last one used is the next one lent, since its statements are prepared and its
    caches are warm."""

    def __init__(self, seats: int, *, most_waiting: int, patience_seconds: float = PATIENCE_SECONDS) -> None:
        self._free: LifoQueue[BaseDatabaseWrapper | None] = LifoQueue()
        for _ in range(seats):
            self._free.put(None)  # a connection is opened when it is first needed
        self._most_waiting, self._patience = most_waiting, patience_seconds
        self._waiting = 0
        self._counting = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A seat for this thread, once there is one. Raises :class:`Overloaded`, and then nothing was begun."""
        lent = self._take()
        if lent is None:
            lent = connections.create_connection(DEFAULT_DB_ALIAS)
            lent.inc_thread_sharing()  # by turns, never at once
        connections[DEFAULT_DB_ALIAS] = lent
        try:
            yield
        finally:
            del connections[DEFAULT_DB_ALIAS]
            lent.close_if_unusable_or_obsolete()
            self._free.put(lent)

    def _take(self) -> BaseDatabaseWrapper | None:
        try:
            return self._free.get_nowait()
        except Empty:
            pass
        with self._counting:
            if self._waiting >= self._most_waiting:
                raise Overloaded()
            self._waiting += 1
        try:
            return self._free.get(timeout=self._patience)
        except Empty:
            raise Overloaded() from None
        finally:
            with self._counting:
                self._waiting -= 1


def seated(application: Wsgi, seats: Seats) -> Wsgi:
    """The application, answering as many requests at once as there are seats; others hear 503 with ``Retry-After``."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        try:
            with seats.taken():
                return application(environ, start_response)
        except Overloaded as refusal:
            response = _full(environ.get("PATH_INFO", ""), refusal)
            start_response(f"{response.status_code} {response.reason_phrase}", list(response.items()))
            return [response.content]

    return answer


def _full(path: str, refusal: Overloaded) -> HttpResponse:
    if path.startswith("/api/"):
        return problem(refusal, instance=path)
    return HttpResponse(f"{refusal} {refusal.how_to_mend}", status=503, content_type="text/plain", headers={"Retry-After": "2"})
