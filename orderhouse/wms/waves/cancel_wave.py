"""Take a wave back that nobody has begun, or what nobody has begun of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_all, fetch_values, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.in_process import shrink_tasks
from orderhouse.wms.outbound.rules import Counts
from orderhouse.wms.outbound.store import finish_tours, lock_outbounds, move_units
from orderhouse.wms.waves import store


class WaveReleased(Refusal):
    """Pickers have it."""

    sentence = "Wave {number} is {state}, so it cannot be cancelled."
    remedy = "Take back the tours nobody has started instead."


class NothingToTakeBack(Refusal):
    """Every tour is walked, or is being walked."""

    sentence = "Wave {number} has no tour that nobody has started."
    remedy = "Let the pickers finish it."


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What waits for another wave again."""

    tours: int
    orders: int
    units: int


@dataclass(frozen=True, slots=True)
class _Open:
    """A pick nobody has begun, on a tour nobody has started."""

    task_id: int
    tour_id: int
    outbound_id: int
    outbound_line_id: int
    item_id: int
    owner_id: int
    lot_id: int
    single: bool
    location_id: int
    units: int


def cancel_wave(*, by: By, wave_id: int) -> TakenBack:
    """Take back a planned wave whole: its units are good stock of their bins again, its orders wait for another wave.

    Refuses a wave that was released (:class:`WaveReleased`): take back what is left of it (:func:`take_back_tours`).
    """
    with unit_of_work(by.tenant_id):
        taken, wave = _take_back(by, wave_id)
        if wave.state != "planned":
            raise WaveReleased(number=wave.number, state=wave.state)
        execute(
            "UPDATE wms_wave SET state = 'cancelled', done_at = %s WHERE tenant_id = %s AND id = %s",
            (by.at, by.tenant_id, wave_id),
        )
        facts = {"number": wave.number, "orders": taken.orders, "units": taken.units}
        record_events(by=by, events=[Event("wave", wave_id, "wave-cancelled", facts)])
        return taken


def take_back_tours(*, by: By, wave_id: int) -> TakenBack:
    """Take back the tours of a released wave that nobody has started, so that their orders can be planned anew; the rest goes on.

    Refuses a wave without one (:class:`NothingToTakeBack`).
    """
    with unit_of_work(by.tenant_id):
        taken, wave = _take_back(by, wave_id)
        if not taken.tours:
            raise NothingToTakeBack(number=wave.number)
        facts = {"number": wave.number, "tours": taken.tours, "orders": taken.orders, "units": taken.units}
        record_events(by=by, events=[Event("wave", wave_id, "tours-taken-back", facts)])
        return taken


def _take_back(by: By, wave_id: int) -> tuple[TakenBack, store.Wave]:
    """Outbounds first, then tours, then accounts, then the wave, as every verb locks; what is still unbegun is read under the first."""
    ids = fetch_values(
        """SELECT DISTINCT p.outbound_id FROM wms_tour t JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id
           WHERE t.tenant_id = %s AND t.wave_id = %s AND p.state = 'ready'""",
        (by.tenant_id, wave_id),
    )
    lock_outbounds(by.tenant_id, ids)
    tours: list[int] = fetch_values(
        "SELECT id FROM wms_tour WHERE tenant_id = %s AND wave_id = %s AND state = 'ready' ORDER BY id FOR UPDATE",
        (by.tenant_id, wave_id),
    )
    wave = store.read_wave(by.tenant_id, wave_id)
    found = fetch_all(sql.load(__file__, "unbegun"), {"tenant": by.tenant_id, "tours": tours, "ids": ids}, of=_Open)
    moves, counts = [], defaultdict[int, int](int)
    for task in found:
        key = (wave.node_id, task.item_id, task.owner_id)
        at = (task.location_id, task.lot_id, task.single)
        moves.append(
            Move(
                physical(*key, "allocated", *at),
                physical(*key, "good", *at),
                task.units,
                "outbound",
                task.outbound_id,
                task.outbound_line_id,
            )
        )
        counts[task.outbound_line_id] += task.units
    post_movements(by=by, moves=moves)
    move_units(by.tenant_id, {line_id: Counts(waiting=units, allocated=-units) for line_id, units in counts.items()})
    shrink_tasks(by, [(task.task_id, task.units) for task in found])
    orders = sorted({task.outbound_id for task in found})
    execute(sql.load(__file__, "leave_wave"), {"tenant": by.tenant_id, "wave": wave_id, "ids": orders})
    wave = store.lock_wave(by.tenant_id, wave_id)  # after the accounts: whoever ends a tour holds accounts and wants its wave
    finish_tours(by, tours)
    derive_outbounds(by=by, outbound_ids=orders)
    return TakenBack(len(tours), len(orders), sum(counts.values())), wave
