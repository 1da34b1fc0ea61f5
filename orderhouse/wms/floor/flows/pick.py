"""Pick a tour: bin, item, tote, on to the next. One order a tour, or a cart with a tote for each order.

A task in the bin one stands at needs no second bin scan. Units are counted scan by scan or keyed in with the scan, never
beyond what is open. Commands: ``!short`` with the quantity found, ``!damaged`` with the quantity of good ones found, ``!skip``,
``!full`` (nothing more fits the order's tote), ``!undo`` and ``!end``. ``!undo`` takes back what is counted; right after a
confirmed pick it takes that pick out of its tote again.

Where an order was cancelled meanwhile, the next scan says stop. Units in hand go back into their bin (scan it), or into a tote
(scan it), where a put-back task waits for them: also what a scanner without a network has put into a tote long before it heard.
Each further scan of the item adds to the units in hand, up to what was open; ``!undo`` says that they lie in their bin again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows.effects import ConfirmPick, Effect, LeaveInTote, ShortPick, UndoPick
from orderhouse.wms.floor.flows.machine import (
    Answer,
    State,
    Step,
    Successors,
    called,
    is_command,
    item_of,
    named,
    names_tote,
    shown,
    unknown_command,
)

SUCCESSORS: Successors = {
    "bin": frozenset({"bin", "item", "back", "done", "ended"}),
    "item": frozenset({"item", "tote", "bin", "back", "done", "ended"}),
    "tote": frozenset({"tote", "item", "bin", "back", "done"}),
    "back": frozenset({"back", "bin", "item", "done"}),
    "done": frozenset({"done", "bin", "item", "back", "ended"}),
    "ended": frozenset({"ended"}),
}

COMMANDS = ("!short", "!damaged", "!skip", "!full", "!undo", "!end")


@dataclass(slots=True)
class Task:
    """A pick task as the picker meets it. ``lot`` is the lot or serial number, "" for any; ``stopped``: its order is cancelled;
    ``badge`` who did it; ``meters_left`` from its bin to the end of the tour."""

    id: int
    outbound_id: int
    order: str
    item_id: int
    sku: str
    name: str
    lot: str
    bin: str
    quantity: int
    picked: int
    state: str
    stopped: bool = False
    badge: str | None = None
    meters_left: int = 0

    @property
    def open(self) -> int:
        """Units still to pick."""
        return self.quantity - self.picked if self.state in ("ready", "started") and not self.stopped else 0

    @property
    def gone(self) -> bool:
        """Whether its order was cancelled."""
        return self.stopped or self.state == "cancelled"


@dataclass(slots=True)
class Tote:
    """A handling unit a scan may name; ``outbound_id`` the order it carries, None when free."""

    id: int
    code: str
    kind: str
    outbound_id: int | None


@dataclass(slots=True)
class Facts:
    """A tour as it stands: its tasks in walking order, the totes its orders have and those scanned, the barcodes scanned.
    ``position``: where in the walk each task is, by its id."""

    badge: str
    tour: str
    tasks: Sequence[Task]
    totes: dict[str, Tote] = field(default_factory=dict)
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    position: Mapping[int, int] = field(default_factory=dict)
    tote_of: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.position = self.position or {task.id: at for at, task in enumerate(self.tasks)}
        self.tote_of = {tote.outbound_id: code for code, tote in self.totes.items() if tote.outbound_id}

    def task(self, state: State) -> Task | None:
        at = self.position.get(state.get("task", 0))
        return None if at is None else self.tasks[at]

    def next_open(self, after: int) -> Task | None:
        """The next open task behind position ``after``, those before it last."""
        tasks = self.tasks
        for at in range(after + 1, len(tasks)):
            if tasks[at].open:
                return tasks[at]
        for at in range(min(after, len(tasks))):
            if tasks[at].open:
                return tasks[at]
        return None


def start(facts: Facts) -> State:
    """At the first open task, walking to its bin."""
    return _to(facts.next_open(-1))


def resume(state: State, facts: Facts) -> State:
    """Where a tour goes on that was left: at the same task, or at the next if that one is gone."""
    return start(facts) if state["at"] == "ended" else _as_it_stands(state, facts)[0] if state["at"] != "back" else state


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """What a scan does in this state. See the module."""
    if state["at"] == "ended":
        return _wrong(state, facts, say.HAS_ENDED)
    if state["at"] == "back":
        return _back(state, scan, quantity, facts)
    before = state
    state, stop = _as_it_stands(before, facts)
    if stop:
        task = facts.task(before)
        if task is not None and task.gone:
            return _stopped(before, state, scan, quantity, facts, task)
        return _wrong(state, facts, stop, screen="stop")
    if is_command(scan):
        return _command(state, scan, quantity, facts)
    task = facts.task(state)
    if state["at"] == "done" or task is None:
        return _elsewhere(state, scan, quantity, facts, None)
    if quantity is not None and quantity < 1:
        return _wrong(state, facts, say.QUANTITY_BELOW_ONE.format(quantity=quantity))
    if state["at"] == "bin":
        return _bin(state, scan, quantity, facts, task)
    if names_tote(scan) and not scan.gtin:
        return _tote(state, scan, facts, task)
    if scan.kind is ScanKind.LOCATION:
        if state["at"] == "item" and scan.value == task.bin:
            return _right(state, facts, say.AT_BIN.format(bin=task.bin, quantity=state["left"], sku=task.sku))
        if state["at"] == "item":
            return _wrong(state, facts, say.EXPECTED_BIN.format(expected=task.bin, scanned=shown(scan)))
    if state["at"] == "tote" and item_of(scan, facts.barcodes) is None and scan.kind is ScanKind.TEXT:
        return _tote(state, scan, facts, task)
    return _item(state, scan, quantity, facts, task)


def look(state: State, facts: Facts) -> tuple[str, dict[str, Any]]:
    """The screen of a state and what it shows."""
    at = state["at"]
    stops = len(facts.tasks)
    task = facts.task(state)
    if at in ("done", "ended") or task is None:
        return at, {"tour": facts.tour, "stop": stops, "stops": stops, "meters": 0}
    data = {
        "bin": task.bin,
        "sku": task.sku,
        "name": task.name,
        "lot": task.lot,
        "quantity": state["left"],
        "counted": state["counted"],
        "order": task.order,
        "tote": facts.tote_of.get(task.outbound_id, ""),
        "stop": facts.position[task.id] + 1,
        "stops": stops,
        "meters": task.meters_left,
    }
    return at, data


def apply(facts: Facts, effect: Effect) -> None:
    """Let the picture of the tour follow an effect, so that the scans of one batch build on each other."""
    if isinstance(effect, LeaveInTote):
        outbound_id = facts.tasks[facts.position[effect.task_id]].outbound_id
        for tote in facts.totes.values():
            if tote.id == effect.tote_id and tote.outbound_id is None:
                tote.outbound_id = outbound_id
                facts.tote_of[outbound_id] = tote.code
    elif isinstance(effect, UndoPick):
        task = facts.tasks[facts.position[effect.task_id]]
        task.picked -= effect.quantity
        task.state, task.badge = "started", facts.badge
        if not any(each.picked for each in facts.tasks if each.outbound_id == task.outbound_id):
            for tote in facts.totes.values():
                if tote.id == effect.tote_id:
                    tote.outbound_id = None
                    facts.tote_of.pop(task.outbound_id, None)
    elif isinstance(effect, ConfirmPick):
        task = facts.tasks[facts.position[effect.task_id]]
        task.picked += effect.quantity
        if task.picked == task.quantity:
            task.state, task.badge = "picked", facts.badge
        for tote in facts.totes.values():
            if tote.id == effect.tote_id and tote.outbound_id is None:
                tote.outbound_id = task.outbound_id
                facts.tote_of[task.outbound_id] = tote.code
    elif isinstance(effect, ShortPick):
        facts.tasks[facts.position[effect.task_id]].state = "short"


def _to(task: Task | None, here: str = "") -> State:
    """The state in which ``task`` begins, standing ``here``."""
    if task is None:
        return {"at": "done"}
    return {"at": "item" if task.bin == here else "bin", "task": task.id, "left": task.open, "counted": 0}


def _as_it_stands(state: State, facts: Facts) -> tuple[State, str]:
    """The state once the world has moved on under it, and what the picker must be told to stop ("" for nothing)."""
    if state["at"] == "done":
        task = facts.next_open(-1)
        return (state if task is None else _to(task)), ""
    task = facts.task(state)
    if task is None or not task.open:
        after = facts.position[task.id] if task else -1
        following = _to(facts.next_open(after), task.bin if task and state["at"] != "bin" else "")
        return following, _stop(state, task, facts, _go(following, facts))
    if task.open < state["counted"]:
        back = state["counted"] - task.open
        told = say.STOP_FEWER.format(order=task.order, quantity=task.open, sku=task.sku, back=back, bin=task.bin)
        return {**state, "at": "tote", "left": task.open, "counted": task.open}, told
    if task.open < state["left"]:
        at = "tote" if task.open == state["counted"] else state["at"]
        return {**state, "at": at, "left": task.open}, ""
    return state, ""


def _stop(state: State, task: Task | None, facts: Facts, following: str) -> str:
    if task is None:
        return say.PICK_IS_GONE.format(next=following)
    if task.gone:
        return _cancelled(task, facts, "", following)
    if task.state == "picked" and task.badge and task.badge != facts.badge:
        return say.PICKED_BY_ANOTHER.format(badge=task.badge, next=following)
    return say.PICK_IS_GONE.format(next=following)


def _cancelled(task: Task, facts: Facts, what: str, following: str) -> str:
    """Stop, what to do with what is in hand, what to leave where it lies, and where to go on."""
    tote = facts.tote_of.get(task.outbound_id)
    parts = [what] if what else []
    if tote and tote not in what:
        parts.append(say.STOP_IN_TOTE.format(tote=tote))
    told = say.STOP_CANCELLED.format(order=task.order, what=" ".join(parts) or say.STOP_NOTHING, next=following)
    return told.strip()


def _stopped(before: State, after: State, scan: Scan, quantity: int | None, facts: Facts, task: Task) -> Step:
    """A task was cancelled under the picker's hands: what the scan that hears of it makes of the units in hand.

    A unit just scanned is in hand; a tote just scanned has them in it, on a scanner that was offline long before it heard."""
    held = before["counted"]
    if before["at"] in ("item", "tote"):
        held = _more(held, _units(scan, quantity, facts, task), _room(before, task))
    if held:
        return _in_hand(_holding(before, task, held), scan, facts, task)
    return _wrong({**after, "gone": task.bin}, facts, _cancelled(task, facts, "", _go(after, facts)), screen="stop")


def _holding(state: State, task: Task, held: int) -> State:
    """Units of a cancelled task in hand. ``laid`` goes on telling what of which task lies in a tote already."""
    holding: State = {"at": "back", "task": task.id, "left": 0, "counted": held}
    return holding | {"laid": state["laid"]} if "laid" in state else holding


def _room(state: State, task: Task) -> int:
    """Units a cancelled task had open, less those left in totes since it was heard of: more of it nobody can have taken."""
    return task.quantity - task.picked - int(state.get("laid", {}).get(str(task.id), 0))


def _more(held: int, units: int, room: int) -> int:
    """The units in hand with those just scanned, unless that is more than there can be."""
    return held + units if held + units <= room else held


def _units(scan: Scan, quantity: int | None, facts: Facts, task: Task) -> int:
    """Units of a task's item and lot that a scan stands for; 0 where it names something else, or a quantity that is none."""
    found = item_of(scan, facts.barcodes)
    one = found[1] if found and found[0] == task.item_id else int(found is None and scan.value == task.sku)
    other_lot = task.lot and (scan.serial or scan.lot) and task.lot not in (scan.serial, scan.lot)
    return 0 if not one or other_lot else max(0, one if quantity is None else quantity)


