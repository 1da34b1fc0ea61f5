"""Say so where the node has not got what it was released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import LineQuantity, ReleaseShorted
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.allocation.rules import Demand
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import lines_of, lock_outbounds, move_units


def short_lines(*, by: By, missing: Sequence[tuple[Demand, int]]) -> None:
    """Short waiting units of lines for good: one ``ReleaseShorted`` a release, the rest of it goes on. The caller derives."""
    units: dict[int, int] = defaultdict(int)
    for demand, short in missing:
        units[demand.line_id] += short
    if not units:
        return
    with unit_of_work(by.tenant_id):
        outbounds = lock_outbounds(by.tenant_id, {demand.outbound_id for demand, _ in missing})
        lines = lines_of(by.tenant_id, outbounds)
        move_units(by.tenant_id, {line_id: Counts(waiting=-short, shorted=short) for line_id, short in units.items()})
        said: dict[int, list[LineQuantity]] = defaultdict(list)
        for line_id in lines:
            if line_id in units:
                said[lines[line_id].outbound_id].append(LineQuantity(lines[line_id].line_number, units[line_id], "no-stock"))
        put(
            by=by,
            source="wms",
            letters=[
                Letter("oms", o.release_number, ReleaseShorted(o.release_number, o.node, tuple(said[o.id])))
                for o in outbounds.values()
            ],
        )
