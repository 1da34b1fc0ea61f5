"""The truck leaves with what its manifest lists."""

from __future__ import annotations

from orderhouse.database import fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.shipping.ship_parcels import ship_parcels


class NothingToHandOver(Refusal):
    """All of the manifest has left, or was taken off it."""

    sentence = "No parcel of this manifest stands at the dock any more."
    remedy = "Look at the manifest's parcels: they have left, or were voided."
    status = 409


def hand_over(*, by: By, manifest_id: int) -> int:
    """Ship every parcel of a manifest that has not left, all or none; how many. A voided parcel is on no manifest any more.

    Refuses where none is left (:class:`NothingToHandOver`), and what ``ship_parcels`` refuses (somebody was faster).
    """
    with unit_of_work(by.tenant_id):
        here = fetch_values(
            "SELECT id FROM wms_parcel WHERE tenant_id = %s AND manifest_id = %s AND state = 'manifested' ORDER BY id",
            (by.tenant_id, manifest_id),
        )
        if not here:
            raise NothingToHandOver(manifest=manifest_id)
        ship_parcels(by=by, parcel_ids=here)
        return len(here)