def _in_hand(state: State, scan: Scan, facts: Facts, task: Task) -> Step:
    """Stop, with units of a cancelled task in hand: they may be in the tote just scanned."""
    if (tote := _takes(scan, facts, task)) is not None:
        return _left_in(state, tote, facts, task, stop=True)
    what = say.STOP_PUT_BACK.format(counted=state["counted"], sku=task.sku, bin=task.bin)
    return _wrong(state, facts, _cancelled(task, facts, what, ""), screen="stop")


def _takes(scan: Scan, facts: Facts, task: Task) -> Tote | None:
    """The tote a scan names, where it may take units of a cancelled task: a free one, or its order's own."""
    tote = facts.totes.get(scan.value) if not scan.gtin and item_of(scan, facts.barcodes) is None else None
    return tote if tote and tote.kind == "tote" and tote.outbound_id in (None, task.outbound_id) else None


def _left_in(state: State, tote: Tote, facts: Facts, task: Task, *, stop: bool = False) -> Step:
    counted, laid = state["counted"], state.get("laid", {})
    laid = {**laid, str(task.id): laid.get(str(task.id), 0) + counted}
    following = {**_to(facts.next_open(facts.position[task.id]), task.bin), "gone": task.bin, "laid": laid}
    go = _go(following, facts)
    effects: tuple[Effect, ...] = (LeaveInTote(task.id, counted, tote.id),)
    if stop:
        what = say.STOP_LEFT_IN_TOTE.format(counted=counted, sku=task.sku, tote=tote.code, bin=task.bin)
        _, data = look(following, facts)
        return Step(following, effects, Answer(False, "pick.stop", _cancelled(task, facts, what, go), data))
    told = say.LEFT_IN_TOTE.format(counted=counted, sku=task.sku, tote=tote.code, bin=task.bin, next=go)
    return _right(following, facts, told, effects)


