"""The packing slip: what is in this parcel, what was ordered, and what still comes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from orderhouse.documents.sheets import Column, Sheets


@dataclass(frozen=True, slots=True)
class SlipLine:
    """One item in the parcel; quantities in ``unit``. ``tracked`` names its lots or serials, where it has them."""

    sku: str
    description: str
    quantity_ordered: int
    quantity_packed: int
    quantity_to_follow: int = 0
    unit: str = "each"
    tracked: str = ""


@dataclass(frozen=True, slots=True)
class PackingSlip:
    """What one parcel's slip says. Addresses are their printed lines."""

    order_number: str
    ship_from: tuple[str, ...]
    ship_to: tuple[str, ...]
    order_date: date
    ship_date: date
    carrier: str
    service: str
    tracking: str
    parcel_number: int
    parcel_count: int
    lines: tuple[SlipLine, ...]
    customer_reference: str = ""
    message: str = ""


_COLUMNS = (
    Column("Item", 20, bold=True),
    Column("Description", 40),
    Column("Lot / serial", 16),
    Column("Ordered", 9, align="right"),
    Column("In this parcel", 13, align="right", bold=True),
    Column("To follow", 10, align="right"),
)


def render_packing_slips(slips: Iterable[PackingSlip], *, paper: str = "letter") -> bytes:
    """Packing slips as one PDF, each on pages of its own; ``paper`` is ``letter`` or ``a4``."""
    sheets = Sheets(title="Packing slips", paper=paper)
    for slip in slips:
        sheets.begin(title="Packing slip", number=f"Order {slip.order_number}", barcode=slip.order_number)
        sheets.addresses([("Ship to", slip.ship_to), ("From", slip.ship_from)])
        sheets.facts(
            [
                ("Ordered", slip.order_date.isoformat()),
                ("Shipped", slip.ship_date.isoformat()),
                ("Your reference", slip.customer_reference),
                ("Parcel", f"{slip.parcel_number} of {slip.parcel_count}"),
                ("Carrier", slip.carrier),
                ("Service", slip.service),
                ("Tracking", slip.tracking),
            ]
        )
        sheets.table(_COLUMNS, (_row(line) for line in slip.lines))
        packed = sum(line.quantity_packed for line in slip.lines)
        follow = sum(line.quantity_to_follow for line in slip.lines)
        sheets.totals([("Units in this parcel", f"{packed:,}"), *([("Units to follow", f"{follow:,}")] if follow else [])])
        if slip.message:
            sheets.note(slip.message)
    return sheets.pdf()


def _row(line: SlipLine) -> tuple[str, ...]:
    in_unit = "" if line.unit == "each" else f" {line.unit}"
    return (
        line.sku,
        line.description,
        line.tracked,
        f"{line.quantity_ordered:,}{in_unit}",
        f"{line.quantity_packed:,}{in_unit}",
        f"{line.quantity_to_follow:,}" if line.quantity_to_follow else "",
    )
