"""Tape on: the parcel is packed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.catalog.queries import items
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.quantities import quantity as whole_quantity
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.in_process import units_in_hand
from orderhouse.wms.packing import store
from orderhouse.wms.packing.refusals import EmptyParcel, ParcelNotOpen, UnitsLeft


class Closing(NamedTuple):
    """A parcel, its gross weight in grams as the scale says, and its carton's code ("" for any)."""

    parcel_id: int
    weight_grams: int
    carton: str = ""


def close_parcels(*, by: By, parcels: Sequence[Closing]) -> None:
    """Open to packed, all of the batch or none.

    Refuses while a picked unit of the order is in no parcel, naming it (:class:`UnitsLeft`); an empty parcel; one that is not
    open; and a cancelled order.
    """
    if not parcels:
        return
    for n, closing in enumerate(parcels):
        whole_quantity(closing.weight_grams, field=f"parcels[{n}].weight_grams")
    with unit_of_work(by.tenant_id):
        outbounds, found = store.lock_parcels(by.tenant_id, [closing.parcel_id for closing in parcels])
        store.refuse_cancelled(outbounds.values())
        filled = store.units_in(by.tenant_id, found)
        for parcel in found.values():
            if parcel.state != "open":
                raise ParcelNotOpen(sscc=parcel.sscc, state=parcel.state)
            if not filled.get(parcel.id):
                raise EmptyParcel(sscc=parcel.sscc)
        left: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
        for unit in units_in_hand(by.tenant_id, outbounds):
            left[unit.outbound_id][unit.item_id] += unit.quantity
        for outbound_id, units in left.items():
            known = items(by.tenant_id, units)
            said = ", ".join(f"{quantity} x {known[item_id].sku}" for item_id, quantity in sorted(units.items())[:5])
            raise UnitsLeft(order=outbounds[outbound_id].order_number, left=said)
        store.close(by, {closing.parcel_id: (closing.weight_grams, closing.carton) for closing in parcels})
        derive_outbounds(by=by, outbound_ids=outbounds)