def _back(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """Units of a cancelled task are in hand: back into their bin, or into a tote. A scanner that was offline goes on counting."""
    task = facts.task(state)
    if task is None:
        return _wrong(_to(facts.next_open(-1)), facts, say.PICK_IS_GONE.format(next=""))
    if scan.kind in (ScanKind.LOCATION, ScanKind.TEXT) and scan.value == task.bin:
        following = _to(facts.next_open(facts.position[task.id]), task.bin)
        told = say.BACK_IN_BIN.format(counted=state["counted"], sku=task.sku, bin=task.bin, next=_go(following, facts))
        return _right(following, facts, told)
    if (tote := _takes(scan, facts, task)) is not None:
        return _left_in(state, tote, facts, task)
    if is_command(scan) and scan.value == "!undo":
        following = {**_to(facts.next_open(facts.position[task.id])), "gone": task.bin, "laid": state.get("laid", {})}
        told = say.BACK_UNDONE.format(counted=state["counted"], sku=task.sku, bin=task.bin, next=_go(following, facts))
        return _right(following, facts, told)
    if units := _units(scan, quantity, facts, task):
        held, room = state["counted"] + units, _room(state, task)
        if held > room:
            return _wrong(state, facts, say.BACK_TOO_MANY.format(quantity=room, sku=task.sku, counted=held))
        return _in_hand({**state, "counted": held}, scan, facts, task)
    told = say.BACK_FIRST.format(counted=state["counted"], sku=task.sku, bin=task.bin)
    return _wrong(state, facts, told)


def _go(state: State, facts: Facts) -> str:
    """Where a state sends the picker."""
    task = facts.task(state)
    if task is None:
        return say.TOUR_DONE
    if state["at"] == "item":
        return say.AT_BIN.format(bin=task.bin, quantity=state["left"], sku=task.sku)
    return say.GO_TO_BIN.format(bin=task.bin)


def _bin(state: State, scan: Scan, quantity: int | None, facts: Facts, task: Task) -> Step:
    if scan.value != task.bin or scan.kind not in (ScanKind.LOCATION, ScanKind.TEXT):
        return _elsewhere(state, scan, quantity, facts, task)
    told = say.AT_BIN.format(bin=task.bin, quantity=state["left"], sku=task.sku)
    return _right({**_to(task), "at": "item"}, facts, told)


def _elsewhere(state: State, scan: Scan, quantity: int | None, facts: Facts, task: Task | None) -> Step:
    """Not the bin to go to: perhaps one a picker who was offline went to for an order cancelled meanwhile, or what they took
    there."""
    gone = [each for each in facts.tasks if each.gone]
    here = next((each for each in gone if each.bin == scan.value), None)
    if here is not None and scan.kind in (ScanKind.LOCATION, ScanKind.TEXT):
        what = say.STOP_TAKE_NOTHING.format(bin=here.bin)
        told = _cancelled(here, facts, what, _go(state, facts))
        return _wrong({**state, "gone": here.bin}, facts, told, screen="stop")
    if (step := _of_gone(state, scan, quantity, facts)) is not None:
        return step
    if task is None:
        return _wrong(state, facts, say.TOUR_DONE)
    scanned = named(scan, facts.barcodes, facts.names) if scan.kind is not ScanKind.LOCATION else shown(scan)
    return _wrong(state, facts, say.EXPECTED_BIN.format(expected=task.bin, scanned=scanned))


def _of_gone(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step | None:
    """What was scanned, where it is (more) of a cancelled task at the bin the picker was just stopped at."""
    for task in facts.tasks if "gone" in state else ():
        if task.gone and task.bin == state["gone"]:
            held = _units(scan, quantity, facts, task)
            if 0 < held <= _room(state, task):
                return _in_hand(_holding(state, task, held), scan, facts, task)
    return None


def _item(state: State, scan: Scan, quantity: int | None, facts: Facts, task: Task) -> Step:
    found = item_of(scan, facts.barcodes)
    units = 1 if found is None and scan.value == task.sku else found[1] if found and found[0] == task.item_id else 0
    if not units:
        if not state["counted"] and (step := _of_gone(state, scan, quantity, facts)) is not None:
            return step
        scanned = named(scan, facts.barcodes, facts.names)
        return _wrong(state, facts, say.EXPECTED_ITEM.format(expected=called(task.sku, task.name), scanned=scanned))
    lot = scan.serial or scan.lot
    if task.lot and lot and task.lot not in (scan.serial, scan.lot):
        return _wrong(state, facts, say.EXPECTED_LOT.format(expected=task.lot, sku=task.sku, scanned=lot))
    state = {key: value for key, value in state.items() if key not in ("last", "gone", "laid")}
    counted = state["counted"] + (quantity or units)
    left = state["left"]
    if counted > left:
        return _wrong(state, facts, say.TOO_MANY_TO_PICK.format(quantity=left, sku=task.sku, counted=counted))
    if counted < left:
        told = say.COUNTED.format(counted=counted, quantity=left, sku=task.sku)
        return _right({**state, "counted": counted}, facts, told)
    told = say.ALL_COUNTED.format(quantity=left, sku=task.sku, order=task.order)
    return _right({**state, "at": "tote", "counted": counted}, facts, told)


def _tote(state: State, scan: Scan, facts: Facts, task: Task) -> Step:
    counted = state["counted"]
    if not counted:
        return _wrong(state, facts, say.SCAN_THE_ITEM_FIRST.format(sku=task.sku))
    tote = facts.totes.get(scan.value)
    if tote is None:
        said = say.UNKNOWN_TOTE if names_tote(scan) else say.EXPECTED_TOTE
        return _wrong(state, facts, said.format(scanned=shown(scan)))
    if tote.kind != "tote":
        return _wrong(state, facts, say.NOT_A_TOTE.format(scanned=tote.code, kind=tote.kind))
    if gone := _counted_for(tote, facts, task):
        step = _left_in({"counted": counted}, tote, facts, gone, stop=True)
        following = {**_to(task), "at": "item"}
        return step._replace(state=following, answer=step.answer._replace(data=look(following, facts)[1]))
    own = facts.tote_of.get(task.outbound_id)
    if tote.outbound_id is None:
        if own and not state.get("full"):
            return _wrong(state, facts, say.ORDER_HAS_ITS_TOTE.format(order=task.order, expected=own))
    elif state.get("full") and tote.code == own:
        return _wrong(state, facts, say.TOTE_IS_FULL.format(order=task.order))
    elif tote.outbound_id != task.outbound_id:
        expected = say.A_FREE_TOTE if own is None or state.get("full") else own
        return _wrong(state, facts, say.OTHER_ORDERS_TOTE.format(scanned=tote.code, expected=expected))

    effects: tuple[Effect, ...] = (ConfirmPick(task.id, counted, tote.id),)
    left = task.open - counted
    last: State = {"task": task.id, "units": counted, "tote": tote.id, "code": tote.code}
    if left and state.get("short"):
        last = {"why": "short"}
        effects += (ShortPick(task.id, task.picked + counted, state["short"] == "damaged"),)
        left = 0
    if left:
        following = {"at": "item", "task": task.id, "left": left, "counted": 0, "last": last}
        told = say.PUT_PART.format(counted=counted, tote=tote.code, quantity=left, sku=task.sku)
        return _right(following, facts, told, effects)
    following = {**_to(facts.next_open(facts.position[task.id]), task.bin), "last": last}
    then = facts.task(following)
    if then is None:
        told = say.TOUR_DONE
    elif following["at"] == "item":
        told = say.PICKED_SAME_BIN.format(quantity=following["left"], sku=then.sku)
    else:
        told = say.PICKED.format(bin=then.bin)
    return _right(following, facts, told, effects)


def _counted_for(tote: Tote, facts: Facts, task: Task) -> Task | None:
    """The cancelled task of the same item and bin whose order the tote carries: what was counted offline was for that one."""
    if tote.outbound_id in (None, task.outbound_id):
        return None
    of_tote = (each for each in facts.tasks if each.gone and each.outbound_id == tote.outbound_id)
    return next((each for each in of_tote if (each.item_id, each.bin) == (task.item_id, task.bin)), None)


def _command(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    command, task = scan.value, facts.task(state)
    if command not in COMMANDS:
        return _wrong(state, facts, unknown_command(scan, COMMANDS))
    if command == "!end":
        if state.get("counted") and task:
            told = say.IN_HAND_FIRST.format(counted=state["counted"], sku=task.sku, bin=task.bin)
            return _wrong(state, facts, told)
        return _right({"at": "ended"}, facts, say.ENDED)
    if command == "!undo":
        return _undo(state, facts, task)
    if task is None:
        return _wrong(state, facts, say.TOUR_DONE)
    if command == "!skip":
        return _skip(state, facts, task)
    if command == "!full":
        if task.outbound_id not in facts.tote_of:
            return _wrong(state, facts, say.NO_TOTE_YET.format(order=task.order))
        return _right({**state, "full": True}, facts, say.TOTE_IS_FULL.format(order=task.order))
    return _short(state, quantity, facts, task, damaged=command == "!damaged")


def _undo(state: State, facts: Facts, task: Task | None) -> Step:
    """Take back what is counted, else the pick confirmed by the last scan."""
    if task is not None and state["at"] != "bin" and (state["counted"] or state.get("short") or state.get("full")):
        return _right({**_to(task), "at": "item"}, facts, say.UNDONE)
    last = state.get("last")
    if last is None:
        return _wrong(state, facts, say.NOTHING_TO_UNDO)
    if "why" in last:
        return _wrong(state, facts, say.UNDO_SHORT)
    if task is None:
        return _wrong(state, facts, say.UNDO_TOUR_DONE)
    done = facts.tasks[facts.position[last["task"]]]
    if done.gone:
        return _wrong(state, facts, say.UNDO_CANCELLED.format(order=done.order))
    units = last["units"]
    following = {"at": "item", "task": done.id, "left": done.quantity - done.picked + units, "counted": 0}
    told = say.PICK_UNDONE.format(quantity=units, sku=done.sku, tote=last["code"], bin=done.bin)
    return _right(following, facts, told, (UndoPick(done.id, units, last["tote"]),))


def _skip(state: State, facts: Facts, task: Task) -> Step:
    if state["counted"]:
        return _wrong(state, facts, say.IN_HAND_FIRST.format(counted=state["counted"], sku=task.sku, bin=task.bin))
    following = facts.next_open(facts.position[task.id])
    if following is None:
        return _wrong(state, facts, say.NOTHING_ELSE)
    here = task.bin if state["at"] != "bin" else ""
    return _right(_to(following, here), facts, say.SKIPPED.format(bin=following.bin))


def _short(state: State, quantity: int | None, facts: Facts, task: Task, *, damaged: bool) -> Step:
    if state["at"] == "bin":
        return _wrong(state, facts, say.SCAN_THE_BIN_FIRST.format(bin=task.bin))
    found = state["counted"] if quantity is None else quantity
    if found < 0:
        return _wrong(state, facts, say.QUANTITY_BELOW_ZERO.format(quantity=found))
    if found >= task.open:
        return _wrong(state, facts, say.SHORT_FOUND_ALL.format(quantity=task.open))
    if found:
        told = say.SHORT_SCAN_TOTE.format(quantity=found, order=task.order)
        return _right(
            {**state, "at": "tote", "left": found, "counted": found, "short": "damaged" if damaged else "missing"}, facts, told
        )
    following = {**_to(facts.next_open(facts.position[task.id]), task.bin), "last": {"why": "short"}}
    said = say.DAMAGED_NOTED if damaged else say.SHORT_NOTED
    return _right(following, facts, said.format(next=_go(following, facts)), (ShortPick(task.id, task.picked, damaged),))


def _right(state: State, facts: Facts, sentence: str, effects: tuple[Effect, ...] = ()) -> Step:
    screen, data = look(state, facts)
    return Step(state, effects, Answer(True, f"pick.{screen}", sentence, data))


def _wrong(state: State, facts: Facts, sentence: str, screen: str = "") -> Step:
    at, data = look(state, facts)
    return Step(state, (), Answer(False, f"pick.{screen or at}", sentence, data))
