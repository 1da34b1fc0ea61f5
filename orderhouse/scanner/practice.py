"""What a practice device may know, so that somebody without goods in hand can walk a tour."""

from __future__ import annotations

from orderhouse.database import fetch_values, unit_of_work
from orderhouse.people.devices import Device


def practice_badge(device: Device) -> str:
    """The badge of whoever tries the scanner out; it never takes work from a person's own."""
    return f"{device.code}-YOU"


def free_totes(tenant_id: int, node_id: int, *, limit: int = 24) -> list[str]:
    """Totes of the node that carry nothing now, the last ones first: a crew at work takes from the other end."""
    with unit_of_work(tenant_id):
        return [
            str(code)
            for code in fetch_values(
                """SELECT code FROM wms_handling_unit WHERE tenant_id = %s AND node_id = %s AND kind = 'tote' AND outbound_id IS NULL
                   ORDER BY code DESC LIMIT %s""",
                (tenant_id, node_id, limit),
            )
        ]
