"""The warehouse's crew in a process of its own: finishes what a crew before it left, then works, until it is killed.

``python -m tests.faults.floor_crew [--once]``; with ``--once`` it ends when nothing is left to do.
"""

from __future__ import annotations

import logging
import os
import sys
import time
from typing import Any

from orderhouse.config.ready import ready, take_writer_number

BADGES = ("P1", "P2")
log = logging.getLogger("crew")


def main(once: bool) -> None:
    ready(start_database=False)
    take_writer_number()
    logging.basicConfig(level=logging.WARNING)
    from django.db import connection

    from orderhouse.kernel.errors import Refusal

    failures = 0
    while True:
        try:
            worked = _shift()
            failures = 0
        except Refusal as refusal:
            log.warning("the crew was told no: %s", refusal)
            worked, failures = True, failures + 1
        except Exception as error:
            log.warning("the crew stopped: %s: %s", type(error).__name__, error)
            connection.close()
            worked, failures = True, failures + 1
        if once and (not worked or failures > 20):
            sys.exit(1 if failures else 0)
        time.sleep(0.2 if worked else float(os.environ.get("ORDERHOUSE_CREW_PAUSE", "0.5")))


def _shift() -> bool:
    """Whether there was anything to do."""
    from orderhouse.catalog.open_business import find_business
    from orderhouse.catalog.queries import node_by_code
    from orderhouse.crew.day import Crew
    from orderhouse.database import fetch_values, unit_of_work
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.wms.waves.queries import tours, waves
    from orderhouse.wms.waves.release_wave import release_wave
    from tests.faults.house import NODE, TENANT

    business = find_business(TENANT)
    assert business is not None
    by = By(business.tenant_id, "crew", clock.now())
    with unit_of_work(by.tenant_id):
        node: Any = node_by_code(by.tenant_id, NODE)
        free = fetch_values(
            "SELECT code FROM wms_handling_unit WHERE tenant_id = %s AND kind = 'tote' AND outbound_id IS NULL ORDER BY code",
            (by.tenant_id,),
        )
    crew = Crew(by, node_id=node.id, badges=BADGES, totes=free)
    worked = 0
    for wave in waves(by.tenant_id, node.id, limit=500):
        if wave.state == "planned":
            release_wave(by=by, wave_id=wave.id)
    for tour in tours(by.tenant_id, node_id=node.id):
        if tour.state != "done":
            worker = next((w for w in crew.workers if w.device.badge == tour.badge), crew.workers[0])
            worked += worker.walk_tour(tour.id).scans
    worked += len(crew.clear_packing()) + crew.dispatch().parcels
    before = crew.scans
    crew.clear_putaway()  # trucks are the dock office's
    crew.run_waves(max_orders=25)
    crew.clear_putaway()
    crew.clear_counts()
    left = crew.dispatch()
    return bool(worked or crew.scans > before or left.parcels)


if __name__ == "__main__":
    main("--once" in sys.argv)
