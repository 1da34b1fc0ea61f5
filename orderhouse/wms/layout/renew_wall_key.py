"""Close the addresses under which a node's wall was shown."""

from __future__ import annotations

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound


def renew_wall_key(*, by: By, node_id: int) -> None:
    """Addresses of the node's wall signed before this open nothing any more. Raises ``NotFound`` for a node without a floor."""
    with unit_of_work(by.tenant_id):
        changed = execute(
            "UPDATE wms_site SET wall_key = wall_key + 1 WHERE tenant_id = %s AND node_id = %s", (by.tenant_id, node_id)
        )
    if not changed:
        raise NotFound(kind="layout for node", code=node_id, field="node")
