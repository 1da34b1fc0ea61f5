"""One hand-over to one carrier."""

from __future__ import annotations

from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_id
from orderhouse.wms.packing.store import lock_parcels
from orderhouse.wms.shipping import store
from orderhouse.wms.shipping.refusals import NothingToManifest
from orderhouse.wms.waves.store import take_number


class ClosedManifest(NamedTuple):
    """A manifest and the parcels on it."""

    manifest_id: int
    number: str
    parcel_ids: tuple[int, ...]


def close_manifest(*, by: By, node_id: int, carrier: str) -> ClosedManifest:
    """Put every labelled parcel of a carrier at a node on one manifest; refuses where there is none."""
    with unit_of_work(by.tenant_id):
        wanted = store.labelled_parcels(by.tenant_id, node_id, carrier)
        _, parcels = lock_parcels(by.tenant_id, wanted)
        ready = tuple(parcel.id for parcel in parcels.values() if parcel.state == "labelled")
        if not ready:
            raise NothingToManifest(carrier=carrier)
        manifest_id = new_id()
        number = f"M{take_number(by.tenant_id, node_id, 'manifest'):05d}"
        store.insert_manifest(by, manifest_id, node_id, number, carrier)
        store.put_on_manifest(by, manifest_id, ready)
        facts = {"manifest": number, "carrier": carrier}
        record_events(by=by, events=[Event("parcel", parcel_id, "parcel-manifested", facts) for parcel_id in ready])
        return ClosedManifest(manifest_id, number, ready)
