"""Who listens to what, and what was told lately, so that a browser that was away for a moment misses nothing.

The hub lives in the event loop; the watcher's thread reads :meth:`Hub.watched` and hands its findings over by ``call_soon_threadsafe``.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import count

EVERYTHING = "*"
"""The topic of "look again at all you show"."""

LINGER_SECONDS = 45.0
"""How long a tenant is watched on after its last browser left: most come right back, on the next page."""

REMEMBERED = 512
_START = int(time.time() * 1000)


@dataclass(frozen=True, slots=True)
class Told:
    """What was told at one moment (seconds since the epoch)."""

    number: int
    at: float
    topics: frozenset[str]


class Listener:
    """One browser's stream: the topics it wants, those that wait to be sent, and whether it is over."""

    def __init__(self, tenant_id: int, topics: frozenset[str]) -> None:
        self.tenant_id, self.topics = tenant_id, topics
        self.over = False
        self._waiting: set[str] = set()
        self._woken = asyncio.Event()
        self._number = 0
        self._at = 0.0

    def tell(self, told: Told) -> None:
        """Note what of ``told`` concerns this one; a slow browser gets many tellings as one."""
        mine = {EVERYTHING} if EVERYTHING in told.topics else told.topics & self.topics
        if mine:
            self._waiting |= mine
            self._number, self._at = told.number, told.at
            self._woken.set()

    def end(self) -> None:
        """Close the stream after this."""
        self.over = True
        self._woken.set()

    async def next(self, patience: float) -> tuple[str, float, list[str]] | None:
        """The next telling: its id, when, its topics; None where ``patience`` seconds passed or the stream is over."""
        try:
            async with asyncio.timeout(patience):
                await self._woken.wait()
        except TimeoutError:
            return None
        self._woken.clear()
        topics, self._waiting = sorted(self._waiting), set()
        return (f"{_START}-{self._number}", self._at, topics) if topics else None


@dataclass
class Room:
    """The listeners of one tenant, and what they were told. ``began`` is the moment from which on nothing is missing: when they were
    told to look at everything, since the watcher had just begun to look; None until then."""

    began: float | None = None
    listeners: set[Listener] = field(default_factory=set)
    memory: deque[Told] = field(default_factory=lambda: deque(maxlen=REMEMBERED))
    left_at: float = 0.0


class Hub:
    """All rooms."""

    def __init__(self) -> None:
        self._rooms: dict[int, Room] = {}
        self._numbers = count(1)

    def __len__(self) -> int:
        return sum(len(room.listeners) for room in self._rooms.values())

    def watched(self) -> frozenset[int]:
        """The tenants somebody listens to, or did a moment ago."""
        return frozenset(self._rooms)

    def join(self, tenant_id: int, topics: Iterable[str], *, last_id: str = "", since: float | None = None) -> Listener:
        """A new stream. It begins with what was told after ``last_id`` (the last it got), or after the moment ``since`` its page
        was made; where that cannot be known, with :data:`EVERYTHING`."""
        listener = Listener(tenant_id, frozenset(topics))
        room = self._rooms.setdefault(tenant_id, Room())
        room.listeners.add(listener)
        for told in self._missed(room, last_id, since):
            listener.tell(told)
        return listener

    def leave(self, listener: Listener) -> None:
        """A browser went away."""
        room = self._rooms.get(listener.tenant_id)
        if room:
            room.listeners.discard(listener)
            room.left_at = time.time()

    def publish(self, tenant_id: int, topics: Iterable[str]) -> None:
        """Tell everybody of a tenant."""
        room = self._rooms.get(tenant_id)
        if room is None:
            return
        told = Told(next(self._numbers), time.time(), frozenset(topics))
        room.began = room.began or told.at
        room.memory.append(told)
        for listener in room.listeners:
            listener.tell(told)

    def sweep(self) -> None:
        """Forget rooms that everybody left a while ago."""
        now = time.time()
        for tenant_id, room in list(self._rooms.items()):
            if not room.listeners and now - room.left_at > LINGER_SECONDS:
                del self._rooms[tenant_id]

    def close(self) -> None:
        """End every stream."""
        for room in self._rooms.values():
            for listener in room.listeners:
                listener.end()

    def _missed(self, room: Room, last_id: str, since: float | None) -> list[Told]:
        if room.began is None:
            return []  # all of them are about to be told to look at everything
        everything = [Told(next(self._numbers), time.time(), frozenset({EVERYTHING}))]
        start, _, number = last_id.partition("-")
        if last_id:
            told_before = [told for told in room.memory if told.number <= int(number)] if number.isdigit() else []
            if start != str(_START) or not told_before:
                return everything
            return [told for told in room.memory if told.number > int(number)]
        if since is None:
            return []
        whole = room.began if len(room.memory) < REMEMBERED else room.memory[0].at
        return everything if since < whole else [told for told in room.memory if told.at >= since]
