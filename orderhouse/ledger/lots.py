"""Lots and serials: what tells units of one item apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids


class LotKey(NamedTuple):
    """A lot of an item (``serial_number`` empty) or one unit of it. ``expires_on`` counts when the lot is first seen."""

    item_id: int
    lot_number: str = ""
    serial_number: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Lot:
    """A known lot or serial."""

    id: int
    item_id: int
    lot_number: str
    serial_number: str
    expires_on: date | None
    held: bool


def lot_ids(*, by: By, wanted: Sequence[LotKey]) -> dict[LotKey, int]:
    """The ids of these lots, making those not seen before. Keys without lot and serial number answer 0."""
    real = sorted({key for key in wanted if key.lot_number or key.serial_number}, key=lambda k: k[:3])
    found = {key: 0 for key in wanted if not (key.lot_number or key.serial_number)}
    if not real:
        return found
    columns = {
        "tenant": by.tenant_id,
        "at": by.at,
        "ids": new_ids(len(real)),
        "items": [k.item_id for k in real],
        "lots": [k.lot_number for k in real],
        "serials": [k.serial_number for k in real],
        "expiries": [k.expires_on for k in real],
    }
    with unit_of_work(by.tenant_id):
        execute(
            """INSERT INTO ledger_lot (tenant_id, id, item_id, lot_number, serial_number, expires_on, first_received_at)
               SELECT t.tenant_id, u.id, u.item_id, u.lot_number, u.serial_number, u.expires_on, %(at)s
               FROM people_tenant t, unnest(%(ids)s::bigint[], %(items)s::bigint[], %(lots)s::text[], %(serials)s::text[],
                    %(expiries)s::date[]) AS u (id, item_id, lot_number, serial_number, expires_on)
               WHERE t.tenant_id = %(tenant)s
               ON CONFLICT (tenant_id, item_id, lot_number, serial_number) DO NOTHING""",
            columns,
        )
        rows = fetch_all(
            """SELECT u.n, l.id FROM unnest(%(items)s::bigint[], %(lots)s::text[], %(serials)s::text[])
                 WITH ORDINALITY AS u (item_id, lot_number, serial_number, n)
               JOIN ledger_lot l ON l.tenant_id = %(tenant)s AND l.item_id = u.item_id
                AND l.lot_number = u.lot_number AND l.serial_number = u.serial_number""",
            columns,
        )
    return found | {real[n - 1]: lot_id for n, lot_id in rows}


def lots(tenant_id: int, ids: Iterable[int]) -> dict[int, Lot]:
    """The lots with these ids (0 is not one)."""
    rows = fetch_all(
        "SELECT id, item_id, lot_number, serial_number, expires_on, held FROM ledger_lot WHERE tenant_id = %s AND id = ANY (%s)",
        (tenant_id, list(set(ids))),
        of=Lot,
    )
    return {lot.id: lot for lot in rows}
