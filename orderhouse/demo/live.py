"""The demonstration's life: customers, desks and crew, each in its own thread, until told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from random import Random
from zoneinfo import ZoneInfo

from django.db import Error as DatabaseError
from django.db import connection

from orderhouse.catalog.queries import nodes
from orderhouse.crew.totes import Totes
from orderhouse.database import unit_of_work
from orderhouse.demo import world
from orderhouse.demo.office import BEATS, Office
from orderhouse.demo.seed import free_totes
from orderhouse.demo.shift import Claims, Hand
from orderhouse.demo.shop import orders_per_minute
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal

log = logging.getLogger(__name__)

PROOF_SECONDS = 55.0
LOCAL = ZoneInfo("Europe/London")


def live(stop: threading.Event, *, tenant_id: int, speed: float = 1.0) -> None:
    """Run until ``stop`` is set. All that was half done stands in the database: the next life goes on from there, however this
    one ended. ``speed`` 10 does in a minute what takes ten."""
    with unit_of_work(tenant_id):
        node_ids = {node.code: node.id for node in nodes(tenant_id).values()}
    office = Office(tenant_id, node_ids, speed)
    work: list[tuple[str, Callable[[], None]]] = [
        ("customers", lambda: _sell(stop, office, speed)),
        ("desks", lambda: _keep_office(stop, office, speed)),
        ("proof", lambda: _prove(stop, office)),
    ]
    for site in world.SITES:
        node_id = node_ids[site.node.code]
        totes, claims = Totes(free_totes(tenant_id, node_id)), Claims()
        for badge in site.crew:
            by = By(tenant_id, badge, clock.now())
            hand = Hand(by, node_id=node_id, badge=badge, totes=totes, claims=claims, stop=stop, speed=speed)
            work.append((badge, hand.run))
    connection.close()
    threads = [threading.Thread(target=_until_stopped, args=(stop, name, run), name=name, daemon=True) for name, run in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _until_stopped(stop: threading.Event, name: str, run: Callable[[], None]) -> None:
    """An error nobody foresaw ends the whole life, so that whoever supervises it starts a fresh one and the log tells why."""
    try:
        run()
    except Exception:
        log.exception("%s stopped", name)
        stop.set()
        raise
    finally:
        connection.close()


def _sell(stop: threading.Event, office: Office, speed: float) -> None:
    """Customers come by chance (a Poisson process) at the day's rate."""
    random = Random()
    while not stop.wait(random.expovariate(orders_per_minute(clock.now().astimezone(LOCAL)) * speed / 60)):
        _beat(office.take_order)


def _keep_office(stop: threading.Event, office: Office, speed: float) -> None:
    """Every desk on its own beat, one after the other."""
    began = time.monotonic()
    due = {name: began + n / speed for n, (name, _) in enumerate(BEATS)}
    while not stop.wait(max(0.0, min(due.values()) - time.monotonic())):
        now = time.monotonic()
        for name, seconds in BEATS:
            if due[name] <= now and not stop.is_set():
                _beat(getattr(office, name))
                due[name] = time.monotonic() + seconds / speed


def _prove(stop: threading.Event, office: Office) -> None:
    """About once a minute; less often where the recount itself takes long, so that it stays under a fiftieth of the time."""
    pause = 1.0
    while not stop.wait(pause):
        began = time.monotonic()
        _beat(office.prove)
        pause = max(PROOF_SECONDS, 50 * (time.monotonic() - began))


def _beat(act: Callable[[], object]) -> None:
    """One act; a refusal (somebody was faster) passes, a database that went away is asked again at the next beat."""
    try:
        act()
    except Refusal as refusal:
        log.info("%s", refusal)
    except DatabaseError as error:
        log.warning("%s", error)
        connection.close()
