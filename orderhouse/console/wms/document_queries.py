"""What papers and labels say, read for them alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class ParcelOnPaper:
    """A parcel with its order, node and address (as JSON text); ``number`` of ``count`` parcels of its order."""

    id: int
    outbound_id: int
    node_id: int
    node: str
    node_name: str
    node_address: str
    country: str
    release_number: str
    order_number: str
    ship_to: str
    sscc: str
    state: str
    carrier: str
    service: str
    tracking: str
    weight_grams: int
    carton: str
    packed_by: str
    packed_at: datetime | None
    shipped_at: datetime | None
    accepted_at: datetime
    manifest_id: int | None
    number: int
    count: int
    units: int
    zpl: str | None

    @property
    def labelled(self) -> bool:
        return self.zpl is not None

    @property
    def open(self) -> bool:
        """Whether it has not left, and may be relabelled or unpacked."""
        return self.state in ("packed", "labelled", "manifested")


@dataclass(frozen=True, slots=True)
class ParcelContent:
    """Units of a line in a parcel; ``ordered`` and ``to_follow`` of the whole line."""

    parcel_id: int
    line_number: int
    sku: str
    name: str
    unit: str
    ordered: int
    packed: int
    to_follow: int
    lots: str


@dataclass(frozen=True, slots=True)
class BadgeCode:
    """A badge in use."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Printable:
    """Something a paper or label can be made of: its code, what it is, and a note."""

    id: int
    code: str
    name: str
    note: str


@dataclass(frozen=True, slots=True)
class ItemOnPaper:
    """An item as its label says it; ``gtin`` is a barcode of one unit that is a GTIN, or empty."""

    id: int
    sku: str
    name: str
    gtin: str


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """A closed manifest; ``parcels_here`` have not left yet."""

    id: int
    number: str
    carrier: str
    node: str
    node_name: str
    node_address: str
    country: str
    closed_at: datetime
    parcels: int
    parcels_here: int
    grams: int


@dataclass(frozen=True, slots=True)
class TourStopOnPaper:
    """A stop of a tour as a pick list shows it."""

    sequence: int
    location: str
    sku: str
    name: str
    unit: str
    lot: str
    quantity: int
    tote: str
    release_number: str


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What came of a receipt, for its item labels: an item, lot or serial, and units."""

    item_id: int
    lot: str
    serial: str
    expires_on: date | None
    quantity: int


def parcels_on_paper(tenant_id: int, parcel_ids: Sequence[int]) -> list[ParcelOnPaper]:
    """Parcels by id; refuses (``NotFound``) one this business does not have."""
    found = _all("parcels_on_paper", ParcelOnPaper, tenant=tenant_id, ids=sorted(set(parcel_ids)))
    if len(found) < len(set(parcel_ids)):
        raise NotFound(kind="parcel", code=min(set(parcel_ids) - {parcel.id for parcel in found}), field="parcel")
    return found


def parcel_contents(tenant_id: int, parcel_ids: Sequence[int]) -> list[ParcelContent]:
    """What lies in parcels, line by line."""
    return _all("parcel_contents", ParcelContent, tenant=tenant_id, ids=list(parcel_ids))


def find_parcels(tenant_id: int, node_id: int, text: str, *, limit: int = 30) -> list[ParcelOnPaper]:
    """Parcels by SSCC, tracking number, order or release number; the latest of the node where nothing is asked."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            sql.load(__file__, "find_parcels"), {"tenant": tenant_id, "node": node_id, "text": text.strip(), "limit": limit}
        )
    return sorted(parcels_on_paper(tenant_id, [row[0] for row in rows]), key=lambda p: -p.id) if rows else []


def badges(tenant_id: int) -> list[BadgeCode]:
    """Badges in use, by name."""
    with unit_of_work(tenant_id):
        return fetch_all(
            "SELECT code, name FROM people_badge WHERE tenant_id = %s AND active ORDER BY name, code LIMIT 500",
            (tenant_id,),
            of=BadgeCode,
        )


def _all(name: str, of: Any, *, tenant: int, **more: Any) -> list[Any]:
    with unit_of_work(tenant):
        return fetch_all(sql.load(__file__, name), {"tenant": tenant, **more}, of=of)


# ── what can be printed ──────────────────────────────────────────────────────────────────────────────────────────────


def bins_to_label(
    tenant_id: int, node_id: int, *, zone: str = "", prefix: str = "", kind: str = "", limit: int = 2000
) -> list[Printable]:
    """A node's places in walking order: of a zone, with codes that begin with ``prefix``, of a kind; all where nothing is asked."""
    return _all(
        "bins_to_label", Printable, tenant=tenant_id, node=node_id, zone=zone, prefix=_like(prefix), kind=kind, limit=limit
    )


