"""Capture one order; callers of one process who come at the same time share a commit."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from typing import Any

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.database import inside_transaction, mend_connection
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.capture_batch import Submitted, capture_batch, read_submission
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.orders.place_orders import Placed

MOST_AT_ONCE = 250
"""Orders one caller captures for the others at most: a batch beyond gains little more and makes its first wait longer."""

LINGER, LONGEST_LINGER = 0.25, 0.005
"""How long a batch waits for those who were in the last one: a part of what that took, and seconds at most."""


def capture_together(*, by: By, submission: SubmitOrder | Mapping[str, Any], source: str = "api") -> Placed:
    """Capture one order as :func:`capture_orders` does; the answer comes after the commit that holds it.

    Whoever comes while nobody captures for this tenant in this process begins at once; whoever comes meanwhile is
    captured in the next batch, by the first of those who wait. So a lone caller waits for nobody, and a crowd shares
    statements and flushes (ADR 10). Each order keeps its own sender and moment. When a shared batch fails, each of its callers tries
    alone and meets its own error, if it is the one at fault; a commit whose answer was lost shows then as ``duplicate``.
    Inside a transaction of its own the caller captures in that, and waits for nobody.
    """
    if inside_transaction():
        return capture_orders(by=by, submissions=[submission], source=source)[0]
    ticket = _Ticket(read_submission(by, submission, source))
    if _turns.come(by.tenant_id, ticket) or _turns.wait(by.tenant_id, ticket) == "lead":
        _lead(by.tenant_id, ticket)
    if ticket.answer is not None:
        return ticket.answer
    mend_connection()  # what broke the shared batch may have been the leader's connection
    return capture_orders(by=by, submissions=[submission], source=source)[0]


class _Ticket:
    """One caller's place in the line. ``answer`` stays None when the shared batch failed: then its caller tries alone."""

    __slots__ = ("_called", "answer", "call_as", "submitted")

    def __init__(self, submitted: Submitted) -> None:
        self.submitted = submitted
        self.answer: Placed | None = None
        self.call_as = ""
        self._called = threading.Lock()
        self._called.acquire()

    def call(self, call_as: str) -> None:
        """Wake its caller: to ``lead`` the next batch, or since its own is ``done``."""
        self.call_as = call_as
        self._called.release()

    def wait(self) -> None:
        self._called.acquire()


class _Line:
    """Those who wait for one tenant while somebody captures. ``crowd``: how many the last batch was; ``took``: its seconds."""

    __slots__ = ("busy", "crowd", "enough", "took", "waiting", "wanted")

    def __init__(self) -> None:
        self.busy = False
        self.waiting: deque[_Ticket] = deque()
        self.crowd, self.took = 1, 0.0
        self.wanted, self.enough = 0, threading.Event()


class _Turns:
    """Who captures now, and who waits, by tenant."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: dict[int, _Line] = defaultdict(_Line)

    def come(self, tenant_id: int, ticket: _Ticket) -> bool:
        """Get in line; True for whoever may begin at once."""
        with self._lock:
            line = self._lines[tenant_id]
            if not line.busy:
                line.busy = True
                return True
            line.waiting.append(ticket)
            if 0 < line.wanted <= len(line.waiting):
                line.enough.set()
            return False

    def take(self, tenant_id: int, most: int) -> list[_Ticket]:
        """Those who wait, at most so many, out of the line. Where the last batch was a crowd, who was in it has its answer only just
        now: they are given a moment to come back, a small part of what the batch took."""
        line = self._lines[tenant_id]
        with self._lock:
            line.wanted = min(line.crowd - 1, most)
            short = len(line.waiting) < line.wanted
            line.enough.clear()
        if short:
            line.enough.wait(min(line.took * LINGER, LONGEST_LINGER))
        with self._lock:
            line.wanted = 0
            return [line.waiting.popleft() for _ in range(min(most, len(line.waiting)))]

    def took(self, tenant_id: int, crowd: int, seconds: float) -> None:
        """Remember what the last batch was."""
        line = self._lines[tenant_id]
        line.crowd, line.took = crowd, seconds

    def standing(self, tenant_id: int) -> int:
        """How many wait."""
        return len(self._lines[tenant_id].waiting)

    def wait(self, tenant_id: int, ticket: _Ticket) -> str:
        """Wait in line; as what the caller was woken. A signal that ends the wait leaves no gap in the line."""
        try:
            ticket.wait()
        except BaseException:
            with self._lock:
                waiting = self._lines[tenant_id].waiting
                if ticket in waiting:
                    waiting.remove(ticket)
                elif ticket.call_as == "lead":
                    self._next(tenant_id)
            raise
        return ticket.call_as

    def pass_on(self, tenant_id: int) -> None:
        """The turn goes to the first who waits, or is over."""
        with self._lock:
            self._next(tenant_id)

    def _next(self, tenant_id: int) -> None:
        line = self._lines[tenant_id]
        if line.waiting:
            line.waiting.popleft().call("lead")
        else:
            line.busy = False


_turns = _Turns()


def _lead(tenant_id: int, own: _Ticket) -> None:
    """Capture for oneself and for those who wait, then let the next begin. Whatever ends this, nobody is left waiting."""
    batch = [own]
    try:
        batch += _turns.take(tenant_id, MOST_AT_ONCE - 1)
        begun = time.perf_counter()
        _answer(batch, capture_batch(tenant_id=tenant_id, submitted=[ticket.submitted for ticket in batch]))
        _turns.took(tenant_id, len(batch), time.perf_counter() - begun)
    except Exception:
        if len(batch) == 1:
            raise
    finally:
        _turns.pass_on(tenant_id)
        for ticket in batch[1:]:
            ticket.call("done")


def _answer(batch: Sequence[_Ticket], answers: Sequence[Placed]) -> None:
    for ticket, answer in zip(batch, answers, strict=True):
        ticket.answer = answer
