"""Goods in: receipts announced or blind, returns, and what waits to be put away. (Announcing is the house's: config.api.receipts.)"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Query
from pydantic import Field

from orderhouse.catalog.queries import node_by_code
from orderhouse.catalog.resolve import resolve_items
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.pages import page_of, read_cursor
from orderhouse.http.shapes import Code, Done, Form, Id, Limit, Listing, Page, RowId, Shape, Text, Units
from orderhouse.wms.inbound import queries
from orderhouse.wms.inbound.close_receipt import ClosedReceipt, close_receipt
from orderhouse.wms.inbound.grade_returned import Grade, grade_returned
from orderhouse.wms.inbound.receive_goods import Received, ReceivedGoods, receive_goods
from orderhouse.wms.inbound.receive_returned import Returned, receive_returned
from orderhouse.wms.inbound.rules import STEPS
from orderhouse.wms.inbound.start_blind_receipt import StartedReceipt, start_blind_receipt
from orderhouse.wms.layout.queries import location_by_code
from orderhouse.wms.putaway.put_away import Put, put_away
from orderhouse.wms.putaway.queries import open_tasks

door = Door(tags=["Receipts"])
putaways_door = Door(tags=["Receipts"])


class ReceiptFilter(Form):
    node: Code
    state: list[Literal["expected", "arrived", "counting", "closed"]] = Field([], description="All where none is named.")
    cursor: str | None = None
    limit: Limit = 50


class Receipt(Shape):
    number: str
    kind: str
    supplier: str
    reference: str
    state: str
    expected_at: datetime | None
    arrived_at: datetime | None
    closed_at: datetime | None
    lines: int
    expected: int
    good: int
    damaged: int
    ungraded: int


class ReceiptLine(Shape):
    line_number: int
    sku: str
    name: str
    owner: str
    expected: int
    good: int
    damaged: int
    ungraded: int


class ReceiptDetail(Shape):
    receipt: Receipt
    lines: list[ReceiptLine]


@door.read("", scope="stock:read", answers=Page[Receipt])
def list_receipts(request: Call, asked: Annotated[ReceiptFilter, Query()]) -> Mapping[str, Any]:
    """A node's receipts, the newest first."""
    tenant_id = request.by.tenant_id
    rows = queries.receipts(
        tenant_id,
        node_by_code(tenant_id, asked.node).id,
        states=asked.state or tuple(STEPS),
        before=read_cursor(asked.cursor, queries.NEWEST),
        limit=asked.limit + 1,
    )
    return page_of(rows, asked.limit, lambda row: row.id)


class BlindReceipt(Form):
    node: Code
    supplier: Text = ""
    reference: Text = ""


class Started(Shape):
    number: str
    receipt_id: Id


@door.command("blind", scope="stock:write", status=201, answers=Started, operation_id="start_blind_receipt")
def start_receipt(request: Call, body: BlindReceipt) -> StartedReceipt:
    """A truck nobody announced: a receipt that expects nothing and has arrived."""
    node_id = node_by_code(request.by.tenant_id, body.node).id
    return start_blind_receipt(by=request.by, node_id=node_id, supplier=body.supplier, reference=body.reference)


class Goods(Form):
    sku: Code
    owner: Code = "OWN"
    quantity: Units
    condition: Literal["good", "damaged"] = "good"
    lot_number: Annotated[str, Field(max_length=20)] = ""
    serial_number: Annotated[str, Field(max_length=64)] = ""
    expires_on: date | None = None
    line_number: int | None = None


class GoodsForm(Form):
    goods: Annotated[list[Goods], Field(min_length=1, max_length=5_000)]


class GoodsTaken(Shape):
    """Units good and damaged, those the catalog does not know, and the putaway tasks made."""

    good: int
    damaged: int
    unknown: int
    task_ids: list[Id]


@door.command("{path:number}/goods", scope="stock:write", answers=GoodsTaken, operation_id="receive_goods")
def take_goods(request: Call, number: str, node: Code, body: GoodsForm) -> ReceivedGoods:
    """Goods come off the truck: good units count at once and get a bin suggested. More or other goods than announced are taken, and
    are exceptions when the receipt closes."""
    tenant_id = request.by.tenant_id
    items = resolve_items(tenant_id, [(entry.owner, entry.sku) for entry in body.goods])
    goods = [
        Received(
            items[g.owner, g.sku].id, g.quantity, g.condition, g.lot_number, g.serial_number, g.expires_on, g.line_number, g.sku
        )
        for g in body.goods
    ]
    return receive_goods(by=request.by, receipt_id=_receipt_id(tenant_id, node, number), goods=goods)


