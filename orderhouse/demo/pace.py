"""How fast the demonstration lives, and what time it is there. The viewer decides; it stands in the database, so every process obeys."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import execute, fetch_one, fetch_values, unit_of_work
from orderhouse.demo.rhythm import OPENING
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound

SPEEDS = (1, 5, 20, 60)
LISTEN_SECONDS = 0.4
KEEP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Pace:
    """The speed, whether time stands still, and the demo's time (``clock`` was true at ``since``)."""

    seed: str
    speed: float
    paused: bool
    clock: datetime
    since: datetime

    def at(self, moment: datetime) -> datetime:
        """The demo's time at a moment of ours."""
        return self.clock if self.paused else self.clock + (moment - self.since) * self.speed


def start_clock(*, by: By, seed: str) -> None:
    """Give a business its clock and its seed, unless it has them."""
    with unit_of_work(by.tenant_id):
        execute(
            """INSERT INTO demo_pace (tenant_id, seed, clock, since) VALUES (%s, %s, %s, %s) ON CONFLICT (tenant_id) DO NOTHING""",
            (by.tenant_id, seed, OPENING, by.at),
        )


def pace_of(tenant_id: int) -> Pace:
    """The pace of a demonstration. Raises NotFound for a business that is none."""
    with unit_of_work(tenant_id):
        pace = fetch_one("SELECT seed, speed, paused, clock, since FROM demo_pace WHERE tenant_id = %s", (tenant_id,), of=Pace)
    if pace is None:
        raise NotFound(kind="demonstration", code=tenant_id)
    return pace


def set_pace(*, by: By, speed: float | None = None, paused: bool | None = None) -> Pace:
    """Change the speed, or stop and start time. Raises InvalidInput for a speed outside 0.1 to 1000."""
    if speed is not None and not 0.1 <= speed <= 1000:
        raise InvalidInput(field="speed", reason=f"{speed:g} is not between 0.1 and 1000")
    with unit_of_work(by.tenant_id):
        execute("SELECT FROM demo_pace WHERE tenant_id = %s FOR UPDATE", (by.tenant_id,))
        before = pace_of(by.tenant_id)
        after = Pace(
            before.seed,
            before.speed if speed is None else speed,
            before.paused if paused is None else paused,
            before.at(by.at),
            by.at,
        )
        _write(by.tenant_id, after)
    return after


def resume_clock(*, by: By) -> Pace:
    """Go on where the clock was last kept: while nothing lived, no time passed."""
    with unit_of_work(by.tenant_id):
        execute("UPDATE demo_pace SET since = %s WHERE tenant_id = %s", (by.at, by.tenant_id))
        return pace_of(by.tenant_id)


def badges_taken(tenant_id: int) -> frozenset[str]:
    """The badges that people hold themselves: the crew leaves their work alone."""
    with unit_of_work(tenant_id):
        return frozenset(fetch_values("SELECT code FROM people_badge WHERE tenant_id = %s AND user_id IS NOT NULL", (tenant_id,)))


def _write(tenant_id: int, pace: Pace) -> None:
    execute(
        "UPDATE demo_pace SET speed = %s, paused = %s, clock = %s, since = %s WHERE tenant_id = %s",
        (pace.speed, pace.paused, pace.clock, pace.since, tenant_id),
    )


class Heartbeat:
    """The pace as the life's threads feel it: they wait in the demo's seconds, and a change reaches them while they wait."""

    def __init__(self, tenant_id: int, stop: threading.Event) -> None:
        self.tenant_id, self.stop = tenant_id, stop
        self.pace = resume_clock(by=self._by())
        self.taken = badges_taken(tenant_id)
        self._changed = threading.Condition()
        self._kept = time.monotonic()

    @property
    def speed(self) -> float:
        """Demo seconds a second; 0 while it is paused."""
        return 0.0 if self.pace.paused else self.pace.speed

    def now(self) -> datetime:
        """The demo's time."""
        return self.pace.at(clock.now())

    def wait(self, seconds: float, *, badge: str = "") -> bool:
        """Wait for so many of the demo's seconds; whether to stop instead: all of it, or this badge because somebody took it."""
        left = seconds
        with self._changed:
            while not (self.stop.is_set() or badge in self.taken):
                speed, began = self.speed, time.monotonic()
                if left <= 0 and speed:
                    return False
                self._changed.wait(left / speed if speed else None)
                left -= (time.monotonic() - began) * speed
        return True

    def listen(self) -> None:
        """Look at the database until told to stop; one thread does this for all."""
        while not self.stop.wait(LISTEN_SECONDS):
            try:
                self.look()
            except Exception:  # the database may be away: the pace stays, and whoever works finds out by himself
                from django.db import connection

                connection.close()
        with self._changed:
            self._changed.notify_all()

    def look(self) -> None:
        """Read the pace and who holds a badge; keep the clock, so that little of it is lost when we are killed."""
        pace, taken = pace_of(self.tenant_id), badges_taken(self.tenant_id)
        if pace != self.pace or taken != self.taken:
            with self._changed:
                self.pace, self.taken = pace, taken
                self._changed.notify_all()
        if time.monotonic() - self._kept > KEEP_SECONDS:
            self._kept = time.monotonic()
            self.keep()

    def keep(self) -> None:
        """Write the clock down."""
        set_pace(by=self._by())

    def _by(self) -> By:
        return By(self.tenant_id, "demo", clock.now(), device="demo")
