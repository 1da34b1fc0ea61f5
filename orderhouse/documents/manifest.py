"""The manifest: the parcels handed to one carrier at one dock, to be counted and signed for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderhouse.documents.sheets import Column, Sheets


@dataclass(frozen=True, slots=True)
class ManifestParcel:
    """One parcel on the manifest; ``weight_grams`` is gross."""

    sscc: str
    tracking: str
    order_number: str
    service: str
    postal_code: str
    country: str
    weight_grams: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """One hand-over to a carrier. ``ship_from`` are the node's printed lines."""

    number: str
    carrier: str
    account: str
    ship_from: tuple[str, ...]
    dock: str
    closed_at: datetime
    parcels: tuple[ManifestParcel, ...]


_COLUMNS = (
    Column("#", 6, align="right"),
    Column("SSCC", 24),
    Column("Tracking", 27, bold=True),
    Column("Order", 20),
    Column("Service", 17),
    Column("To", 14),
    Column("Weight kg", 11, align="right"),
)


def render_manifest(manifest: Manifest, *, paper: str = "letter") -> bytes:
    """The manifest as a PDF; ``paper`` is ``letter`` or ``a4``. Parcels keep their order and are numbered from 1."""
    sheets = Sheets(title=f"Manifest {manifest.number}", paper=paper)
    sheets.begin(title=f"{manifest.carrier} manifest", number=manifest.number, barcode=manifest.number)
    sheets.addresses([("Shipped from", manifest.ship_from)])
    grams = sum(parcel.weight_grams for parcel in manifest.parcels)
    sheets.facts(
        [
            ("Account", manifest.account),
            ("Dock", manifest.dock),
            ("Closed", manifest.closed_at.strftime("%Y-%m-%d %H:%M %Z").strip()),
            ("Parcels", f"{len(manifest.parcels):,}"),
        ]
    )
    sheets.table(_COLUMNS, (_row(i, parcel) for i, parcel in enumerate(manifest.parcels, 1)), row_height=16)
    sheets.totals([("Parcels", f"{len(manifest.parcels):,}"), ("Total weight", f"{grams / 1000:,.2f} kg")])
    sheets.signatures(["Driver", "Parcels counted", "Vehicle / seal", "Date and time"])
    return sheets.pdf()


def _row(number: int, parcel: ManifestParcel) -> tuple[str, ...]:
    return (
        str(number),
        parcel.sscc,
        parcel.tracking,
        parcel.order_number,
        parcel.service,
        f"{parcel.postal_code} {parcel.country}",
        f"{parcel.weight_grams / 1000:,.2f}",
    )
