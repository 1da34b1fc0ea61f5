"""Callers of one process who come at the same time and want the same kind of work done: one does it for all of them."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Generic, TypeVar

log = logging.getLogger(__name__)

Job = TypeVar("Job")
Answer = TypeVar("Answer")


class Together(Generic[Job, Answer]):
    """Work shared by those who wait at the same moment for the same tenant.

    Whoever comes while nobody works begins at once; whoever comes meanwhile is in the next batch, done by the first of those who
    wait. So a lone caller waits for nobody, a crowd shares statements and a flush, and no thread has to be watched (ADR 10, 12).
    ``work`` does a batch in one transaction of its own and answers each job, None for one that must be done alone.
    What goes wrong with a batch of one is its caller's own error, and raised.
    """

    def __init__(
        self,
        work: Callable[[int, Sequence[Job]], Sequence[Answer | None]],
        *,
        most: int,
        linger: float,
        longest_linger: float,
        meanwhile: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        """``most`` jobs a batch; it waits for those who were in the last one: for a part (``linger``) of what that took, at most
        ``longest_linger`` seconds. A caller waits inside ``meanwhile``, which may lend on what it does not need there."""
        self._work, self._most, self._linger, self._longest = work, most, linger, longest_linger
        self._meanwhile = meanwhile
        self._lock = threading.Lock()
        self._lines: dict[int, _Line[Job, Answer]] = defaultdict(_Line)

    def do(self, tenant_id: int, job: Job) -> Answer | None:
        """The job's answer, once it is committed; None where its caller must do it alone: it was not for a batch, or the batch
        failed, and then whoever was at fault meets the error by itself."""
        ticket = _Ticket[Job, Answer](job)
        line = self._lines[tenant_id]
        if self._come(line, ticket) or self._wait(line, ticket) == "lead":
            self._lead(tenant_id, line, ticket)
        return ticket.answer

    def standing(self, tenant_id: int) -> int:
        """How many wait."""
        return len(self._lines[tenant_id].waiting)

    def _come(self, line: _Line[Job, Answer], ticket: _Ticket[Job, Answer]) -> bool:
        with self._lock:
            if not line.busy:
                line.busy = True
                return True
            line.waiting.append(ticket)
            if 0 < line.wanted <= len(line.waiting):
                line.enough.set()
            return False

    def _wait(self, line: _Line[Job, Answer], ticket: _Ticket[Job, Answer]) -> str:
        """Wait in line; as what the caller was woken. A signal that ends the wait leaves no gap in the line."""
        try:
            with self._meanwhile():
                ticket.wait()
        except BaseException:
            with self._lock:
                if ticket in line.waiting:
                    line.waiting.remove(ticket)
                elif ticket.call_as == "lead":
                    line.call_next()
            raise
        return ticket.call_as

    def _lead(self, tenant_id: int, line: _Line[Job, Answer], own: _Ticket[Job, Answer]) -> None:
        """Work for oneself and for those who wait, then let the next begin. Whatever ends this, nobody is left waiting."""
        batch = [own]
        try:
            batch += self._take(line)
            begun = time.perf_counter()
            answers = self._work(tenant_id, [ticket.job for ticket in batch])
            for ticket, answer in zip(batch, answers, strict=True):
                ticket.answer = answer
            line.crowd, line.took = len(batch), time.perf_counter() - begun
        except Exception:
            if len(batch) == 1:
                raise
            log.info("a shared batch of %d failed; each is done alone", len(batch), exc_info=True)
        finally:
            with self._lock:
                line.call_next()
            for ticket in batch[1:]:
                ticket.call("done")

    def _take(self, line: _Line[Job, Answer]) -> list[_Ticket[Job, Answer]]:
        """Those who wait, out of the line. Where the last batch was a crowd, who was in it has its answer only just now: they are
        given a moment to come back."""
        with self._lock:
            line.wanted = min(line.crowd, self._most) - 1
            short = len(line.waiting) < line.wanted
            line.enough.clear()
        if short:
            line.enough.wait(min(line.took * self._linger, self._longest))
        with self._lock:
            line.wanted = 0
            return [line.waiting.popleft() for _ in range(min(self._most - 1, len(line.waiting)))]


class _Ticket(Generic[Job, Answer]):
    """One caller's place in the line."""

    __slots__ = ("_called", "answer", "call_as", "job")

    def __init__(self, job: Job) -> None:
        self.job = job
        self.answer: Answer | None = None
        self.call_as = ""
        self._called = threading.Lock()
        self._called.acquire()

    def call(self, call_as: str) -> None:
        """Wake its caller: to ``lead`` the next batch, or since its own is ``done``."""
        self.call_as = call_as
        self._called.release()

    def wait(self) -> None:
        self._called.acquire()


class _Line(Generic[Job, Answer]):
    """Those who wait for one tenant while somebody works. ``crowd``: how many the last batch was; ``took``: its seconds."""

    __slots__ = ("busy", "crowd", "enough", "took", "waiting", "wanted")

    def __init__(self) -> None:
        self.busy = False
        self.waiting: deque[_Ticket[Job, Answer]] = deque()
        self.crowd, self.took = 1, 0.0
        self.wanted, self.enough = 0, threading.Event()

    def call_next(self) -> None:
        """The turn goes to the first who waits, or is over. Under the lock."""
        if self.waiting:
            self.waiting.popleft().call("lead")
        else:
            self.busy = False
