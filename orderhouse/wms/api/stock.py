"""What lies where, how it came there, and what went otherwise than planned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any

from ninja import Query
from pydantic import Field

from orderhouse.catalog.queries import node_by_code, owners
from orderhouse.catalog.resolve import resolve_items
from orderhouse.database import fetch_values
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.pages import page_of, read_cursor
from orderhouse.http.shapes import Code, Done, Form, Id, Limit, Listing, Page, RowId, Shape, Text
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.layout.queries import handling_units_by_code, locations_by_code, place_codes
from orderhouse.wms.stock import queries
from orderhouse.wms.stock.set_lot_hold import set_lot_hold
from orderhouse.wms.stock.settle_exceptions import settle_exceptions

door = Door(tags=["Stock"])
lots_door = Door(tags=["Stock"])
exceptions_door = Door(tags=["Stock"])


class StockFilter(Form):
    node: Code
    sku: list[str] = Field([], description="These SKUs of `owner`; all where none is named.")
    owner: Code = "OWN"
    cursor: str | None = None
    limit: Limit = 200


class ItemStock(Shape):
    """Units of one item at the node by state; ``on_hand`` = good + allocated + picked + packed is what the node tells."""

    sku: str
    owner: str
    name: str
    on_hand: int
    good: int
    allocated: int
    picked: int
    packed: int
    damaged: int
    quarantine: int
    hold: int
    returned_ungraded: int
    expired: int


@door.read("", scope="stock:read", answers=Page[ItemStock])
def list_stock(request: Call, asked: Annotated[StockFilter, Query()]) -> Mapping[str, Any]:
    """A node's stock by item, in the order of SKUs."""
    tenant_id = request.by.tenant_id
    node_id = node_by_code(tenant_id, asked.node).id
    wanted = resolve_items(tenant_id, [(asked.owner, sku) for sku in asked.sku]) if asked.sku else None
    rows = queries.stock_by_item(
        tenant_id,
        node_id,
        item_ids=None if wanted is None else [item.id for item in wanted.values()],
        after_sku=read_cursor(asked.cursor, ""),
        limit=asked.limit + 1,
    )
    codes = {owner.id: owner.code for owner in owners(tenant_id).values()}
    fields = [name for name in ItemStock.model_fields if name != "owner"]
    shown = [{name: getattr(row, name) for name in fields} | {"owner": codes[row.owner_id]} for row in rows]
    return page_of(shown, asked.limit, lambda row: row["sku"])


class PlaceStock(Shape):
    place: str
    sku: str
    name: str
    lot_id: Id
    lot_number: str
    serial_number: str
    expires_on: date | None
    held: bool
    state: str
    quantity: int


@door.read("places/{path:code}", scope="stock:read", answers=Listing[PlaceStock])
def get_stock_at_place(request: Call, code: str, node: Code) -> Mapping[str, Any]:
    """All that lies in a bin, or that a tote or parcel carries, by its label."""
    tenant_id = request.by.tenant_id
    node_id = node_by_code(tenant_id, node).id
    if location := locations_by_code(tenant_id, node_id, [code]).get(code):
        rows = queries.stock_in_bin(tenant_id, location.id)
    elif unit := handling_units_by_code(tenant_id, node_id, [code]).get(code):
        rows = queries.stock_in_handling_unit(tenant_id, unit.id)
    else:
        raise NotFound(kind="place", code=code, field="code")
    codes = place_codes(tenant_id, [row.place_id for row in rows])
    fields = [name for name in PlaceStock.model_fields if name != "place"]
    return {"data": [{name: getattr(row, name) for name in fields} | {"place": codes[row.place_id]} for row in rows]}


class BinOfItem(Shape):
    code: str
    kind: str
    zone: str
    lot_id: Id
    lot_number: str
    serial_number: str
    expires_on: date | None
    held: bool
    good: int
    allocated: int
    other: int