def zones(tenant_id: int, node_id: int) -> list[tuple[str, int]]:
    """A node's zones with how many places each has."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT z.code, count(l.id) FROM wms_zone z
               LEFT JOIN wms_location l ON l.tenant_id = z.tenant_id AND l.zone_id = z.id AND l.active
               WHERE z.tenant_id = %s AND z.node_id = %s GROUP BY z.code ORDER BY z.code""",
            (tenant_id, node_id),
        )


def units_to_label(tenant_id: int, node_id: int, *, prefix: str = "", limit: int = 500) -> list[Printable]:
    """Totes, carts and pallets of a node by code."""
    return _all("units_to_label", Printable, tenant=tenant_id, node=node_id, prefix=_like(prefix), limit=limit)


def items_on_paper(tenant_id: int, *, text: str = "", ids: Sequence[int] | None = None, limit: int = 30) -> list[ItemOnPaper]:
    """Items by SKU, barcode or a word of their name; or those with these ids."""
    text = text.strip()
    return _all(
        "items_on_paper",
        ItemOnPaper,
        tenant=tenant_id,
        text=text,
        pattern=f"%{_like(text)}",
        ids=None if ids is None else list(ids),
        limit=limit,
    )


def tours_to_print(tenant_id: int, node_id: int, *, limit: int = 40) -> list[Printable]:
    """Tours not finished, the oldest first."""
    return _all("tours_to_print", Printable, tenant=tenant_id, node=node_id, limit=limit)


def tour_on_paper(tenant_id: int, tour_id: int) -> tuple[dict[str, Any], list[TourStopOnPaper]]:
    """A tour's head and its open stops in walking order; refuses an unknown one."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT t.number, w.number, coalesce(b.name, t.badge, ''), w.planned_at, t.meters, n.code FROM wms_tour t
               JOIN wms_wave w ON w.tenant_id = t.tenant_id AND w.id = t.wave_id
               JOIN catalog_node n ON n.tenant_id = t.tenant_id AND n.id = t.node_id
               LEFT JOIN people_badge b ON b.tenant_id = t.tenant_id AND b.code = t.badge
               WHERE t.tenant_id = %s AND t.id = %s""",
            (tenant_id, tour_id),
        )
    if not rows:
        raise NotFound(kind="tour", code=tour_id, field="tour")
    head = dict(zip(("number", "wave", "picker", "planned_at", "meters", "node"), rows[0], strict=True))
    return head, _all("tour_stops_on_paper", TourStopOnPaper, tenant=tenant_id, tour=tour_id)


def receipts_to_label(tenant_id: int, node_id: int, *, limit: int = 40) -> list[Printable]:
    """Receipts something has come of, the latest first."""
    return _all("receipts_to_label", Printable, tenant=tenant_id, node=node_id, limit=limit)


def received_lines(tenant_id: int, receipt_id: int) -> list[ReceivedLine]:
    """What came of a receipt by item and lot, from the movements it caused; refuses an unknown receipt."""
    found = _all("received_lines", ReceivedLine, tenant=tenant_id, receipt=receipt_id)
    if not found:
        raise NotFound(kind="receipt with goods received", code=receipt_id, field="receipt")
    return found


def manifests(
    tenant_id: int, node_id: int | None = None, *, manifest_id: int | None = None, limit: int = 30
) -> list[ManifestRow]:
    """Closed manifests of a node, the latest first; or the one with this id."""
    return _all("manifests", ManifestRow, tenant=tenant_id, node=node_id, manifest=manifest_id, limit=limit)


def parcels_of_manifest(tenant_id: int, manifest_id: int) -> list[int]:
    """Ids of the parcels on a manifest."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            "SELECT id FROM wms_parcel WHERE tenant_id = %s AND manifest_id = %s ORDER BY id", (tenant_id, manifest_id)
        )
    return [row[0] for row in rows]


def to_manifest(tenant_id: int, node_id: int) -> list[tuple[str, int, int]]:
    """Labelled parcels that wait for their carrier: (carrier, parcels, grams)."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT carrier, count(*), sum(weight_grams)::bigint FROM wms_parcel
               WHERE tenant_id = %s AND node_id = %s AND state = 'labelled' GROUP BY carrier ORDER BY carrier""",
            (tenant_id, node_id),
        )


def outbound_parcels(tenant_id: int, outbound_id: int) -> list[int]:
    """Ids of an order's parcels that are closed."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT id FROM wms_parcel WHERE tenant_id = %s AND outbound_id = %s AND state NOT IN ('open', 'voided')
               ORDER BY id""",
            (tenant_id, outbound_id),
        )
    return [row[0] for row in rows]


def _like(text: str) -> str:
    """``text`` as the head of a LIKE pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
