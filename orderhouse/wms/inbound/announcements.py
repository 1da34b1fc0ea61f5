"""What is on its way to a node: the common half of expected receipts and expected returns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages import ExpectedLine
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.identifiers import new_ids
from orderhouse.kernel.quantities import quantity
from orderhouse.wms.inbound import store
from orderhouse.wms.inbound.rules import Line
from orderhouse.wms.outbound.store import known_items, known_nodes


class ReceiptHasArrived(Refusal):
    """What has arrived is counted, not announced."""

    sentence = "Receipt {number} is {state} already; its announcement cannot change."
    remedy = "Announce what is still to come under another number."


class Announcement(NamedTuple):
    """One receipt to expect; ``kind`` is asn or return."""

    kind: str
    node: str
    number: str
    lines: tuple[ExpectedLine, ...]
    supplier: str = ""
    reference: str = ""
    expected_at: datetime | None = None


def announce(by: By, announcements: Sequence[Announcement]) -> dict[str, int]:
    """Write receipts as expected, by number; one announced before and not arrived yet is replaced. Constant statements."""
    with unit_of_work(by.tenant_id):
        nodes = known_nodes(by.tenant_id, {a.node for a in announcements})
        for a in announcements:
            if a.node not in nodes or not nodes[a.node].has_site:
                raise NotFound(kind="warehouse", code=a.node, field="node")
        latest = {(nodes[a.node].id, a.number): a for a in announcements}
        pairs = {(line.owner, line.sku) for a in latest.values() for line in a.lines}
        known = known_items(by.tenant_id, pairs) if pairs else {}
        before = store.lock_announced(by.tenant_id, latest)
        for found in before.values():
            if found.state != "expected":
                raise ReceiptHasArrived(number=found.number, state=found.state)
        fresh = iter(new_ids(len(latest)))
        ids = {key: before[key].id if key in before else next(fresh) for key in latest}
        lines: list[tuple[int, Line]] = []
        for key, a in latest.items():
            seen: set[int] = set()
            for at, line in enumerate(a.lines):
                item = known.get((line.owner, line.sku))
                if item is None or item.item_id is None or item.owner_id is None:
                    raise NotFound(kind="item", code=line.sku, field=f"lines[{at}].sku")
                if line.line_number in seen:
                    raise InvalidInput(field=f"lines[{at}].line_number", reason=f"line {line.line_number} stands twice")
                seen.add(line.line_number)
                expected = quantity(line.quantity, field=f"lines[{at}].quantity")
                lines.append((ids[key], Line(0, line.line_number, item.item_id, item.owner_id, expected, 0, 0, 0)))
        if before:
            store.drop_lines(by.tenant_id, [found.id for found in before.values()])
        store.save_receipts(
            by,
            [
                store.NewReceipt(ids[key], key[0], a.number, a.kind, a.supplier, a.reference, a.expected_at)
                for key, a in latest.items()
            ],
        )
        store.insert_lines(by.tenant_id, lines)
        record_events(
            by=by,
            events=[
                Event(
                    "receipt",
                    ids[key],
                    "receipt-announced",
                    {"number": a.number, "units": sum(line.quantity for line in a.lines)},
                )
                for key, a in latest.items()
            ],
        )
        return {a.number: ids[key] for key, a in latest.items()}
