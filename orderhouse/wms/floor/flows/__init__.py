"""One pure state machine a scenario: where the operator stands, a scan, and the facts give the next step."""

from __future__ import annotations

from orderhouse.wms.floor.flows import count, lookup, move, pack, pick, putaway, receive
from orderhouse.wms.floor.flows.machine import Flow

FLOWS: dict[str, Flow] = {
    "receive": receive,
    "putaway": putaway,
    "pick": pick,
    "pack": pack,
    "count": count,
    "move": move,
    "lookup": lookup,
}
"""Every flow by the name a session gives it."""