class ReceivedLine(Shape):
    sku: str
    owner: str
    expected: int
    good: int
    damaged: int


class Closed(Shape):
    lines: list[ReceivedLine]
    exceptions: int


@door.command("{path:number}/close", scope="stock:write", answers=Closed, operation_id="close_receipt")
def close(request: Call, number: str, node: Code) -> ClosedReceipt:
    """Close a receipt: what is over, short or damaged becomes an exception, and the OMS is told."""
    return close_receipt(by=request.by, receipt_id=_receipt_id(request.by.tenant_id, node, number))


class ReturnedUnits(Form):
    line_number: int
    quantity: Units
    lot_number: Annotated[str, Field(max_length=20)] = ""
    serial_number: Annotated[str, Field(max_length=64)] = ""


class ReturnedForm(Form):
    lines: Annotated[list[ReturnedUnits], Field(min_length=1, max_length=1_000)]


@door.command("{path:number}/returned", scope="stock:write", answers=Done, operation_id="receive_returned")
def take_returned(request: Call, number: str, node: Code, body: ReturnedForm) -> Mapping[str, int]:
    """A customer's goods are back, ungraded: nobody's stock yet. `number` is the return's."""
    lines = [Returned(line.line_number, line.quantity, line.lot_number, line.serial_number) for line in body.lines]
    receive_returned(by=request.by, receipt_id=_receipt_id(request.by.tenant_id, node, number), lines=lines)
    return {"count": sum(line.quantity for line in lines)}


class GradedUnits(ReturnedUnits):
    disposition: Literal["restock", "refurbish", "quarantine", "scrap", "back_to_supplier"]


class GradedForm(Form):
    grades: Annotated[list[GradedUnits], Field(min_length=1, max_length=1_000)]


class Tasks(Shape):
    task_ids: list[Id]


@door.command("{path:number}/grades", scope="stock:write", answers=Tasks, operation_id="grade_returned")
def grade(request: Call, number: str, node: Code, body: GradedForm) -> Mapping[str, Any]:
    """Judge returned units; what is restocked gets a putaway task."""
    grades = [Grade(g.line_number, g.quantity, g.disposition, g.lot_number, g.serial_number) for g in body.grades]
    receipt_id = _receipt_id(request.by.tenant_id, node, number)
    return {"task_ids": grade_returned(by=request.by, receipt_id=receipt_id, grades=grades)}


@door.read("{path:number}", scope="stock:read", answers=ReceiptDetail)
def get_receipt(request: Call, number: str, node: Code) -> Mapping[str, Any]:
    """One receipt with its lines: expected, and what came."""
    tenant_id = request.by.tenant_id
    receipt = queries.receipt_by_number(tenant_id, node_by_code(tenant_id, node).id, number)
    return {"receipt": receipt, "lines": queries.receipt_lines(tenant_id, receipt.id)}


class Putaway(Shape):
    id: Id
    kind: str
    sku: str
    name: str
    lot_number: str
    serial_number: str
    quantity: int
    source: str
    location: str
    badge: str
    created_at: datetime


@putaways_door.read("", scope="floor:read", answers=Listing[Putaway])
def list_putaways(request: Call, node: Code, limit: Limit = 200) -> Mapping[str, Any]:
    """What waits to be put away at a node, with the bin suggested, the oldest first."""
    return {"data": open_tasks(request.by.tenant_id, node_by_code(request.by.tenant_id, node).id, limit=limit)}


class PutForm(Form):
    task_id: RowId
    location: Code = Field(description="The bin's label: the one suggested, or another with room.")
    quantity: Units


class PutsForm(Form):
    node: Code
    puts: Annotated[list[PutForm], Field(min_length=1, max_length=500)]


@putaways_door.command("", scope="floor:write", answers=Done, operation_id="put_away")
def put(request: Call, body: PutsForm) -> Mapping[str, int]:
    """Put goods into bins; a task may take several goes and several bins."""
    tenant_id = request.by.tenant_id
    node_id = node_by_code(tenant_id, body.node).id
    bins = {code: location_by_code(tenant_id, node_id, code).id for code in {each.location for each in body.puts}}
    put_away(by=request.by, puts=[Put(each.task_id, bins[each.location], each.quantity) for each in body.puts])
    return {"count": len(body.puts)}


def _receipt_id(tenant_id: int, node: str, number: str) -> int:
    return queries.receipt_by_number(tenant_id, node_by_code(tenant_id, node).id, number).id
