"""A parcel for an order at the bench."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.in_process import units_in_hand
from orderhouse.wms.outbound.store import lock_outbounds
from orderhouse.wms.packing import store
from orderhouse.wms.packing.refusals import NothingToPack


class OpenedParcel(NamedTuple):
    """A new, empty parcel and its SSCC."""

    outbound_id: int
    parcel_id: int
    sscc: str


def open_parcels(*, by: By, outbound_ids: Sequence[int]) -> list[OpenedParcel]:
    """Open one more parcel for each outbound (an order may fill several), labelled with a fresh SSCC; in the order given.

    Refuses an order of which nothing is in a tote (:class:`NothingToPack`), and a cancelled one (:class:`OutboundCancelled`).
    """
    if not outbound_ids:
        return []
    with unit_of_work(by.tenant_id):
        outbounds = lock_outbounds(by.tenant_id, outbound_ids)
        store.refuse_cancelled(outbounds.values())
        in_hand = {unit.outbound_id for unit in units_in_hand(by.tenant_id, outbound_ids)}
        for outbound in outbounds.values():
            if outbound.id not in in_hand:
                raise NothingToPack(order=outbound.order_number, release=outbound.release_number, state=outbound.state)
        ssccs = store.new_ssccs(by.tenant_id, len(outbound_ids))
        ids = store.insert_parcels(by, [outbounds[i] for i in outbound_ids], ssccs)
        derive_outbounds(by=by, outbound_ids=outbound_ids)
        return [OpenedParcel(*row) for row in zip(outbound_ids, ids, ssccs, strict=True)]
