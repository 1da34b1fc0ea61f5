"""Forget what was scanned so long ago that no scanner sends it again."""

from __future__ import annotations

from datetime import datetime

from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import first_id_at


def forget_scans(*, tenant_id: int, before: datetime, limit: int) -> int:
    """Forget floor sessions last scanned in before then, with their scans; how many rows, about ``limit`` at most.

    What was done by them stays: movements name badge, device and time. A scan that comes again finds no session and is refused.
    """
    asked = {"tenant": tenant_id, "before": before, "before_id": first_id_at(before), "limit": limit}
    with unit_of_work(tenant_id):
        return int(fetch_value(sql.load(__file__, "forget_scans"), asked))
