"""Receipts, the putaway work they make and the movements behind their numbers, as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderhouse.console.wms.board_queries import PAGE, like
from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import first_id_at

_OPEN = """ AND t.node_id = %(node)s AND t.state = 'ready' AND (%(kind)s::text IS NULL OR t.kind = %(kind)s)
ORDER BY t.created_at, t.id LIMIT %(limit)s"""
_OF_RECEIPT = """ AND t.id >= %(from_id)s AND t.receipt_id = %(receipt)s ORDER BY t.id LIMIT %(limit)s"""


@dataclass(frozen=True, slots=True)
class Task:
    """Units to put away or back: ``done`` of ``quantity``, from ``source`` to the suggested bin ``location``."""

    id: int
    kind: str
    state: str
    sku: str
    name: str
    lot_number: str
    quantity: int
    done: int
    source: str
    location: str
    person: str
    receipt_id: int | None
    receipt: str
    release: str
    created_at: datetime
    done_at: datetime | None

    @property
    def left(self) -> int:
        return self.quantity - self.done


def open_tasks(tenant_id: int, node_id: int, *, kind: str = "") -> list[Task]:
    """Tasks that wait, the oldest first."""
    parameters = {"tenant": tenant_id, "node": node_id, "kind": kind or None, "limit": 5 * PAGE}
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "receipt_tasks") + _OPEN, parameters, of=Task)


def tasks_of_receipt(tenant_id: int, receipt: Receipt) -> list[Task]:
    """Every task a receipt made, done ones too."""
    if receipt.arrived_at is None:
        return []
    parameters = {"tenant": tenant_id, "receipt": receipt.id, "from_id": receipt.first_id, "limit": PAGE}
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "receipt_tasks") + _OF_RECEIPT, parameters, of=Task)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt with its node and dock."""

    id: int
    node_id: int
    node: str
    time_zone: str
    number: str
    kind: str
    supplier: str
    reference: str
    state: str
    dock: str
    expected_at: datetime | None
    arrived_at: datetime | None
    closed_at: datetime | None

    @property
    def first_id(self) -> int:
        """No row it caused has a smaller id: it was made before its goods arrived, unless the clocks of a replay say otherwise."""
        return min(self.id, first_id_at(self.arrived_at)) if self.arrived_at else self.id


def receipt(tenant_id: int, receipt_id: int) -> Receipt:
    """One receipt; refuses an unknown id."""
    with unit_of_work(tenant_id):
        found = fetch_one(
            """SELECT r.id, r.node_id, n.code, n.time_zone, r.number, r.kind, r.supplier, r.reference, r.state, coalesce(d.code, ''),
                      r.expected_at, r.arrived_at, r.closed_at
               FROM wms_receipt r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
               LEFT JOIN wms_location d ON d.tenant_id = r.tenant_id AND d.id = r.dock_id
               WHERE r.tenant_id = %s AND r.id = %s""",
            (tenant_id, receipt_id),
        )
    if found is None:
        raise NotFound(kind="receipt", code=receipt_id, field="receipt_id")
    return Receipt(*found)


@dataclass(frozen=True, slots=True)
class ReceiptMovement:
    """Units a receipt moved."""

    id: int
    at: datetime
    sku: str
    lot_number: str
    serial_number: str
    quantity: int
    from_state: str
    from_place: str
    to_state: str
    to_place: str
    actor: str
    device: str


def movements_of(tenant_id: int, of: Receipt, *, line_id: int | None = None, states: Sequence[str] = ()) -> list[ReceiptMovement]:
    """The movements a receipt caused, of one line or into some states if asked."""
    parameters: dict[str, Any] = {
        "tenant": tenant_id,
        "receipt": of.id,
        "line": line_id,
        "states": list(states) or None,
        "limit": 5 * PAGE,
    }
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "receipt_movements"), parameters, of=ReceiptMovement)


def items_like(tenant_id: int, text: str, *, limit: int = 12) -> list[tuple[str, str]]:
    """Active items whose SKU begins with the text or whose name holds it: SKU and name."""
    wanted = like(text)
    if not wanted:
        return []
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT sku, name FROM catalog_item WHERE tenant_id = %s AND active
                 AND (sku ILIKE %s || '%%' OR name ILIKE '%%' || %s || '%%') ORDER BY sku LIMIT %s""",
            (tenant_id, wanted, wanted, limit),
        )


def unknown_units(tenant_id: int, of: Receipt) -> list[tuple[int, str, int]]:
    """What came and nobody knows: exception id, the code scanned, units."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT id, facts ->> 'scanned', coalesce((facts ->> 'quantity')::int, 0) FROM wms_exception
               WHERE tenant_id = %s AND id >= %s AND kind = 'unknown' AND subject_kind = 'receipt' AND subject_id = %s ORDER BY id""",
            (tenant_id, of.first_id, of.id),
        )
