"""Tape off: everything out of a parcel again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.in_process import contents_of, take_from_parcels
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import move_units
from orderhouse.wms.packing import store
from orderhouse.wms.packing.refusals import ParcelNotOpen


def unpack_parcels(*, by: By, parcel_ids: Sequence[int]) -> None:
    """Take all out of parcels that have not left: they are voided, labels are to be voided with them, and the units are picked
    again, lying in the carton (pack them from there: its id stands for the tote's).

    Refuses a parcel that was shipped or voided, and a cancelled order, whose put-back tasks say what to do.
    """
    if not parcel_ids:
        return
    with unit_of_work(by.tenant_id):
        outbounds, parcels = store.lock_parcels(by.tenant_id, parcel_ids)
        store.refuse_cancelled(outbounds.values())
        for parcel in parcels.values():
            if parcel.state in ("shipped", "voided"):
                raise ParcelNotOpen(sscc=parcel.sscc, state=parcel.state)
        contents = [content for content in contents_of(by.tenant_id, outbounds) if content.parcel_id in parcels]
        moves = []
        units: dict[int, int] = defaultdict(int)
        for c in contents:
            stock = (parcels[c.parcel_id].node_id, c.item_id, c.owner_id)
            at = (c.parcel_id, c.lot_id, c.single)
            moves.append(
                Move(
                    physical(*stock, "packed", *at),
                    physical(*stock, "picked", *at),
                    c.quantity,
                    "unpack",
                    c.parcel_id,
                    c.outbound_line_id,
                )
            )
            units[c.outbound_line_id] += c.quantity
        post_movements(by=by, moves=moves)
        taken = [(c.parcel_id, c.outbound_line_id, c.lot_id, c.quantity) for c in contents]
        take_from_parcels(by, taken, opened=parcels)
        move_units(by.tenant_id, {line_id: Counts(picked=quantity, packed=-quantity) for line_id, quantity in units.items()})
        derive_outbounds(by=by, outbound_ids=outbounds)
