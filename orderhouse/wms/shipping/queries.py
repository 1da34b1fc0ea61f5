"""What the shipping desk sees."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orderhouse.database import fetch_all, unit_of_work


@dataclass(frozen=True, slots=True)
class ParcelRow:
    """A parcel that has not left."""

    id: int
    outbound_id: int
    release_number: str
    order_number: str
    sscc: str
    state: str
    carrier: str
    service: str
    tracking: str
    weight_grams: int
    ship_by: datetime


def parcels_to_ship(tenant_id: int, node_id: int, *, carrier: str | None = None) -> list[ParcelRow]:
    """Packed, labelled and manifested parcels of a node, those that must leave first in front."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT p.id, p.outbound_id, o.release_number, o.order_number, p.sscc, p.state, p.carrier, p.service, p.tracking,
                      p.weight_grams, o.ship_by
               FROM wms_parcel p JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
               WHERE p.tenant_id = %(tenant)s AND p.node_id = %(node)s AND p.state IN ('packed', 'labelled', 'manifested')
                 AND (%(carrier)s::text IS NULL OR p.carrier = %(carrier)s::text)
               ORDER BY o.ship_by, p.id""",
            {"tenant": tenant_id, "node": node_id, "carrier": carrier},
            of=ParcelRow,
        )


def label_zpl(tenant_id: int, parcel_id: int) -> str | None:
    """The parcel's label in ZPL II, or None while it has none."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            "SELECT zpl FROM wms_label WHERE tenant_id = %s AND parcel_id = %s AND void_wanted_at IS NULL", (tenant_id, parcel_id)
        )
    return str(rows[0][0]) if rows else None
