"""The demonstration's life: customers, desks and crew, each in its own thread, until told to stop."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

from django.db import Error as DatabaseError
from django.db import connection

from orderhouse.catalog.queries import nodes
from orderhouse.crew.totes import Totes
from orderhouse.database import unit_of_work
from orderhouse.demo import world
from orderhouse.demo.office import BEATS, Office
from orderhouse.demo.pace import Heartbeat
from orderhouse.demo.rhythm import arrivals
from orderhouse.demo.seed import free_totes
from orderhouse.demo.shift import Claims, Hand
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal

log = logging.getLogger(__name__)

PROOF_SECONDS = 55.0
LATEST_SECONDS = 120.0
"""Who would have come longer ago than this (demo seconds), while everybody had their hands full, has gone elsewhere."""


def live(stop: threading.Event, *, tenant_id: int) -> None:
    """Run until ``stop`` is set, at the pace that stands in the database. All that was half done stands there too: the next life goes
    on from there, however this one ended."""
    with unit_of_work(tenant_id):
        node_ids = {node.code: node.id for node in nodes(tenant_id).values()}
    heart = Heartbeat(tenant_id, stop)
    office = Office(tenant_id, node_ids, heart)
    work: list[tuple[str, Callable[[], None]]] = [
        ("pace", heart.listen),
        ("customers", lambda: _sell(heart, office)),
        ("desks", lambda: _keep_office(heart, office)),
        ("proof", lambda: _prove(heart, office)),
    ]
    for site in world.SITES:
        node_id = node_ids[site.node.code]
        totes, claims = Totes(free_totes(tenant_id, node_id)), Claims()
        for badge in site.crew:
            by = By(tenant_id, badge, clock.now())
            hand = Hand(by, node_id=node_id, badge=badge, totes=totes, claims=claims, heart=heart)
            work.append((badge, hand.run))
    connection.close()
    threads = [threading.Thread(target=_until_stopped, args=(stop, name, run), name=name, daemon=True) for name, run in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    _beat(heart.keep)
    connection.close()


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


def _sell(heart: Heartbeat, office: Office) -> None:
    """Customers come when they come by the demo's clock; while there is too much to do, they stay away."""
    for arrival in arrivals(heart.pace.seed, heart.now(), taken=office.taken()):
        if heart.wait((arrival.at - heart.now()).total_seconds()):
            return
        while not _is_room(office):
            if heart.wait(20):
                return
        if (heart.now() - arrival.at).total_seconds() > LATEST_SECONDS:
            continue
        _beat(lambda arrival=arrival: office.take_order(arrival))  # type: ignore[misc]


def _is_room(office: Office) -> bool:
    try:
        return office.has_room()
    except DatabaseError:
        connection.close()
        return False


def _keep_office(heart: Heartbeat, office: Office) -> None:
    """Every desk on its own beat, one after the other, in the demo's seconds."""
    began = heart.now().timestamp()
    due = {name: began + n for n, (name, _) in enumerate(BEATS)}
    while not heart.wait(max(0.0, min(due.values()) - heart.now().timestamp())):
        now = heart.now().timestamp()
        for name, seconds in BEATS:
            if due[name] <= now and not heart.stop.is_set() and heart.speed:
                _beat(getattr(office, name))
                due[name] = heart.now().timestamp() + max(seconds, heart.speed)  # no more than once a second of ours


def _prove(heart: Heartbeat, office: Office) -> None:
    """About once a minute, whatever the pace; less often where the recount itself takes long, so that it stays under a fiftieth of
    the time."""
    pause = 1.0
    while not heart.stop.wait(pause):
        began = time.monotonic()
        if heart.speed:
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
