"""Write new orders in their final state: the parts of one statement, run by who captures and sources in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from orderhouse.contract.messages.orders import SubmitLine
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.oms.orders.store import UnwrittenOrder, order_columns


@dataclass(slots=True)
class FinalLine:
    """A line with what sourcing made of it; what is neither cancelled nor reserved waits."""

    id: int
    item_id: int
    line: SubmitLine
    cancelled: int = 0
    reserved: int = 0

    @property
    def waits(self) -> bool:
        return self.line.quantity > self.reserved + self.cancelled


@dataclass(slots=True, kw_only=True)
class FinalOrder(UnwrittenOrder):
    """An order with what sourcing made of it."""

    by: By
    lines: list[FinalLine]
    promised_at: datetime | None = None
    ship_by: datetime | None = None


def write_orders(tenant_id: int, new: Sequence[FinalOrder]) -> Mapping[str, Part]:
    """The orders with their lines, charges and holds. An order that exists makes the whole statement fail."""
    new = sorted(new, key=lambda n: (n.channel.id, n.order.channel_order_id))
    lines = [(n, line) for n in new for line in n.lines]
    charges = [(n, charge) for n in new for charge in n.order.charges]
    holds = [(n, kind) for n in new for kind in n.order.holds]
    parts = {
        "orders": Part(
            sql.load(__file__, "write_orders"),
            {
                "tenant": tenant_id,
                **order_columns(new),
                "goods": [str(sum(line.quantity * line.unit_price for line in n.order.lines)) for n in new],
                "received_ats": [n.by.at for n in new],
                "promised_ats": [n.promised_at for n in new],
                "ship_bys": [n.ship_by for n in new],
            },
        ),
        "lines": Part(
            sql.load(__file__, "write_lines"),
            {
                "tenant": tenant_id,
                "ids": [line.id for _, line in lines],
                "orders": [n.id for n, _ in lines],
                "numbers": [line.line.line_number for _, line in lines],
                "items": [line.item_id for _, line in lines],
                "owners": [n.channel.owner_id for n, _ in lines],
                "ordered": [line.line.quantity for _, line in lines],
                "cancelled": [line.cancelled for _, line in lines],
                "reserved": [line.reserved for _, line in lines],
                "prices": [str(line.line.unit_price) for _, line in lines],
            },
        ),
    }
    if charges:
        parts["charges"] = Part(
            sql.load(__file__, "write_charges"),
            {
                "tenant": tenant_id,
                "ids": new_ids(len(charges)),
                "orders": [n.id for n, _ in charges],
                "kinds": [charge.kind for _, charge in charges],
                "descriptions": [charge.description for _, charge in charges],
                "amounts": [str(charge.amount) for _, charge in charges],
            },
        )
    if holds:
        parts["holds"] = Part(
            sql.load(__file__, "write_holds"),
            {
                "tenant": tenant_id,
                "ids": new_ids(len(holds)),
                "orders": [n.id for n, _ in holds],
                "kinds": [kind for _, kind in holds],
                "reasons": [f"asked for by {n.channel.code} with the order" for n, _ in holds],
                "actors": [n.by.actor for n, _ in holds],
                "ats": [n.by.at for n, _ in holds],
            },
        )
    return parts
