"""The worker: round after round, tenant after tenant, it carries waiting letters."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.db import Error as DatabaseError
from django.db import connection

from orderhouse.contract.deliver_waiting import DeliveryReport, deliver_waiting
from orderhouse.contract.faults import is_passing
from orderhouse.database.tenants import Tenant, tenants
from orderhouse.kernel import clock

log = logging.getLogger(__name__)

_LONGEST_PAUSE = 5.0
_TENANTS_KNOWN_FOR = 5.0


def run(stop: threading.Event, poll_seconds: float = 0.2, *, now: Callable[[], datetime] = clock.now) -> None:
    """Deliver until ``stop`` is set. Comes back at once where letters were waiting, else after ``poll_seconds``.

    One tenant's trouble is logged and does not keep the others waiting; its letters come back when their lease ends. A
    database that went away is waited for, with a fresh connection each time. Several workers may run side by side.
    """
    known: list[Tenant] = []
    read_at, failures = float("-inf"), 0
    while not stop.is_set():
        try:
            if time.monotonic() - read_at > _TENANTS_KNOWN_FOR:
                known, read_at = tenants(), time.monotonic()
            busy = False
            for tenant in known:
                if stop.is_set():
                    break
                busy |= _round(tenant.tenant_id, now())
            failures = 0
        except Exception as error:
            if not (is_passing(error) or isinstance(error, DatabaseError)):
                raise
            failures += 1
            read_at = float("-inf")
            log.warning("the database is away: %s", error)
            connection.close()
            stop.wait(min(poll_seconds * 2**failures, _LONGEST_PAUSE))
            continue
        if not busy:
            stop.wait(poll_seconds)
    connection.close()


def _round(tenant_id: int, at: datetime) -> bool:
    """One round of one tenant; whether letters moved."""
    try:
        report = deliver_waiting(tenant_id=tenant_id, at=at)
    except Exception as error:
        if is_passing(error) or isinstance(error, DatabaseError):
            raise
        log.exception("a round of deliveries failed")
        return False
    if report != DeliveryReport():
        log.info("%s", report)
    return report.delivered + report.refused > 0
