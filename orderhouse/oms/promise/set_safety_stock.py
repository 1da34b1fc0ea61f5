"""Set safety stock: units of a node that nobody is promised."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.catalog import queries as catalog
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.book.store import Key, lock_standings


class SafetyTarget(NamedTuple):
    """``quantity`` base units of an item, 0 or more, to be kept back at a node."""

    node_id: int
    item_id: int
    quantity: int


def set_safety_stock(*, by: By, targets: Sequence[SafetyTarget]) -> set[int]:
    """Set how much each node keeps back of an item; what is free moves there now, the rest as it arrives; what is no longer
    kept back is free now.

    Answers the ids of items of which units became free: who waits for them should be served. Six statements, whatever the
    size. Raises InvalidInput for a negative quantity or a pair that stands twice, NotFound for an unknown node or item.
    """
    if not targets:
        return set()
    with unit_of_work(by.tenant_id):
        wanted = _wanted(by.tenant_id, targets)
        execute(
            sql.load(__file__, "set_safety_stock"),
            {
                "tenant": by.tenant_id,
                "nodes": [key.node_id for key in wanted],
                "items": [key.item_id for key in wanted],
                "owners": [key.owner_id for key in wanted],
                "quantities": list(wanted.values()),
            },
        )
        standings = lock_standings(by.tenant_id, wanted)
        moves: list[Move] = []
        freed: set[int] = set()
        for key, target in wanted.items():
            standing = standings[key]
            free, kept = (promise(key.node_id, key.item_id, key.owner_id, state) for state in ("available", "safety"))
            more = min(target - standing.safety, standing.available)
            if more > 0:
                moves.append(Move(free, kept, more, "safety_stock", key.node_id, key.item_id))
            elif more < 0:
                moves.append(Move(kept, free, -more, "safety_stock", key.node_id, key.item_id))
                freed.add(key.item_id)
        post_movements(by=by, moves=moves)
    return freed


def _wanted(tenant_id: int, targets: Sequence[SafetyTarget]) -> dict[Key, int]:
    nodes, items = catalog.nodes(tenant_id), catalog.items(tenant_id, (target.item_id for target in targets))
    wanted: dict[Key, int] = {}
    for target in targets:
        if target.node_id not in nodes:
            raise NotFound(kind="node", code=target.node_id, field="node_id")
        if target.item_id not in items:
            raise NotFound(kind="item", code=target.item_id, field="item_id")
        if target.quantity < 0:
            raise InvalidInput(field="quantity", reason=f"{target.quantity} is negative", remedy="0 keeps nothing back.")
        key = Key(target.node_id, target.item_id, items[target.item_id].owner_id)
        if key in wanted:
            raise InvalidInput(
                field="targets",
                reason=f"{items[key.item_id].sku} at {nodes[key.node_id].code} stands twice",
                remedy="Give it once.",
            )
        wanted[key] = target.quantity
    return dict(sorted(wanted.items()))
