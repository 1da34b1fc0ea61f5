"""Calls the layout's SQL that writes and locks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import NamedTuple

from orderhouse.database import execute, fetch_all
from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import new_ids
from orderhouse.wms.layout.rules import Layout, travel
from orderhouse.wms.routing.geometry import Geometry


class Standing(NamedTuple):
    """A location as it stands: what lies there, and how many open tasks and receipts name it."""

    id: int
    code: str
    kind: str
    active: bool
    units: int
    tasks: int


def save_site(tenant_id: int, node_id: int, geometry: Geometry) -> None:
    parameters = {"tenant": tenant_id, "node": node_id, "geometry": json.dumps(asdict(geometry))}
    execute(sql.load(__file__, "save_site"), parameters)


def lock_locations(tenant_id: int, node_id: int) -> dict[str, Standing]:
    """Every location of the node by code, locked."""
    rows = fetch_all(sql.load(__file__, "lock_locations"), {"tenant": tenant_id, "node": node_id}, of=Standing)
    return {row.code: row for row in rows}


def save_places(tenant_id: int, node_id: int, layout: Layout) -> int:
    """Write zones and locations; how many locations are new or changed."""
    places = list(layout.places.values())
    zones = sorted({place.zone for place in places})
    execute(sql.load(__file__, "save_zones"), {"tenant": tenant_id, "node": node_id, "ids": new_ids(len(zones)), "codes": zones})
    return execute(
        sql.load(__file__, "save_locations"),
        {
            "tenant": tenant_id,
            "node": node_id,
            "ids": new_ids(len(places)),
            "zones": [p.zone for p in places],
            "codes": [p.code for p in places],
            "kinds": [p.kind for p in places],
            "aisles": [p.aisle for p in places],
            "xs": [p.x for p in places],
            "ys": [p.y for p in places],
            "levels": [p.level for p in places],
            "orders": [p.pick_order for p in places],
            "units": [p.capacity_units for p in places],
            "grams": [p.capacity_grams for p in places],
            "travels": [travel(layout.geometry, p) for p in places],
        },
    )


def close_locations(tenant_id: int, ids: Iterable[int]) -> None:
    execute(sql.load(__file__, "close_locations"), {"tenant": tenant_id, "ids": sorted(ids)})


def open_handling_units(tenant_id: int, node_id: int, kind: str, codes: Sequence[str]) -> None:
    execute(
        sql.load(__file__, "open_handling_units"),
        {"tenant": tenant_id, "node": node_id, "kind": kind, "ids": new_ids(len(codes)), "codes": sorted(codes)},
    )
