"""The batch writer: captures orders in bulk inside a process of its own, until it is killed, and goes on where it was.

``python -m tests.faults.bulk JOURNAL SEED``. A batch that was not acknowledged is captured again, whatever became of it.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

from orderhouse.config.ready import ready, take_writer_number
from tests.faults.journal import Journal, read_journal
from tests.faults.plan import order_lines

PAUSE = float(os.environ.get("ORDERHOUSE_BULK_PAUSE", "1.5"))


def main(path: Path, seed: str) -> None:
    ready(start_database=False)
    take_writer_number()
    from django.db import connection

    from orderhouse.catalog.open_business import find_business
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.oms.desk.capture_orders import capture_orders
    from orderhouse.oms.releases.release_orders import release_orders
    from tests.faults.house import SKUS, TENANT
    from tests.faults.shop import order

    business = find_business(TENANT)
    assert business is not None
    known = read_journal(path) if path.exists() else []
    journal = Journal(path)
    number = len(known) - 1 if known and not known[-1].is_acknowledged else len(known)
    while True:
        id, rng = f"bulk-{number}", random.Random(f"{seed}/bulk/{number}")
        orders = [order(f"{id}-{n}", order_lines(rng, SKUS)) for n in range(rng.choice((4, 8, 12)))]
        if number == len(known):
            journal.intend(id, "bulk", orders=orders)
            known.append(None)  # type: ignore[arg-type]
        by = By(business.tenant_id, "bulk", clock.now())
        try:
            placed = capture_orders(by=by, submissions=orders)
        except Exception as error:  # whatever it was: nothing is acknowledged, and it is asked again
            journal.answered(id, 0, f"{type(error).__name__}: {error}"[:200])
            connection.close()
            time.sleep(0.3)
            continue
        journal.answered(id, 200, [one.outcome for one in placed])
        number += 1
        try:
            release_orders(by=by)
        except Exception:
            connection.close()
        time.sleep(PAUSE)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
