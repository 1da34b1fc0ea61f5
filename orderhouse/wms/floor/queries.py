"""What waits on the floor, and what was scanned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Work to start a session with. ``target`` is the tour's or receipt's id, None where the flow needs none; ``label`` its number;
    ``open`` counts picks, lines still expected, tasks or totes."""

    flow: str
    target: int | None
    label: str
    state: str
    open: int


@dataclass(frozen=True, slots=True)
class ScanRow:
    """A scan as it was taken."""

    session_id: int
    serial: int
    flow: str
    badge: str
    device: str
    text: str
    quantity: int | None
    at: datetime
    refused: bool
    answer: dict[str, Any]


def open_work(tenant_id: int, node_id: int, badge: str, *, anytime: bool = False, limit: int = 100) -> list[OpenWork]:
    """What this badge could do now: its own tours first, free tours, receipts, and one entry each for putaway, pack and count.

    ``anytime`` adds what needs no task, in state ``anytime`` with 0 open: ``count`` (the bin one stands at), ``move``, ``lookup``.
    """
    with unit_of_work(tenant_id):
        return fetch_all(
            sql.load(__file__, "open_work"),
            {"tenant": tenant_id, "node": node_id, "badge": badge, "anytime": anytime, "limit": limit},
            of=OpenWork,
        )


def scans_of(tenant_id: int, session_id: int, *, after: int = 0, limit: int = 200) -> list[ScanRow]:
    """A session's scans in the order taken, after serial ``after``."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT c.session_id, c.serial, s.flow, s.badge, s.device, c.text, c.quantity, c.at, c.refused, c.answer::text
               FROM wms_scan c JOIN wms_floor_session s ON s.tenant_id = c.tenant_id AND s.id = c.session_id
               WHERE c.tenant_id = %s AND c.session_id = %s AND c.serial > %s ORDER BY c.serial LIMIT %s""",
            (tenant_id, session_id, after, limit),
        )
    columns = ScanRow.__dataclass_fields__
    return [ScanRow(**dict(zip(columns, (*row[:-1], orjson.loads(row[-1])), strict=True))) for row in rows]
