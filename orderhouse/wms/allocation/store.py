"""Locks and reads of what may be allocated."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from math import inf

from orderhouse.database import fetch_all
from orderhouse.kernel import sql
from orderhouse.wms.allocation.rotation import Stock
from orderhouse.wms.allocation.rules import ItemRules
from orderhouse.wms.layout.queries import site_geometry


def pickable_stock(tenant_id: int, node_id: int, item_ids: Iterable[int], leaving: Iterable[int] = ()) -> list[Stock]:
    """Free good stock of these items at a node, locked until the transaction ends; with it what a shortage of them at the places
    ``leaving`` will post to."""
    params = {"tenant": tenant_id, "node": node_id, "items": sorted(set(item_ids)), "leaving": sorted(set(leaving))}
    stock = fetch_all(sql.load(__file__, "pickable_stock"), params, of=Stock)
    geometry = site_geometry(tenant_id, node_id)
    home, start = geometry.depot
    for piece in stock:  # aisles walked straight; what is off the pick path is farthest
        piece.far = (
            inf if piece.aisle is None else abs(geometry.aisles[piece.aisle] - geometry.aisles[home]) + abs(piece.y - start)
        )
    return stock


def item_rules(tenant_id: int, item_ids: Iterable[int]) -> dict[int, ItemRules]:
    """Life left and pack sizes of items."""
    rows = fetch_all(
        """SELECT i.id, i.minimum_life_days, p.quantity FROM catalog_item i
           LEFT JOIN catalog_pack p ON p.tenant_id = i.tenant_id AND p.item_id = i.id
           WHERE i.tenant_id = %(tenant)s AND i.id = ANY (%(items)s) ORDER BY i.id, p.quantity DESC""",
        {"tenant": tenant_id, "items": sorted(set(item_ids))},
    )
    packs: dict[int, list[int]] = defaultdict(list)
    days: dict[int, int] = {}
    for item_id, life, pack in rows:
        days[item_id] = life
        if pack:
            packs[item_id].append(pack)
    return {item_id: ItemRules(life, tuple(packs[item_id])) for item_id, life in days.items()}
