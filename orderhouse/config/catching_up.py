"""What follows a commit is done by whoever committed; where they died, the worker does it (ADR 11)."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime

from django.apps import apps
from django.db import Error as DatabaseError
from django.db import connection

from orderhouse.contract.faults import is_passing
from orderhouse.database.tenants import tenants
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By

log = logging.getLogger(__name__)

REST = 3.0
"""Seconds between two looks, and at least :data:`SHARE` times what the last one took: the more waits, the less often."""
SHARE = 50


def run(stop: threading.Event, *, rest: float = REST, now: Callable[[], datetime] = clock.now) -> None:
    """Catch up for every tenant, round after round, until ``stop`` is set; nothing to do where no promise wing stands.

    One tenant's trouble is logged and keeps no other waiting; a database that went away is waited for.
    """
    if not apps.is_installed("orderhouse.oms"):
        return
    from orderhouse.oms.desk.catch_up import catch_up

    while not stop.wait(rest):
        began = time.monotonic()
        try:
            for tenant in tenants():
                if stop.is_set():
                    break
                try:
                    served = catch_up(by=By(tenant.tenant_id, "worker", now(), device="worker"))
                except Exception as error:
                    if is_passing(error) or isinstance(error, DatabaseError):
                        raise
                    log.exception("catching up failed")
                    continue
                if served.units:
                    log.info("caught up: %s", served)
        except Exception as error:
            if not (is_passing(error) or isinstance(error, DatabaseError)):
                raise
            log.warning("catching up waits for the database: %s", error)
            connection.close()
        stop.wait(min(SHARE * (time.monotonic() - began), 600))
    connection.close()


def beside(stop: threading.Event) -> threading.Thread:
    """Run beside what the process does else, on a connection of its own."""
    thread = threading.Thread(target=run, args=(stop,), name="catching-up", daemon=True)
    thread.start()
    return thread
