"""The pick list: one tour on paper, for the day the scanners are down. Stops stand in walking order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from orderhouse.documents.sheets import Column, Sheets


@dataclass(frozen=True, slots=True)
class PickStop:
    """One stop: take ``quantity`` of the item from ``location_code`` and put it into ``tote_code``."""

    sequence: int
    location_code: str
    sku: str
    description: str
    quantity: int
    tote_code: str
    unit: str = "each"
    lot: str = ""


@dataclass(frozen=True, slots=True)
class PickList:
    """One picker's tour. ``walk_meters`` is the planned length of the way."""

    number: str
    wave: str
    zone: str
    picker: str
    planned_at: datetime
    walk_meters: float
    stops: tuple[PickStop, ...]


_COLUMNS = (
    Column("#", 5, align="right"),
    Column("Bin", 17, bold=True, size=12),
    Column("Item", 18, bold=True),
    Column("Description", 30),
    Column("Lot", 12),
    Column("Quantity", 13, align="right", bold=True, size=12),
    Column("Tote", 12, bold=True),
    Column("Done", 7, box=True),
)


def render_pick_lists(lists: Iterable[PickList], *, paper: str = "letter") -> bytes:
    """Pick lists as one PDF, each on pages of its own; ``paper`` is ``letter`` or ``a4``. The stops keep their order."""
    sheets = Sheets(title="Pick lists", paper=paper)
    for tour in lists:
        sheets.begin(title="Pick list", number=tour.number, barcode=tour.number)
        sheets.facts(
            [
                ("Wave", tour.wave),
                ("Zone", tour.zone),
                ("Picker", tour.picker),
                ("Planned", tour.planned_at.strftime("%Y-%m-%d %H:%M")),
                ("Stops", f"{len(tour.stops):,}"),
                ("Units", f"{sum(stop.quantity for stop in tour.stops):,}"),
                ("Totes", f"{len({stop.tote_code for stop in tour.stops}):,}"),
                ("Walk", f"{tour.walk_meters:,.0f} m"),
            ]
        )
        sheets.table(_COLUMNS, (_row(stop) for stop in tour.stops), row_height=23)
        sheets.signatures(["Picked by", "Started", "Finished", "Short or damaged"])
    return sheets.pdf()


def _row(stop: PickStop) -> tuple[str, ...]:
    quantity = f"{stop.quantity:,}" + ("" if stop.unit == "each" else f" {stop.unit}")
    return (str(stop.sequence), stop.location_code, stop.sku, stop.description, stop.lot, quantity, stop.tote_code, "")
