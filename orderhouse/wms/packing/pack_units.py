"""Units from tote to parcel, each checked against its order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from orderhouse.catalog.queries import items
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.quantities import quantity as whole_quantity
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.in_process import free_totes, units_in_hand
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import OutboundLine, lines_of, move_units
from orderhouse.wms.packing import store
from orderhouse.wms.packing.refusals import NotInTote, ParcelNotOpen, WrongItem


class PackedUnits(NamedTuple):
    """``quantity`` units of a line and lot (0 for none) go from a tote into a parcel. An unpacked carton counts as a tote."""

    parcel_id: int
    outbound_line_id: int
    lot_id: int
    quantity: int
    tote_id: int


def pack_units(*, by: By, units: Sequence[PackedUnits]) -> None:
    """Post packed units tote to parcel, all of the batch or none; a tote left empty is free again.

    Only what was picked for the order and lies in that tote can be packed: :class:`WrongItem` and :class:`NotInTote` say what
    is expected instead. Refuses a closed parcel, and a cancelled order.
    """
    if not units:
        return
    with unit_of_work(by.tenant_id):
        outbounds, parcels = store.lock_parcels(by.tenant_id, [unit.parcel_id for unit in units])
        store.refuse_cancelled(outbounds.values())
        for parcel in parcels.values():
            if parcel.state != "open":
                raise ParcelNotOpen(sscc=parcel.sscc, state=parcel.state)
        lines = lines_of(by.tenant_id, outbounds)
        in_hand = {
            (u.outbound_id, u.place_id, u.item_id, u.owner_id, u.lot_id): u for u in units_in_hand(by.tenant_id, outbounds)
        }
        left = {key: unit.quantity for key, unit in in_hand.items()}
        picked = {line.id: line.picked for line in lines.values()}
        moves = []
        packed: dict[tuple[int, int, int], int] = defaultdict(int)
        for n, unit in enumerate(units):
            whole_quantity(unit.quantity, field=f"units[{n}].quantity")
            outbound = outbounds[parcels[unit.parcel_id].outbound_id]
            line = lines.get(unit.outbound_line_id)
            if line is None or line.outbound_id != outbound.id:
                expected = expected_units(lines.values(), outbound.id, picked)
                raise WrongItem(sku=_sku_of(by, line, unit), order=outbound.order_number, expected=expected)
            key = (outbound.id, unit.tote_id, line.item_id, line.owner_id, unit.lot_id)
            held = min(left.get(key, 0), picked[line.id])
            if held < unit.quantity:
                place = next((u.place for u in in_hand.values() if u.place_id == unit.tote_id), f"tote {unit.tote_id}")
                expected = expected_units(lines.values(), outbound.id, picked)
                raise NotInTote(
                    quantity=unit.quantity, sku=line.sku, held=held, order=outbound.order_number, tote=place, expected=expected
                )
            left[key] -= unit.quantity
            picked[line.id] -= unit.quantity
            packed[unit.parcel_id, line.id, unit.lot_id] += unit.quantity
            stock = (outbound.node_id, line.item_id, line.owner_id)
            single = in_hand[key].single
            source = physical(*stock, "picked", unit.tote_id, unit.lot_id, single)
            target = physical(*stock, "packed", unit.parcel_id, unit.lot_id, single)
            moves.append(Move(source, target, unit.quantity, "parcel", unit.parcel_id, line.id))
        post_movements(by=by, moves=moves)
        store.fill_parcels(by, packed)
        deltas: dict[int, Counts] = {}
        for (_, line_id, _), quantity in packed.items():
            so_far = deltas.get(line_id, Counts())
            deltas[line_id] = Counts(picked=so_far.picked - quantity, packed=so_far.packed + quantity)
        move_units(by.tenant_id, deltas)
        if any(not units for units in left.values()):
            free_totes(by, outbounds)
        derive_outbounds(by=by, outbound_ids=outbounds)


def expected_units(lines: Iterable[OutboundLine], outbound_id: int, picked: dict[int, int]) -> str:
    """What is still to be packed for an outbound, in words: "2 x MUG, 1 x TEE"."""
    todo = [f"{picked[line.id]} x {line.sku}" for line in lines if line.outbound_id == outbound_id and picked[line.id]]
    return ", ".join(todo[:5]) + (f" and {len(todo) - 5} more" if len(todo) > 5 else "") or "nothing more"


def _sku_of(by: By, line: OutboundLine | None, unit: PackedUnits) -> str:
    """The SKU of a line of some other order."""
    if line is not None:
        return line.sku
    found = store.item_of_line(by.tenant_id, unit.outbound_line_id)
    if found is None:
        raise NotFound(kind="line", code=unit.outbound_line_id, field="outbound_line_id")
    return items(by.tenant_id, [found])[found].sku
