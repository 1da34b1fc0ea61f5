"""The books over HTTP: every movement, and the proof that they add up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query
from pydantic import Field

from orderhouse.catalog.queries import nodes
from orderhouse.catalog.resolve import resolve_items
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.pages import page_of, read_cursor
from orderhouse.http.shapes import Code, Form, Id, Limit, Page, Shape
from orderhouse.ledger.prove_balances import Proof, prove_balances
from orderhouse.ledger.queries import movements

movements_door = Door(tags=["Stock"])
door = Door(tags=["Books"])


class MovementFilter(Form):
    sku: Code
    owner: Code = "OWN"
    book: Literal["promise", "physical"] | None = Field(None, description="Both where it is left out.")
    cursor: str | None = None
    limit: Limit = 100


class Movement(Shape):
    """Units from one account to another; a place is 0 outside, and throughout the promise book."""

    id: Id
    book: str
    node: str
    quantity: int
    lot_id: Id
    from_state: str
    from_place_id: Id
    to_state: str
    to_place_id: Id
    cause: str
    cause_id: Id
    cause_line_id: Id
    actor: str
    device: str
    at: datetime


@movements_door.read("", scope="stock:read", answers=Page[Movement])
def list_movements(request: Call, asked: Annotated[MovementFilter, Query()]) -> Mapping[str, Any]:
    """An item's movements in both books, the first first: nothing is ever changed in them, only added."""
    tenant_id = request.by.tenant_id
    item = resolve_items(tenant_id, [(asked.owner, asked.sku)])[asked.owner, asked.sku]
    after = read_cursor(asked.cursor, 0)
    rows = movements(tenant_id, item_id=item.id, after_id=after, limit=asked.limit + 1, book=asked.book)
    codes = {node.id: node.code for node in nodes(tenant_id).values()}
    fields = [name for name in Movement.model_fields if name != "node"]
    shown = [{name: getattr(row, name) for name in fields} | {"node": codes[row.node_id]} for row in rows]
    return page_of(shown, asked.limit, lambda row: row["id"])


class Finding(Shape):
    rule: str
    violations: int
    examples: list[dict[str, Any]]


class BooksProof(Shape):
    """Every rule of the books with what breaks it: nothing, where ``holds``."""

    holds: bool
    movements: int
    last_movement_id: Id
    findings: list[Finding]


@door.read("proof", scope="books:prove", answers=BooksProof, own_work=True)
def prove_books(request: Call) -> Proof:
    """Recount the books in one snapshot. It reads everything: minutes for many millions of movements."""
    return prove_balances(by=request.by)
