"""A business of today has no statistics yet: what a wave reads must not be planned by them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from orderhouse.database import fetch_value, fetch_values, unit_of_work
from orderhouse.kernel import sql
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.allocation import store
from orderhouse.wms.stock.tests.floor import Floor

ITEMS, BINS = 40, 6


def test_stock_to_pick_is_found_by_its_index_and_joined_with_nothing_as_large(floor: Floor) -> None:
    ids = [floor.item(f"NEW-{n}") for n in range(ITEMS)]
    with unit_of_work(floor.tenant_id):
        bins = fetch_values("SELECT id FROM wms_location WHERE tenant_id = %s AND kind = 'bin' ORDER BY id", (floor.tenant_id,))
    places = bins[:BINS]
    post_movements(
        by=floor.by,
        moves=[
            Move(
                physical(floor.node_id, item, floor.owner_id, "found"),
                physical(floor.node_id, item, floor.owner_id, "good", place),
                5,
                "count",
                1,
            )
            for item in ids
            for place in places
        ],
    )
    asked = {"tenant": floor.tenant_id, "node": floor.node_id, "items": ids, "leaving": []}
    with unit_of_work(floor.tenant_id):
        explained = "EXPLAIN (ANALYZE, FORMAT JSON) " + sql.load(store.__file__, "pickable_stock")
        found = fetch_value(explained, asked)
    plan = found if isinstance(found, list) else json.loads(found)
    thrown_away = sum(step.get("Rows Removed by Join Filter", 0) * step["Actual Loops"] for step in _steps(plan[0]["Plan"]))
    assert thrown_away < 10 * ITEMS * BINS


def _steps(step: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield step
    for below in step.get("Plans", []):
        yield from _steps(below)
