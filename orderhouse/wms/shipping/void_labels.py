"""Give labels back to their carriers."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.ports.carrier import carrier_by_code
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.packing.store import lock_parcels
from orderhouse.wms.shipping import store
from orderhouse.wms.shipping.refusals import AlreadyShipped


def void_labels(*, by: By, parcel_ids: Sequence[int] | None = None) -> tuple[int, list[Refusal]]:
    """Take the labels off these parcels (they are packed again) and have the carriers void them; None: only have voided what
    cancellations and unpacking took off. Answers how many are void now, and why others are not; those are tried again next time.

    Like buying, the carriers are asked outside any transaction. Refuses parcels that have left.
    """
    if parcel_ids is not None:
        with unit_of_work(by.tenant_id):
            outbounds, parcels = lock_parcels(by.tenant_id, parcel_ids)
            for parcel in parcels.values():
                if parcel.state == "shipped":
                    raise AlreadyShipped(sscc=parcel.sscc)
            store.take_labels_off(by, list(parcels))
            derive_outbounds(by=by, outbound_ids=outbounds)
    with unit_of_work(by.tenant_id):
        wanted = store.labels_to_void(by.tenant_id, parcel_ids)
    done: list[str] = []
    failed: list[Refusal] = []
    for label in wanted:
        try:
            carrier_by_code(label.carrier).void_label(label.purchase_key, label.tracking)
            done.append(label.purchase_key)
        except Refusal as refusal:
            failed.append(refusal)
    if done:
        with unit_of_work(by.tenant_id):
            store.mark_voided(by, done)
    return len(done), failed
