"""Places, as frozen values."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from orderhouse.database import fetch_all, fetch_value
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.routing.geometry import Geometry


@dataclass(frozen=True, slots=True)
class Location:
    """Where stock may lie. ``aisle`` indexes the site's aisles; x and y in meters; ``zone`` is its code; no capacity is None."""

    id: int
    node_id: int
    zone: str
    code: str
    kind: str
    aisle: int | None
    x: float
    y: float
    level: int
    pick_order: int
    capacity_units: int | None
    capacity_grams: int | None
    active: bool


@dataclass(frozen=True, slots=True)
class HandlingUnit:
    """A tote, cart, pallet or parcel; ``outbound_id`` the order it now carries, None when free."""

    id: int
    node_id: int
    kind: str
    code: str
    parent_id: int | None
    outbound_id: int | None


def locations(tenant_id: int, node_id: int, *, ids: Iterable[int] | None = None) -> dict[int, Location]:
    """The node's locations by id, in pick order, those out of use included; ``ids`` narrows them."""
    rows = _locations(tenant_id, node_id, ids=None if ids is None else sorted(set(ids)))
    return {location.id: location for location in rows}


def locations_by_code(tenant_id: int, node_id: int, codes: Iterable[str]) -> dict[str, Location]:
    """The node's locations with these codes; unknown codes are absent."""
    return {location.code: location for location in _locations(tenant_id, node_id, codes=sorted(set(codes)))}


def location_by_code(tenant_id: int, node_id: int, code: str) -> Location:
    """The location with this code; refuses (``NotFound``) an unknown one."""
    if found := locations_by_code(tenant_id, node_id, [code]):
        return found[code]
    raise NotFound(kind="location", code=code, field="location")


def _locations(
    tenant_id: int, node_id: int, *, ids: Sequence[int] | None = None, codes: Sequence[str] | None = None
) -> list[Location]:
    parameters = {"tenant": tenant_id, "node": node_id, "ids": ids, "codes": codes}
    return fetch_all(sql.load(__file__, "locations"), parameters, of=Location)


_HANDLING_UNIT = "SELECT id, node_id, kind, code, parent_id, outbound_id FROM wms_handling_unit WHERE tenant_id = %s"


def handling_units(tenant_id: int, ids: Iterable[int]) -> dict[int, HandlingUnit]:
    """The handling units with these ids."""
    rows = fetch_all(_HANDLING_UNIT + " AND id = ANY (%s)", (tenant_id, list(set(ids))), of=HandlingUnit)
    return {unit.id: unit for unit in rows}


def handling_units_by_code(tenant_id: int, node_id: int, codes: Iterable[str]) -> dict[str, HandlingUnit]:
    """The node's handling units with these codes (a tote's label, an SSCC); unknown codes are absent."""
    rows = fetch_all(
        _HANDLING_UNIT + " AND node_id = %s AND code = ANY (%s)", (tenant_id, node_id, list(set(codes))), of=HandlingUnit
    )
    return {unit.code: unit for unit in rows}


def place_codes(tenant_id: int, ids: Iterable[int]) -> dict[int, str]:
    """What people call these places: locations and handling units alike."""
    rows = fetch_all(
        """SELECT id, code FROM wms_location WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s)
           UNION ALL SELECT id, code FROM wms_handling_unit WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s)""",
        {"tenant": tenant_id, "ids": list(set(ids))},
    )
    return dict(rows)


def site_geometry(tenant_id: int, node_id: int) -> Geometry:
    """The building as a picker walks it; refuses (``NotFound``) a node whose layout was never imported."""
    text = fetch_value("SELECT geometry::text FROM wms_site WHERE tenant_id = %s AND node_id = %s", (tenant_id, node_id))
    if text is None:
        raise NotFound(kind="layout for node", code=node_id, field="node")
    found = json.loads(text)
    return Geometry(
        aisles=tuple(found["aisles"]),
        cross_aisles=tuple(found["cross_aisles"]),
        depot_aisle=found["depot_aisle"],
        depot_cross_aisle=found["depot_cross_aisle"],
    )


def first_dock(tenant_id: int, node_id: int) -> Location:
    """Where goods are unloaded when nobody says where; refuses (``NotFound``) a node without an open dock."""
    dock_id = fetch_value(
        """SELECT id FROM wms_location WHERE tenant_id = %s AND node_id = %s AND kind = 'dock' AND active
           ORDER BY pick_order, code LIMIT 1""",
        (tenant_id, node_id),
    )
    if dock_id is None:
        raise NotFound(kind="open dock at node", code=node_id, field="dock")
    return _locations(tenant_id, node_id, ids=[dock_id])[0]
