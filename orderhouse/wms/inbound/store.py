"""Calls the inbound room's SQL. The receipt's row is the lock of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from orderhouse.database import execute, fetch_all, fetch_one, fetch_value, fetch_values
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids
from orderhouse.wms.inbound.rules import Line


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt as its lock found it."""

    id: int
    node_id: int
    node: str
    time_zone: str
    number: str
    kind: str
    supplier: str
    reference: str
    state: str
    dock_id: int | None


class Announced(NamedTuple):
    """A receipt that is known by its number, locked."""

    id: int
    node_id: int
    number: str
    kind: str
    state: str


class NewReceipt(NamedTuple):
    """A receipt to write; an ``id`` that exists is announced anew."""

    id: int
    node_id: int
    number: str
    kind: str
    supplier: str
    reference: str
    expected_at: datetime | None


def lock_announced(tenant_id: int, numbers: Iterable[tuple[int, str]]) -> dict[tuple[int, str], Announced]:
    wanted = sorted(numbers)
    rows = fetch_all(
        sql.load(__file__, "lock_announced"),
        {"tenant": tenant_id, "nodes": [node for node, _ in wanted], "numbers": [number for _, number in wanted]},
        of=Announced,
    )
    return {(row.node_id, row.number): row for row in rows}


def save_receipts(by: By, receipts: Sequence[NewReceipt], *, dock_id: int | None = None) -> None:
    """Write receipts: expected, or arrived at ``dock_id`` now."""
    ids, nodes, numbers, kinds, suppliers, references, expected = (list(c) for c in zip(*receipts, strict=True))
    execute(
        sql.load(__file__, "save_receipts"),
        {
            "tenant": by.tenant_id,
            "state": "arrived" if dock_id else "expected",
            "arrived_at": by.at if dock_id else None,
            "dock": dock_id,
            "ids": ids,
            "nodes": nodes,
            "numbers": numbers,
            "kinds": kinds,
            "suppliers": suppliers,
            "references": references,
            "expected": expected,
        },
    )


def drop_lines(tenant_id: int, receipt_ids: Sequence[int]) -> None:
    """Forget what receipts expected, before they are announced anew."""
    execute("DELETE FROM wms_receipt_line WHERE tenant_id = %s AND receipt_id = ANY (%s)", (tenant_id, list(receipt_ids)))


def insert_lines(tenant_id: int, lines: Sequence[tuple[int, Line]]) -> list[int]:
    """Write (receipt id, line) pairs; the lines' ids, in order."""
    if not lines:
        return []
    ids = new_ids(len(lines))
    execute(
        sql.load(__file__, "insert_lines"),
        {
            "tenant": tenant_id,
            "ids": ids,
            "receipts": [receipt_id for receipt_id, _ in lines],
            "numbers": [line.line_number for _, line in lines],
            "items": [line.item_id for _, line in lines],
            "owners": [line.owner_id for _, line in lines],
            "expected": [line.expected for _, line in lines],
            "good": [line.good for _, line in lines],
            "damaged": [line.damaged for _, line in lines],
            "ungraded": [line.ungraded for _, line in lines],
        },
    )
    return ids


def update_lines(tenant_id: int, lines: Iterable[Line]) -> None:
    wanted = sorted(lines, key=lambda line: line.id)
    if wanted:
        execute(
            sql.load(__file__, "update_lines"),
            {
                "tenant": tenant_id,
                "ids": [line.id for line in wanted],
                "good": [line.good for line in wanted],
                "damaged": [line.damaged for line in wanted],
                "ungraded": [line.ungraded for line in wanted],
            },
        )


def save_lines(tenant_id: int, receipt_id: int, lines: Iterable[Line]) -> None:
    """Write lines' counts; new lines (id 0) get their ids."""
    unique = list({id(line): line for line in lines}.values())
    update_lines(tenant_id, [line for line in unique if line.id])
    added = [line for line in unique if not line.id]
    for line, line_id in zip(added, insert_lines(tenant_id, [(receipt_id, line) for line in added]), strict=True):
        line.id = line_id


def lock_receipt(tenant_id: int, receipt_id: int) -> Receipt:
    """Lock one receipt; refuses an unknown id."""
    found = fetch_one(sql.load(__file__, "lock_receipt"), {"tenant": tenant_id, "id": receipt_id}, of=Receipt)
    if found is None:
        raise NotFound(kind="receipt", code=receipt_id, field="receipt_id")
    return found


def lines_of(tenant_id: int, receipt_id: int) -> list[Line]:
    """The lines of a locked receipt, in order."""
    return fetch_all(sql.load(__file__, "lines_of"), {"tenant": tenant_id, "receipt": receipt_id}, of=Line)


def step_receipt(by: By, receipt_id: int, state: str, dock_id: int | None) -> None:
    execute(
        sql.load(__file__, "step_receipt"),
        {"tenant": by.tenant_id, "id": receipt_id, "state": state, "dock": dock_id, "at": by.at},
    )


def next_number(tenant_id: int, node_id: int) -> int:
    """The node's next number for a receipt nobody announced."""
    taken: int = fetch_value(
        """INSERT INTO wms_counter AS c (tenant_id, node_id, kind, last)
           SELECT t.tenant_id, %(node)s, 'receipt', 1 FROM people_tenant t WHERE t.tenant_id = %(tenant)s
           ON CONFLICT (tenant_id, node_id, kind) DO UPDATE SET last = c.last + 1 RETURNING last""",
        {"tenant": tenant_id, "node": node_id},
    )
    return taken


def serials_inside(tenant_id: int, serials: Mapping[int, int]) -> dict[int, str]:
    """Of these serials (lot id to item id), locked here in id order: those that stand inside, and where."""
    lots = sorted(serials)
    fetch_values(sql.load(__file__, "lock_serials"), {"tenant": tenant_id, "lots": lots})
    parameters = {"tenant": tenant_id, "items": sorted(set(serials.values())), "lots": lots}
    return dict(fetch_all(sql.load(__file__, "serials_inside"), parameters))
