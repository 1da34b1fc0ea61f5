"""The auditor at work: business after business, over and over, within a share of the time."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import connection

from orderhouse.contract.audit.age_out import Night, age_out, is_due, kept_here
from orderhouse.contract.audit.examine_business import examine_business
from orderhouse.contract.audit.horizon import Horizon
from orderhouse.contract.faults import is_passing
from orderhouse.database.tenants import tenants
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By

log = logging.getLogger(__name__)

ACTOR = "auditor"
BEAT_SECONDS = 5.0
"""Between the beginnings of two rounds over all businesses, where the share allows it."""

SHARE = 0.02
"""At most so much of the time is spent looking: what took a second is followed by 49 seconds of rest."""

QUIET_SECONDS = 60.0
"""Where nothing was committed since the last round, the next one waits so long."""

_LONGEST_PAUSE = 5.0


@dataclass
class Auditor:
    """Holds the horizon between rounds. A fresh one, after a crash say, needs a round or two before its mark moves on; nothing else is lost."""

    horizon: Horizon = field(default_factory=Horizon)
    nights: dict[int, Night] = field(default_factory=dict)

    def round(self, at: Callable[[], datetime] = clock.now, *, stop: threading.Event | None = None) -> float:
        """One beat for every business; the seconds it took. One business's trouble is logged and keeps no other waiting."""
        began = time.monotonic()
        safe_id = self.horizon.look()
        for tenant in tenants():
            if stop and stop.is_set():
                break
            try:
                by = By(tenant.tenant_id, ACTOR, at())
                beat = examine_business(by=by, safe_id=safe_id)
                if is_due(tenant.tenant_id, at=by.at):
                    age_out(by=by, night=self.nights.setdefault(tenant.tenant_id, Night()), kept=kept_here())
            except Exception as error:
                if is_passing(error) or isinstance(error, DatabaseError):
                    raise
                log.exception("a beat of the auditor failed")
                continue
            if beat.raised:
                log.error("the books of %s: %d rows break a rule; see Books", tenant.code, beat.raised)
        return time.monotonic() - began


def run(stop: threading.Event, *, beat_seconds: float = BEAT_SECONDS, share: float = SHARE) -> None:
    """Audit until ``stop`` is set. A database that went away is waited for, with a fresh connection each time."""
    auditor, failures, seen, rested_since = Auditor(), 0, "", time.monotonic()
    while not stop.is_set():
        try:
            if seen and _present() == seen and time.monotonic() - rested_since < QUIET_SECONDS:
                stop.wait(beat_seconds)
                continue
            worked = auditor.round(stop=stop)
            seen, rested_since, failures = _present(), time.monotonic(), 0
        except Exception as error:
            if not (is_passing(error) or isinstance(error, DatabaseError)):
                raise
            failures += 1
            log.warning("the database is away: %s", error)
            connection.close()
            stop.wait(min(0.2 * 2**failures, _LONGEST_PAUSE))
            continue
        stop.wait(max(beat_seconds - worked, worked * (1 - share) / share))
    connection.close()


def _present() -> str:
    """The database's present state: the same again while nobody committed anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])
