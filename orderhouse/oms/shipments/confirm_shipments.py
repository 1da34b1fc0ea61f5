"""Parcels have left a node."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import ShipmentAdvised, ShipmentConfirmed
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.releases.store import ReleaseLineRow, Settlement, lock_release_lines, settle_lines
from orderhouse.oms.shipments import store


class ShippedBeyondRelease(Refusal):
    """A node reports more units than it was asked for."""

    sentence = "Shipment {shipment} names {shipped} units of line {line} of release {release}; only {open} are open."
    remedy = "Ask the node to correct its confirmation; the message is kept and can be replayed."


def confirm_shipments(*, by: By, messages: Sequence[ShipmentConfirmed]) -> None:
    """Settle the promise (X12 945): released → customer, parcels kept with their contents, the channel advised (X12 856).

    Refuses units beyond what was released. A unit that left although its cancellation was wanted counts as shipped.
    """
    with unit_of_work(by.tenant_id):
        locked = lock_release_lines(by.tenant_id, (message.release for message in messages))
        shipped: dict[tuple[str, int], int] = defaultdict(int)
        for message in messages:
            for parcel in message.parcels:
                for content in parcel.contents:
                    shipped[message.release, content.line_number] += content.quantity
        settlements = []
        moves = []
        for (release, line_number), quantity in shipped.items():
            row = locked[release].get(line_number)
            if row is None or quantity > row.open:
                shipment = next(m.shipment for m in messages if m.release == release)
                raise ShippedBeyondRelease(
                    shipment=shipment, shipped=quantity, line=line_number, release=release, open=row.open if row else 0
                )
            settlements.append(Settlement(row, shipped=quantity))
            gone, customer = (promise(row.node_id, row.item_id, row.owner_id, state) for state in ("released", "customer"))
            moves.append(Move(gone, customer, quantity, "release", row.release_id, row.line_id))
        settle_lines(by.tenant_id, settlements)
        post_movements(by=by, moves=moves)
        store.write_shipments(by, messages, locked)
        order_of = {release: next(iter(rows.values())) for release, rows in locked.items()}
        record_events(by=by, events=[_event(message, order_of[message.release]) for message in messages])
        put(by=by, source="oms", letters=[_advice(message, order_of[message.release]) for message in messages])
        derive_orders(by=by, order_ids=sorted({row.order_id for row in order_of.values()}))


def _event(message: ShipmentConfirmed, order: ReleaseLineRow) -> Event:
    facts = {
        "release": message.release,
        "shipment": message.shipment,
        "node": message.node,
        "carrier": message.carrier,
        "tracking": [parcel.tracking for parcel in message.parcels],
        "units": sum(content.quantity for parcel in message.parcels for content in parcel.contents),
    }
    return Event("order", order.order_id, "order-shipped", facts)


def _advice(message: ShipmentConfirmed, order: ReleaseLineRow) -> Letter:
    units: dict[int, int] = defaultdict(int)
    for parcel in message.parcels:
        for content in parcel.contents:
            units[content.line_number] += content.quantity
    return Letter(
        f"channel:{order.channel}",
        order.order_number,
        ShipmentAdvised(
            channel=order.channel,
            channel_order_id=order.channel_order_id,
            order=order.order_number,
            shipment=message.shipment,
            carrier=message.carrier,
            service=message.service,
            shipped_at=message.shipped_at,
            trackings=tuple(parcel.tracking for parcel in message.parcels),
            lines=tuple(sorted(units.items())),
        ),
    )
