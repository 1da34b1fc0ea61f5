"""Calls the shipments' SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from orderhouse.contract.messages import ShipmentConfirmed
from orderhouse.database import execute
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.oms.releases.store import ReleaseLineRow


def write_shipments(by: By, messages: Sequence[ShipmentConfirmed], locked: Mapping[str, Mapping[int, ReleaseLineRow]]) -> None:
    """Keep shipments, parcels and their contents: three statements a batch."""
    shipment_ids = new_ids(len(messages))
    parcels = [
        (shipment_id, message, parcel)
        for shipment_id, message in zip(shipment_ids, messages, strict=True)
        for parcel in message.parcels
    ]
    parcel_ids = new_ids(len(parcels))
    contents = [
        (parcel_id, position, locked[message.release][content.line_number].release_line_id, content)
        for parcel_id, (_, message, parcel) in zip(parcel_ids, parcels, strict=True)
        for position, content in enumerate(parcel.contents)
    ]
    first = {release: next(iter(rows.values())) for release, rows in locked.items()}
    execute(
        sql.load(__file__, "write_shipments"),
        {
            "tenant": by.tenant_id,
            "ids": shipment_ids,
            "numbers": [m.shipment for m in messages],
            "releases": [first[m.release].release_id for m in messages],
            "orders": [first[m.release].order_id for m in messages],
            "nodes": [first[m.release].node_id for m in messages],
            "carriers": [m.carrier for m in messages],
            "services": [m.service for m in messages],
            "shipped": [m.shipped_at for m in messages],
        },
    )
    execute(
        sql.load(__file__, "write_parcels"),
        {
            "tenant": by.tenant_id,
            "ids": parcel_ids,
            "shipments": [shipment_id for shipment_id, _, _ in parcels],
            "ssccs": [parcel.sscc for _, _, parcel in parcels],
            "trackings": [parcel.tracking for _, _, parcel in parcels],
            "weights": [parcel.weight_grams for _, _, parcel in parcels],
        },
    )
    execute(
        sql.load(__file__, "write_parcel_lines"),
        {
            "tenant": by.tenant_id,
            "parcels": [parcel_id for parcel_id, _, _, _ in contents],
            "positions": [position for _, position, _, _ in contents],
            "release_lines": [line_id for _, _, line_id, _ in contents],
            "quantities": [content.quantity for _, _, _, content in contents],
            "lots": [content.lot_number for _, _, _, content in contents],
            "serials": [content.serial_number for _, _, _, content in contents],
        },
    )
