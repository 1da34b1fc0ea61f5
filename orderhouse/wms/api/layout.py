"""The building: its plan, its places, its totes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from pydantic import Field

from orderhouse.catalog.queries import node_by_code
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Code, Form, Id, Listing, Shape
from orderhouse.wms.layout.import_layout import ImportedLayout, import_layout
from orderhouse.wms.layout.open_totes import open_totes
from orderhouse.wms.layout.queries import locations, site_geometry

door = Door(tags=["Layout"])
totes_door = Door(tags=["Layout"])

CSV = "text/csv"


class Imported(Shape):
    locations: int
    added: int
    changed: int
    closed: int


class Location(Shape):
    id: Id
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


class Plan(Shape):
    geometry: dict[str, Any]
    locations: list[Location]


@door.command(
    "{node}",
    method="PUT",
    scope="catalog:write",
    answers=Imported,
    accepts=(CSV,),
    parses=False,
    openapi_extra={"requestBody": {"required": True, "content": {CSV: {"schema": {"type": "string"}}}}},
)
def put_layout(request: Call, node: str) -> ImportedLayout:
    """Make the node's plan what the CSV says, whole or not at all. Columns: kind (bin, dock, staging, pack_bench, cross_aisle,
    depot), code, zone, aisle, x, y, level, pick_order, capacity_units, capacity_grams. A refusal names row and column."""
    return import_layout(by=request.by, node_code=node, text=request.body)


@door.read("{node}", scope="catalog:read", answers=Plan)
def get_layout(request: Call, node: str) -> Mapping[str, Any]:
    """The node's aisles and places, in pick order; places out of use are shown with ``active`` false."""
    node_id = node_by_code(request.by.tenant_id, node).id
    places = locations(request.by.tenant_id, node_id)
    return {"geometry": asdict(site_geometry(request.by.tenant_id, node_id)), "locations": list(places.values())}


class ToteForm(Form):
    node: Code
    codes: Annotated[list[Code], Field(min_length=1, max_length=1_000)] = Field(examples=[["T-001", "T-002"]])
    kind: str = Field("tote", examples=["tote", "cart", "pallet"])


class Tote(Shape):
    code: str
    id: Id


@totes_door.command("", scope="catalog:write", answers=Listing[Tote], operation_id="open_totes")
def open_labels(request: Call, body: ToteForm) -> Mapping[str, Any]:
    """Bring totes, carts or pallets with these labels into use; those known already stay."""
    node_id = node_by_code(request.by.tenant_id, body.node).id
    ids = open_totes(by=request.by, node_id=node_id, codes=body.codes, kind=body.kind)
    return {"data": [{"code": code, "id": row_id} for code, row_id in ids.items()]}
