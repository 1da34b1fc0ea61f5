"""An order changed its mind: what can still be taken back, and what it costs the floor."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import CancelRefused, CancelRelease, LineQuantity, ReleaseCancelled
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, physical
from orderhouse.ledger.post_movements import post_movements
from orderhouse.wms.outbound import in_process, store
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds
from orderhouse.wms.outbound.in_process import PutBack
from orderhouse.wms.outbound.rules import Counts, TakenBack, take_back

T = TypeVar("T")


def cancel_releases(*, by: By, messages: list[CancelRelease]) -> None:
    """Take back releases, or quantities of them, as far as they have not left.

    Not picked: tasks are cancelled and the stock is free at once (``ReleaseCancelled``). Picked: the next scan says stop, and
    a put-back task is made; ``ReleaseCancelled`` follows when the units lie in a bin. Packed: the parcel is unpacked, its
    label is to be voided (``shipping.void_labels``), and the units go back likewise. Left the building: ``CancelRefused``. A
    release not heard of yet is cancelled when it comes. A repeat of a whole cancellation finds nothing left and changes nothing.
    """
    with unit_of_work(by.tenant_id):
        known, early = _addressed(by, messages)
        if early:
            store.keep_early_cancels(by, early)
        if known:
            _cancel(by, known)


def _addressed(
    by: By, messages: list[CancelRelease]
) -> tuple[dict[int, list[CancelRelease]], dict[tuple[int, str], dict[int, int] | None]]:
    """Messages by outbound, and those whose release is still to come."""
    nodes = store.known_nodes(by.tenant_id, {message.node for message in messages})
    keys = {(nodes[m.node].id, m.release) for m in messages if m.node in nodes}
    ids = store.outbound_ids(by.tenant_id, keys)
    known: dict[int, list[CancelRelease]] = defaultdict(list)
    early: dict[tuple[int, str], dict[int, int] | None] = {}
    for message in messages:
        if message.node not in nodes:
            continue  # nothing of it can ever be here
        key = (nodes[message.node].id, message.release)
        if key in ids:
            known[ids[key]].append(message)
        elif not message.lines:
            early[key] = None
        else:
            before = early.get(key, {})
            if before is not None:
                early[key] = before | {
                    line.line_number: before.get(line.line_number, 0) + line.quantity for line in message.lines
                }
    return known, early


def _cancel(by: By, messages: dict[int, list[CancelRelease]]) -> None:
    outbounds = store.lock_outbounds(by.tenant_id, messages)
    lines = store.lines_of(by.tenant_id, messages)
    wanted: dict[int, TakenBack] = {}
    for line in lines.values():
        asked = [quantity for m in messages[line.outbound_id] if (quantity := _asked(m, line.line_number)) != 0]
        if asked:
            wanted[line.id] = take_back(line.counts, None if None in asked else sum(q for q in asked if q))

    moves: list[Move] = []
    tasks = in_process.tasks_of(by.tenant_id, messages)
    store.lock_tours(by.tenant_id, (task.tour_id for task in tasks if task.open))
    touched_tours = _recall_tasks(by, outbounds, wanted, tasks, moves)
    putbacks: list[PutBack] = []
    stay: Mapping[int, int] = {}
    if any(taken.in_hand for taken in wanted.values()):
        putbacks, stay = _putbacks(by, outbounds, lines, wanted, tasks, moves)
    post_movements(by=by, moves=moves)
    changes = {
        line_id: Counts(
            waiting=-taken.waiting,
            allocated=-taken.allocated,
            picked=-taken.picked,
            packed=-taken.packed,
            putting_back=taken.in_hand,
            cancelled=taken.free_at_once,
        )
        for line_id, taken in wanted.items()
    }
    for line_id, units in stay.items():
        before = changes.get(line_id, Counts())
        changes[line_id] = before._replace(picked=before.picked + units, packed=before.packed - units)
    store.move_units(by.tenant_id, changes)
    in_process.want_putbacks(by, putbacks)
    left = dict.fromkeys(messages, 0)
    for line in lines.values():
        left[line.outbound_id] += sum(line.counts[:4]) - (sum(wanted[line.id][:4]) if line.id in wanted else 0)
    stopped = [outbound_id for outbound_id, units in left.items() if not units]
    if stopped:
        execute(
            "UPDATE wms_outbound SET cancel_wanted = true WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s) AND NOT cancel_wanted"
            " AND state NOT IN ('shipped', 'shorted', 'cancelled')",
            {"tenant": by.tenant_id, "ids": stopped},
        )
        in_process.free_totes(by, stopped)
        in_process.void_empty_parcels(by, stopped)
    store.finish_tours(by, touched_tours)
    _answer(by, outbounds, lines, wanted, messages)


def _asked(message: CancelRelease, line_number: int) -> int | None:
    """Units of a line this message asks back: None for all of them."""
    if not message.lines:
        return None
    return sum(line.quantity for line in message.lines if line.line_number == line_number)


def draw(pieces: Iterable[T], quantity: int, held: Callable[[T], int]) -> Iterable[tuple[T, int]]:
    """Take ``quantity`` units from pieces in order: (piece, units taken)."""
    for piece in pieces:
        if quantity <= 0:
            return
        units = min(quantity, held(piece))
        if units > 0:
            quantity -= units
            yield piece, units


def _recall_tasks(
    by: By,
    outbounds: dict[int, store.Outbound],
    wanted: dict[int, TakenBack],
    tasks: list[in_process.Task],
    moves: list[Move],
) -> set[int]:
    """Take allocated units off the tasks that come last, and back to free stock of their bins; the tours touched."""
    by_line: dict[int, list[in_process.Task]] = defaultdict(list)
    for task in tasks:
        if task.open:
            by_line[task.outbound_line_id].append(task)
    shrunk: list[tuple[int, int]] = []
    tours: set[int] = set()
    for line_id, taken in wanted.items():
        for task, units in draw(reversed(by_line[line_id]), taken.allocated, lambda t: t.open):
            key = (outbounds[task.outbound_id].node_id, task.item_id, task.owner_id)
            at = (task.location_id, task.lot_id, task.single)
            moves.append(
                Move(physical(*key, "allocated", *at), physical(*key, "good", *at), units, "cancel", task.outbound_id, line_id)
            )
            shrunk.append((task.id, units))
            tours.add(task.tour_id)
    in_process.shrink_tasks(by, shrunk)
    return tours


def _putbacks(
    by: By,
    outbounds: dict[int, store.Outbound],
    lines: dict[int, store.OutboundLine],
    wanted: dict[int, TakenBack],
    tasks: list[in_process.Task],
    moves: list[Move],
) -> tuple[list[PutBack], Mapping[int, int]]:
    """Unpack parcels something is taken out of, and plan the way back to the bins its units came from; and what else lay in
    those parcels, by line: it lies picked in the carton now, as in a tote, to be checked and packed anew (domain §3)."""
    ids = sorted({lines[line_id].outbound_id for line_id, taken in wanted.items() if taken.in_hand})
    bins = {(t.outbound_id, t.item_id, t.lot_id): t.location_id for t in reversed(tasks) if t.picked}
    in_hand: dict[tuple[int, int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for unit in in_process.units_in_hand(by.tenant_id, ids):
        in_hand[unit.outbound_id, unit.item_id, unit.owner_id].append((unit.place_id, unit.lot_id, unit.quantity))
    contents: dict[int, list[in_process.Content]] = defaultdict(list)
    left_in: dict[in_process.Content, int] = {}
    for content in in_process.contents_of(by.tenant_id, ids):
        contents[content.outbound_line_id].append(content)
        left_in[content] = content.quantity

    putbacks: list[PutBack] = []
    opened: set[int] = set()
    for line_id, taken in sorted(wanted.items()):
        line = lines[line_id]
        node_id = outbounds[line.outbound_id].node_id

        def back(place_id: int, lot_id: int, units: int, line: store.OutboundLine = line, node_id: int = node_id) -> None:
            location_id = bins[line.outbound_id, line.item_id, lot_id]
            putbacks.append(PutBack(line.id, node_id, line.item_id, line.owner_id, lot_id, units, place_id, location_id))

        for content, units in draw(contents[line_id], taken.packed, lambda c: c.quantity):
            key = (node_id, line.item_id, line.owner_id)
            at = (content.parcel_id, content.lot_id, content.single)
            moves.append(
                Move(physical(*key, "packed", *at), physical(*key, "picked", *at), units, "cancel", line.outbound_id, line_id)
            )
            opened.add(content.parcel_id)
            left_in[content] -= units
            back(content.parcel_id, content.lot_id, units)
        pieces = in_hand[line.outbound_id, line.item_id, line.owner_id]
        todo = taken.picked
        while todo:
            place_id, lot_id, held = pieces.pop()
            units = min(todo, held)
            todo -= units
            if held > units:
                pieces.append((place_id, lot_id, held - units))
            back(place_id, lot_id, units)
    stay: dict[int, int] = defaultdict(int)
    unpacked: list[tuple[int, int, int, int]] = []
    for content, units in left_in.items():
        if content.parcel_id not in opened:
            continue
        unpacked.append((content.parcel_id, content.outbound_line_id, content.lot_id, content.quantity))
        if units:
            key = (outbounds[content.outbound_id].node_id, content.item_id, content.owner_id)
            at = (content.parcel_id, content.lot_id, content.single)
            cause = ("unpack", content.parcel_id, content.outbound_line_id)
            moves.append(Move(physical(*key, "packed", *at), physical(*key, "picked", *at), units, *cause))
            stay[content.outbound_line_id] += units
    in_process.take_from_parcels(by, unpacked)
    return putbacks, stay


def _answer(
    by: By,
    outbounds: dict[int, store.Outbound],
    lines: dict[int, store.OutboundLine],
    wanted: dict[int, TakenBack],
    messages: dict[int, list[CancelRelease]],
) -> None:
    """The story, the states, and one answer a release: what is free now, or that it has left."""
    letters: list[Letter] = []
    events: list[Event] = []
    of: dict[int, list[int]] = defaultdict(list)
    for line_id in sorted(wanted, key=lambda id_: lines[id_].line_number):
        of[lines[line_id].outbound_id].append(line_id)
    for outbound_id, outbound in outbounds.items():
        reason = messages[outbound_id][-1].reason
        taken = {line_id: wanted[line_id] for line_id in of[outbound_id]}
        free = tuple(LineQuantity(lines[i].line_number, t.free_at_once, reason) for i, t in taken.items() if t.free_at_once)
        if free:
            letters.append(Letter("oms", outbound.release_number, ReleaseCancelled(outbound.release_number, outbound.node, free)))
        in_hand = sum(t.in_hand for t in taken.values())
        gone = sum(t.left for t in taken.values()) or sum(lines[i].shipped for i in taken)
        if gone and not free and not in_hand:
            said = f"{outbound.release_number} has left the building"
            left = tuple(LineQuantity(lines[i].line_number, lines[i].shipped) for i in taken if lines[i].shipped)
            refused = CancelRefused(outbound.release_number, outbound.node, said, left)
            letters.append(Letter("oms", outbound.release_number, refused))
            events.append(Event("release", outbound_id, "cancel-refused", {"reason": reason, "shipped": gone}))
        elif free or in_hand:
            facts = {"reason": reason, "free": sum(line.quantity for line in free), "putting_back": in_hand}
            events.append(Event("release", outbound_id, "cancel-taken", facts))
    record_events(by=by, events=events)
    derive_outbounds(by=by, outbound_ids=outbounds)
    if letters:
        put(by=by, source="wms", letters=sorted(letters, key=lambda letter: type(letter.message).__name__))
