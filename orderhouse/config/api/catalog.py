"""The catalog over HTTP: owners, items, nodes; and the badges of who works there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from typing import Annotated, Any

import orjson
from ninja import Body, Query
from pydantic import Field, WithJsonSchema

from orderhouse.catalog import queries
from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.catalog.define_owners import OwnerDefinition, define_owners
from orderhouse.database import fetch_all
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.pages import page_of, read_cursor
from orderhouse.http.shapes import Code, Count, Done, Form, Id, Limit, Listing, Page, Shape, Text, Units
from orderhouse.kernel import sql
from orderhouse.people.define_badges import define_badges

owners_door = Door(tags=["Catalog"])
items_door = Door(tags=["Catalog"])
nodes_door = Door(tags=["Catalog"])
badges_door = Door(tags=["Catalog"])

Batch = Body(min_length=1, max_length=5_000)


LocalTime = Annotated[
    time, WithJsonSchema({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}(:[0-9]{2})?", "examples": ["16:00:00"]})
]
"""A time of day on the spot. The format "time" of JSON Schema (RFC 3339) would want an offset, which a place's own time has none of."""


class OwnerForm(Form):
    code: Code = Field(examples=["OWN"])
    name: Text


class Owner(Shape):
    code: str
    name: str


@owners_door.read("", scope="catalog:read", answers=Listing[Owner])
def list_owners(request: Call) -> Mapping[str, Any]:
    """Whose stock it is: ourselves, and clients whose stock we keep."""
    return {"data": sorted(queries.owners(request.by.tenant_id).values(), key=lambda owner: owner.code)}


@owners_door.command("", method="PUT", scope="catalog:write", answers=Done)
def put_owners(request: Call, body: Annotated[list[OwnerForm], Batch]) -> Mapping[str, int]:
    """Make or correct owners by their codes."""
    return {"count": len(define_owners(by=request.by, owners=[OwnerDefinition(o.code, o.name) for o in body]))}


class ItemForm(Form):
    """An item of an owner. Weight in grams and edges in millimeters of one base unit."""

    owner: Code = "OWN"
    sku: Code = Field(examples=["MUG-RED"])
    name: Text = Field(examples=["Red mug"])
    base_unit: str = Field("each", examples=["each", "gram", "millilitre"])
    weight_grams: Count = 0
    length_mm: Count = 0
    width_mm: Count = 0
    height_mm: Count = 0
    tracks_lots: bool = False
    tracks_serials: bool = False
    minimum_life_days: Annotated[int, Field(ge=0, le=36_500)] = 0
    hazmat: bool = False
    price: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=4)] | None = None
    currency: str | None = None
    active: bool = True
    barcodes: dict[Annotated[str, Field(max_length=128)], Units] = Field(
        {}, description="Printed text to the base units one scan stands for.", examples=[{"4006381333931": 1}]
    )
    packs: dict[Code, Units] = Field({}, description="Pack code to base units.", examples=[{"case": 12}])


class Item(Shape):
    id: Id
    owner: str
    sku: str
    name: str
    base_unit: str
    weight_grams: int
    length_mm: int
    width_mm: int
    height_mm: int
    tracks_lots: bool
    tracks_serials: bool
    minimum_life_days: int
    hazmat: bool
    price: Decimal | None
    currency: str | None
    active: bool
    barcodes: dict[str, int]
    packs: dict[str, int]


class ItemFilter(Form):
    sku: list[str] = Field([], description="These SKUs only.")
    owner: str | None = None
    q: str = Field("", max_length=100, description="Part of the SKU or of the name.")
    cursor: str | None = None
    limit: Limit = 100


@items_door.read("", scope="catalog:read", answers=Page[Item])
def list_items(request: Call, asked: Annotated[ItemFilter, Query()]) -> Mapping[str, Any]:
    """Items by SKU, with their barcodes and packs."""
    after_sku, after_id = read_cursor(asked.cursor, ("", 0))
    rows = fetch_all(
        sql.load(__file__, "items"),
        {
            "tenant": request.by.tenant_id,
            "skus": asked.sku or None,
            "owner": asked.owner,
            "like": "%" + asked.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%",
            "after_sku": after_sku,
            "after_id": after_id,
            "limit": asked.limit + 1,
        },
    )
    names = list(Item.model_fields)
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for row in found:
        row["barcodes"], row["packs"] = orjson.loads(row["barcodes"]), orjson.loads(row["packs"])
    return page_of(found, asked.limit, lambda row: [row["sku"], row["id"]])


@items_door.command("", method="PUT", scope="catalog:write", answers=Done)
def put_items(request: Call, body: Annotated[list[ItemForm], Batch]) -> Mapping[str, int]:
    """Make or correct items by owner and SKU. Barcodes and packs are added or corrected; those not named stay."""
    return {"count": len(define_items(by=request.by, items=[ItemDefinition(**item.model_dump()) for item in body]))}


class NodeForm(Form):
    """A warehouse, store, 3PL or supplier. Handling costs in minor units of money."""

    code: Code = Field(examples=["MAIN"])
    name: Text
    kind: str = Field(examples=["warehouse", "store", "3pl", "supplier"])
    country: str = Field(examples=["GB"])
    latitude: float = Field(examples=[52.26])
    longitude: float = Field(examples=[-1.16])
    address: dict[str, Any] = {}
    time_zone: str = "UTC"
    working_days: str = Field("1111100", description="Seven of 0 and 1, Monday first.")
    holiday_calendar: str = Field("", description="ISO 3166 country or subdivision.")
    cutoff_time: LocalTime = Field(time(16), description="Local; later orders ship the next working day.")
    handling_per_parcel: Count = 0
    handling_per_line: Count = 0
    lines_per_day: Units | None = None
    countries_served: list[str] | None = None
    carries_hazmat: bool = True
    active: bool = True


class Node(Shape):
    code: str
    name: str
    kind: str
    country: str
    latitude: float
    longitude: float
    time_zone: str
    working_days: str
    holiday_calendar: str
    cutoff_time: LocalTime
    handling_per_parcel: int
    handling_per_line: int
    lines_per_day: int | None
    countries_served: list[str] | None
    carries_hazmat: bool
    active: bool


@nodes_door.read("", scope="catalog:read", answers=Listing[Node])
def list_nodes(request: Call) -> Mapping[str, Any]:
    """Every node."""
    return {"data": list(queries.nodes(request.by.tenant_id).values())}


@nodes_door.command("", method="PUT", scope="catalog:write", answers=Done)
def put_nodes(request: Call, body: Annotated[list[NodeForm], Batch]) -> Mapping[str, int]:
    """Make or correct nodes by their codes."""
    return {"count": len(define_nodes(by=request.by, nodes=[NodeDefinition(**node.model_dump()) for node in body]))}


class BadgeForm(Form):
    code: Code = Field(examples=["B-017"])
    name: Text = Field(examples=["Grace"])


@badges_door.command("", method="PUT", scope="catalog:write", answers=Done)
def put_badges(request: Call, body: Annotated[list[BadgeForm], Batch]) -> Mapping[str, int]:
    """Issue badges to who works on the floor; a known code gets the new name and works again."""
    badges = {badge.code: badge.name for badge in body}
    define_badges(by=request.by, badges=badges)
    return {"count": len(badges)}
