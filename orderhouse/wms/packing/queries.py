"""What the pack bench sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.ledger.lots import Lot, lots
from orderhouse.wms.outbound.in_process import units_in_hand
from orderhouse.wms.outbound.store import OutboundLine, lines_of
from orderhouse.wms.packing.rules import Carton


@dataclass(frozen=True, slots=True)
class ToPack:
    """Units of an outbound line lying in a tote (or unpacked carton), still to go into a parcel."""

    outbound_id: int
    outbound_line_id: int
    line_number: int
    place_id: int
    tote: str
    item_id: int
    sku: str
    lot_id: int
    lot: Lot | None
    quantity: int


def units_to_pack(tenant_id: int, outbound_ids: Sequence[int]) -> list[ToPack]:
    """What is picked for these outbounds and not packed, tote by tote; an order's lines of one item are filled in line order."""
    with unit_of_work(tenant_id):
        lines: dict[tuple[int, int, int], list[OutboundLine]] = defaultdict(list)
        todo: dict[int, int] = {}
        for line in lines_of(tenant_id, outbound_ids).values():
            lines[line.outbound_id, line.item_id, line.owner_id].append(line)
            todo[line.id] = line.picked
        in_hand = units_in_hand(tenant_id, outbound_ids)
        known = lots(tenant_id, {unit.lot_id for unit in in_hand if unit.lot_id})
    found = []
    for unit in in_hand:
        left = unit.quantity
        for line in lines[unit.outbound_id, unit.item_id, unit.owner_id]:
            if quantity := min(left, todo[line.id]):
                todo[line.id] -= quantity
                left -= quantity
                at = (line.id, line.line_number, unit.place_id, unit.place, unit.item_id, line.sku, unit.lot_id)
                found.append(ToPack(unit.outbound_id, *at, known.get(unit.lot_id), quantity))
    return found


def cartons(tenant_id: int) -> dict[str, Carton]:
    """The cartons in use by code, the smallest first."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT code, name, length_mm, width_mm, height_mm, tare_grams, max_grams FROM wms_carton
               WHERE tenant_id = %s AND active ORDER BY length_mm::bigint * width_mm * height_mm, code""",
            (tenant_id,),
            of=Carton,
        )
    return {carton.code: carton for carton in rows}