@door.read("items/{path:sku}", scope="stock:read", answers=Listing[BinOfItem])
def get_bins_of_item(request: Call, sku: str, node: Code, owner: Code = "OWN") -> Mapping[str, Any]:
    """Where an item lies in the node, lot by lot, in pick order."""
    tenant_id = request.by.tenant_id
    item = resolve_items(tenant_id, [(owner, sku)])[owner, sku]
    return {"data": queries.bins_of_item(tenant_id, node_by_code(tenant_id, node).id, item.id)}


class HistoryFilter(Form):
    node: Code
    sku: str | None = None
    owner: Code = "OWN"
    place: str | None = Field(None, description="A bin's or tote's label.")
    cursor: str | None = None
    limit: Limit = 50


class HistoryRow(Shape):
    """One movement in words people know; a place is empty where the account stands outside."""

    id: Id
    at: datetime
    sku: str
    lot_number: str
    serial_number: str
    quantity: int
    from_state: str
    from_place: str
    to_state: str
    to_place: str
    cause: str
    cause_id: Id
    cause_line_id: Id
    actor: str
    device: str


@door.read("movements", scope="stock:read", answers=Page[HistoryRow])
def list_stock_movements(request: Call, asked: Annotated[HistoryFilter, Query()]) -> Mapping[str, Any]:
    """The history of an item, a place or the whole node, the last movement first."""
    tenant_id = request.by.tenant_id
    node_id = node_by_code(tenant_id, asked.node).id
    item = resolve_items(tenant_id, [(asked.owner, asked.sku)])[asked.owner, asked.sku] if asked.sku else None
    place_id = None
    if asked.place:
        found = locations_by_code(tenant_id, node_id, [asked.place]) or handling_units_by_code(tenant_id, node_id, [asked.place])
        if not found:
            raise NotFound(kind="place", code=asked.place, field="place")
        place_id = found[asked.place].id
    rows = queries.movements(
        tenant_id,
        node_id=node_id,
        item_id=item.id if item else None,
        place_id=place_id,
        before=read_cursor(asked.cursor, queries.NEWEST),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked.limit, lambda row: row.id)


class LotHold(Form):
    sku: Code
    owner: Code = "OWN"
    lot_number: Annotated[str, Field(min_length=1, max_length=20)]
    held: bool = Field(description="True stops the lot in every node, false lets it go.")
    reason: Text = ""


@lots_door.command("hold", scope="stock:write", answers=Done)
def hold_lot(request: Call, body: LotHold) -> Mapping[str, int]:
    """Stop a lot, or let it go: its free units go on hold (or back to good), picks not done are called off. Answers the units."""
    tenant_id = request.by.tenant_id
    item = resolve_items(tenant_id, [(body.owner, body.sku)])[body.owner, body.sku]
    found = fetch_values(
        "SELECT id FROM ledger_lot WHERE tenant_id = %s AND item_id = %s AND lot_number = %s",
        (tenant_id, item.id, body.lot_number),
    )
    if not found:
        raise NotFound(kind="lot", code=body.lot_number, field="lot_number")
    return {"count": set_lot_hold(by=request.by, lot_ids=found, held=body.held, reason=body.reason)}


class FloorException(Shape):
    id: Id
    kind: str
    subject_kind: str
    subject_id: Id
    facts: dict[str, Any]
    owner: str
    raised_at: datetime


@exceptions_door.read("", scope="floor:read", answers=Listing[FloorException])
def list_exceptions(request: Call, node: Code, limit: Limit = 200) -> Mapping[str, Any]:
    """What went otherwise than planned at a node and is not settled, the oldest first."""
    node_id = node_by_code(request.by.tenant_id, node).id
    return {"data": queries.open_exceptions(request.by.tenant_id, node_id, limit=limit)}


class Settlement(Form):
    ids: Annotated[list[RowId], Field(min_length=1, max_length=500)]


@exceptions_door.command("settle", scope="floor:write", answers=Done, operation_id="settle_exceptions")
def settle(request: Call, body: Settlement) -> Mapping[str, int]:
    """Say that these have been dealt with; answers how many were open."""
    return {"count": settle_exceptions(by=request.by, ids=body.ids)}
