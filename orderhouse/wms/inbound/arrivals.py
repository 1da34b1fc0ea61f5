"""What receiving goods and receiving returns share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from zoneinfo import ZoneInfo

from orderhouse.catalog.queries import Item
from orderhouse.contract.events import Event
from orderhouse.kernel.actors import By
from orderhouse.ledger.lots import Lot, LotKey, lot_ids, lots
from orderhouse.wms.inbound import store
from orderhouse.wms.inbound.rules import ExpiryDiffers, SerialTwice, lot_and_serial, standing, step
from orderhouse.wms.layout.queries import first_dock
from orderhouse.wms.stock.raise_exceptions import Raised


def begin_counting(by: By, receipt: store.Receipt, dock_id: int | None) -> tuple[int, list[Event]]:
    """Bring a receipt to its dock and into counting, if it is not there yet: the dock, and what to tell of it."""
    dock = receipt.dock_id or dock_id or first_dock(by.tenant_id, receipt.node_id).id
    if receipt.state == "counting":
        return dock, []
    step(receipt.number, receipt.state, "counting")
    store.step_receipt(by, receipt.id, "counting", dock)
    if receipt.state == "arrived":
        return dock, []
    return dock, [Event("receipt", receipt.id, "receipt-arrived", {"number": receipt.number})]


def lot_key(item: Item, quantity: int, lot: str, serial: str, expires_on: date | None = None) -> LotKey:
    """The lot these units belong to, checked (:func:`.rules.lot_and_serial`)."""
    number, serial = lot_and_serial(item, quantity, lot, serial)
    return LotKey(item.id, number, serial, expires_on if number or serial else None)


def admit_lots(by: By, keys: Sequence[LotKey], known: Mapping[int, Item]) -> tuple[dict[LotKey, int], dict[int, Lot]]:
    """The lots of arriving units, made where new; refuses a serial named twice or standing inside already, and a date that
    is not the lot's."""
    ids = lot_ids(by=by, wanted=keys)
    found = lots(by.tenant_id, ids.values()) if any(ids.values()) else {}
    serials: dict[int, int] = {}
    for key in keys:
        lot = found.get(ids[key])
        if lot is None:
            continue
        sku = known[key.item_id].sku
        if key.expires_on and lot.expires_on and key.expires_on != lot.expires_on:
            dates = {"known": lot.expires_on.isoformat(), "given": key.expires_on.isoformat()}
            raise ExpiryDiffers(lot=lot.lot_number or lot.serial_number, sku=sku, field="expires_on", **dates)
        if key.serial_number and lot.id in serials:
            raise SerialTwice(serial=key.serial_number, sku=sku, where="in this batch", field="serial_number")
        if key.serial_number:
            serials[lot.id] = key.item_id
    if serials:
        for lot_id, place in store.serials_inside(by.tenant_id, serials).items():
            lot = found[lot_id]
            raise SerialTwice(serial=lot.serial_number, sku=known[lot.item_id].sku, where=f"at {place}", field="serial_number")
    return ids, found


def state_of(lot: Lot | None, today: date) -> str:
    """The state good units of a lot stand in (:func:`.rules.standing`)."""
    return "good" if lot is None else standing(lot.expires_on, lot.held, today)


def unknown_goods(receipt: store.Receipt, entries: Iterable[tuple[str, int]]) -> list[Raised]:
    """Exceptions for (what was scanned, quantity) that nobody knows: kept, not posted."""
    return [
        Raised("unknown", "receipt", receipt.id, {"receipt": receipt.number, "scanned": scanned, "quantity": quantity})
        for scanned, quantity in entries
    ]


def local_day(by: By, receipt: store.Receipt) -> date:
    """The calendar day at the node."""
    return by.at.astimezone(ZoneInfo(receipt.time_zone)).date()
