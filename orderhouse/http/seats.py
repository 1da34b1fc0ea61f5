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

from orderhouse.database.lending import lent_by
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
        """``most_waiting``: for a seat, or, without one, for somebody else's work."""
        self._free: LifoQueue[BaseDatabaseWrapper | None] = LifoQueue()
        for _ in range(seats):
            self._free.put(None)  # a connection is opened when it is first needed
        self._most, self._patience = seats + most_waiting, patience_seconds
        self._inside = 0
        self._counting = threading.Lock()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """A seat for this thread, once there is one; while it waits for somebody else's work, others may have it
        (:func:`orderhouse.database.lending.lent_on`). Raises :class:`Overloaded`, and then nothing was begun."""
        with self._entered():
            try:
                self._sit(self._free.get(timeout=self._patience))
            except Empty:
                raise Overloaded() from None
            try:
                with lent_by(self):
                    yield
            finally:
                self.put_back()

    def put_back(self) -> None:
        """This thread gets up."""
        lent = connections[DEFAULT_DB_ALIAS]
        del connections[DEFAULT_DB_ALIAS]
        lent.close_if_unusable_or_obsolete()
        self._free.put(lent)

    def take_again(self) -> None:
        """This thread sits down again. Its work has begun, so it is not turned away; and nobody keeps a seat while waiting for it."""
        self._sit(self._free.get())

    @contextmanager
    def _entered(self) -> Iterator[None]:
        with self._counting:
            if self._inside >= self._most:
                raise Overloaded()
            self._inside += 1
        try:
            yield
        finally:
            with self._counting:
                self._inside -= 1

    def _sit(self, lent: BaseDatabaseWrapper | None) -> None:
        if lent is None:
            lent = connections.create_connection(DEFAULT_DB_ALIAS)
            lent.inc_thread_sharing()  # by turns, never at once
        connections[DEFAULT_DB_ALIAS] = lent


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
