"""From the codes partners use to our ids, a batch at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from orderhouse.catalog.queries import Item, items_by_sku, nodes, owners
from orderhouse.kernel.errors import NotFound


def resolve_items(tenant_id: int, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Item]:
    """Items by (owner code, SKU). One statement an owner; refuses the first unknown owner or SKU by name."""
    owner_ids = {owner.code: owner.id for owner in owners(tenant_id).values()}
    skus: dict[str, set[str]] = defaultdict(set)
    for owner, sku in wanted:
        skus[owner].add(sku)
    found: dict[tuple[str, str], Item] = {}
    for owner, names in skus.items():
        if owner not in owner_ids:
            raise NotFound(kind="owner", code=owner, field="owner")
        known = items_by_sku(tenant_id, owner_ids[owner], names)
        for sku in sorted(names - known.keys()):
            raise NotFound(kind="SKU", code=sku, field="sku")
        found |= {(owner, sku): item for sku, item in known.items()}
    return found


def resolve_nodes(tenant_id: int, codes: Iterable[str]) -> dict[str, int]:
    """Node ids by code; refuses the first unknown one."""
    known = {node.code: node.id for node in nodes(tenant_id).values()}
    for code in sorted(set(codes) - known.keys()):
        raise NotFound(kind="node", code=code, field="node")
    return known
