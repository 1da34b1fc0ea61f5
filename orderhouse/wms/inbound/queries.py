"""Receipts, as frozen values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.inbound.rules import STEPS

NEWEST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A receipt with its lines' units summed."""

    id: int
    number: str
    kind: str
    supplier: str
    reference: str
    state: str
    expected_at: datetime | None
    arrived_at: datetime | None
    closed_at: datetime | None
    dock_id: int | None
    lines: int
    expected: int
    good: int
    damaged: int
    ungraded: int


@dataclass(frozen=True, slots=True)
class ReceiptLineRow:
    """One line: units expected, and what came."""

    id: int
    line_number: int
    item_id: int
    sku: str
    name: str
    owner: str
    expected: int
    good: int
    damaged: int
    ungraded: int


def receipts(
    tenant_id: int, node_id: int, *, states: Sequence[str] = tuple(STEPS), before: int = NEWEST, limit: int = 50
) -> list[ReceiptRow]:
    """The node's receipts in these states, newest first; give the last row's id as ``before`` for the next page."""
    return _receipts(tenant_id, node_id, states=states, before=before, limit=limit)


def receipt_by_number(tenant_id: int, node_id: int, number: str) -> ReceiptRow:
    """The receipt with this number (a return's is its RMA); refuses (``NotFound``) an unknown one."""
    if found := _receipts(tenant_id, node_id, number=number):
        return found[0]
    raise NotFound(kind="receipt", code=number, field="receipt")


def receipt_lines(tenant_id: int, receipt_id: int) -> list[ReceiptLineRow]:
    """A receipt's lines, in order."""
    return fetch_all(sql.load(__file__, "receipt_lines"), {"tenant": tenant_id, "receipt": receipt_id}, of=ReceiptLineRow)


def _receipts(
    tenant_id: int,
    node_id: int,
    *,
    states: Sequence[str] = tuple(STEPS),
    number: str | None = None,
    before: int = NEWEST,
    limit: int = 50,
) -> list[ReceiptRow]:
    return fetch_all(
        sql.load(__file__, "receipts"),
        {"tenant": tenant_id, "node": node_id, "states": list(states), "number": number, "before": before, "limit": limit},
        of=ReceiptRow,
    )
