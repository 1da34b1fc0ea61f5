"""How much of what waits to be put away was picked for orders that were cancelled: it lies in totes, not on the dock."""

from __future__ import annotations

from orderhouse.database import fetch_value, unit_of_work


def put_backs(tenant_id: int, node_id: int) -> int:
    """Open put-back tasks of the node."""
    with unit_of_work(tenant_id):
        return int(
            fetch_value(
                """SELECT count(*) FROM wms_putaway_task
                   WHERE tenant_id = %s AND node_id = %s AND state = 'ready' AND kind = 'putback'""",
                (tenant_id, node_id),
            )
        )
