"""Returned goods come back over the dock: scanned in, graded, stock again or not."""

from __future__ import annotations

from itertools import cycle

from orderhouse.crew.day import Crew
from orderhouse.crew.device import barcode
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.replay.open_world import Floor
from orderhouse.replay.world import disposition
from orderhouse.wms.inbound.close_receipt import close_receipt
from orderhouse.wms.inbound.grade_returned import Grade, grade_returned
from orderhouse.wms.inbound.queries import receipt_lines


def take_returns(by: By, floor: Floor, crew: Crew, seed: int) -> int:
    """Receive, grade and close every return that a node expects; answers the units that came back.

    All of a node's returns are one transaction, so that a kill in between leaves none half graded.
    """
    units = 0
    hands = cycle(crew.workers)
    with unit_of_work(by.tenant_id):
        open_returns = fetch_all(
            "SELECT id, number FROM wms_receipt WHERE tenant_id = %s AND node_id = %s AND kind = 'return' AND state <> 'closed' ORDER BY id",
            (by.tenant_id, floor.node_id),
        )
        for receipt_id, number in open_returns:
            device = next(hands).device
            work = device.start("receive", receipt_id)
            due = [line for line in work.sheet["lines"] if line["expected"] > line["came"]]
            device.sync(work, [*((barcode(line), line["expected"] - line["came"]) for line in due), ("!end", None)])
            lines = [line for line in receipt_lines(by.tenant_id, receipt_id) if line.ungraded]
            grades = [Grade(line.line_number, line.ungraded, disposition(number, line.line_number, seed)) for line in lines]
            if grades:
                grade_returned(by=by, receipt_id=receipt_id, grades=grades)
            close_receipt(by=by, receipt_id=receipt_id)
            units += sum(grade.quantity for grade in grades)
    return units
