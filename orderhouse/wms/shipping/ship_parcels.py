"""Parcels leave the building."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import LineQuantity, ParcelContent, ShipmentConfirmed, ShippedParcel
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import Outbound, OutboundLine, lines_of, move_units
from orderhouse.wms.packing.store import Parcel, lock_parcels
from orderhouse.wms.shipping import store
from orderhouse.wms.shipping.refusals import AlreadyShipped, ParcelNotLabelled
from orderhouse.wms.stock.change_node_stock import StockChange, change_node_stock


def ship_parcels(*, by: By, parcel_ids: Sequence[int]) -> None:
    """Labelled or manifested parcels leave, all of the batch or none.

    Their units go to the customer, the node tells its stock in one letter a node, and each release gets one
    ``ShipmentConfirmed`` for the parcels that left now; once nothing of it is left in process, that names what was released
    but will not come. Refuses a parcel without a label and one that has left.
    """
    if not parcel_ids:
        return
    with unit_of_work(by.tenant_id):
        outbounds, parcels = lock_parcels(by.tenant_id, parcel_ids)
        for parcel in parcels.values():
            if parcel.state == "shipped":
                raise AlreadyShipped(sscc=parcel.sscc)
            if parcel.state not in ("labelled", "manifested"):
                raise ParcelNotLabelled(sscc=parcel.sscc, state=parcel.state)
        contents = store.shipped_contents(by.tenant_id, parcels)
        before = store.parcels_before(by.tenant_id, outbounds)
        costs = store.costs(by.tenant_id, parcels)

        moves = []
        units: dict[int, int] = defaultdict(int)
        changes: dict[int, list[StockChange]] = defaultdict(list)
        for c in contents:
            node_id = parcels[c.parcel_id].node_id
            key = (node_id, c.item_id, c.owner_id)
            single = bool(c.serial_number)
            source = physical(*key, "packed", c.parcel_id, c.lot_id, single)
            moves.append(
                Move(
                    source, physical(*key, "customer", 0, c.lot_id, single), c.quantity, "parcel", c.parcel_id, c.outbound_line_id
                )
            )
            units[c.outbound_line_id] += c.quantity
            changes[node_id].append(StockChange(c.item_id, c.owner_id, -c.quantity, "shipped"))
        post_movements(by=by, moves=moves)
        move_units(by.tenant_id, {line_id: Counts(packed=-quantity, shipped=quantity) for line_id, quantity in units.items()})
        store.ship(by, parcels)
        record_events(
            by=by,
            events=[
                Event("parcel", p.id, "parcel-shipped", {"tracking": p.tracking, "carrier": p.carrier}) for p in parcels.values()
            ],
        )
        lines = lines_of(by.tenant_id, outbounds)
        for node_id in sorted(changes):
            change_node_stock(by=by, node_id=node_id, changes=changes[node_id])
        derive_outbounds(by=by, outbound_ids=outbounds)
        put(by=by, source="wms", letters=_confirmations(by, outbounds, parcels, lines, contents, before, costs))


def _confirmations(
    by: By,
    outbounds: Mapping[int, Outbound],
    parcels: Mapping[int, Parcel],
    lines: Mapping[int, OutboundLine],
    contents: Sequence[store.ShippedContent],
    before: Mapping[int, int],
    costs: Mapping[int, int],
) -> list[Letter]:
    """One ``ShipmentConfirmed`` a release. A shipment's number is its release's, with the count of its first parcel."""
    inside: dict[int, list[ParcelContent]] = defaultdict(list)
    for c in contents:
        inside[c.parcel_id].append(ParcelContent(c.line_number, c.quantity, c.lot_number, c.serial_number))
    of_outbound: dict[int, list[Parcel]] = defaultdict(list)
    for parcel in parcels.values():
        of_outbound[parcel.outbound_id].append(parcel)
    open_units: dict[int, int] = defaultdict(int)
    not_shipped: dict[int, list[LineQuantity]] = defaultdict(list)
    for line in lines.values():
        open_units[line.outbound_id] += sum(line.counts[:4])
        if line.quantity > line.shipped:
            reason = "short" if line.shorted else "cancelled"
            not_shipped[line.outbound_id].append(LineQuantity(line.line_number, line.quantity - line.shipped, reason))
    return [
        Letter(
            "oms",
            outbound.release_number,
            ShipmentConfirmed(
                release=outbound.release_number,
                node=outbound.node,
                shipment=f"{outbound.release_number}-{before.get(outbound.id, 0) + 1}",
                carrier=outbound.carrier,
                service=outbound.service,
                shipped_at=by.at,
                parcels=tuple(
                    ShippedParcel(p.sscc, p.tracking, p.weight_grams, costs[p.id], tuple(inside[p.id]))
                    for p in of_outbound[outbound.id]
                ),
                differences=() if open_units[outbound.id] else tuple(not_shipped[outbound.id]),
            ),
        )
        for outbound in outbounds.values()
    ]
