"""Pick a tour: bin, item, tote, on to the next. One order a tour, or a cart with a tote for each order.

A task in the bin one stands at needs no second bin scan. Units are counted scan by scan or keyed in with the scan, never
beyond what is open. Commands: ``!short`` with the quantity found, ``!damaged`` with the quantity of good ones found, ``!skip``,
``!full`` (nothing more fits the order's tote), ``!undo`` and ``!end``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows.effects import ConfirmPick, Effect, ShortPick
from orderhouse.wms.floor.flows.machine import (
    Answer,
    State,
    Step,
    Successors,
    is_command,
    item_of,
    names_tote,
    shown,
    unknown_command,
)

SUCCESSORS: Successors = {
    "bin": frozenset({"bin", "item", "done", "ended"}),
    "item": frozenset({"item", "tote", "bin", "done", "ended"}),
    "tote": frozenset({"tote", "item", "bin", "done"}),
    "done": frozenset({"done", "bin", "item", "ended"}),
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


@dataclass(slots=True)
class Tote:
    """A handling unit a scan may name; ``outbound_id`` the order it carries, None when free."""

    id: int
    code: str
    kind: str
    outbound_id: int | None


@dataclass(slots=True)
class Facts:
    """A tour as it stands: its tasks in walking order, the totes its orders have and those scanned, the barcodes scanned."""

    badge: str
    tour: str
    tasks: Sequence[Task]
    totes: dict[str, Tote] = field(default_factory=dict)
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    position: dict[int, int] = field(init=False)
    tote_of: dict[int, str] = field(init=False)

    def __post_init__(self) -> None:
        self.position = {task.id: at for at, task in enumerate(self.tasks)}
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
    return start(facts) if state["at"] == "ended" else _as_it_stands(state, facts)[0]


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """What a scan does in this state. See the module."""
    if state["at"] == "ended":
        return _wrong(state, facts, say.HAS_ENDED)
    state, stop = _as_it_stands(state, facts)
    if stop:
        return _wrong(state, facts, stop, screen="stop")
    if is_command(scan):
        return _command(state, scan, quantity, facts)
    task = facts.task(state)
    if state["at"] == "done" or task is None:
        return _wrong(state, facts, say.TOUR_DONE)
    if quantity is not None and quantity < 1:
        return _wrong(state, facts, say.QUANTITY_BELOW_ONE.format(quantity=quantity))
    if state["at"] == "bin":
        return _bin(state, scan, facts, task)
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
    if isinstance(effect, ConfirmPick):
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
    if task.stopped or task.state == "cancelled":
        if state["counted"]:
            what = say.STOP_PUT_BACK.format(counted=state["counted"], sku=task.sku, bin=task.bin)
        elif tote := facts.tote_of.get(task.outbound_id):
            what = say.STOP_IN_TOTE.format(tote=tote)
        else:
            what = say.STOP_NOTHING
        return say.STOP_CANCELLED.format(order=task.order, what=what, next=following)
    if task.state == "picked" and task.badge and task.badge != facts.badge:
        return say.PICKED_BY_ANOTHER.format(badge=task.badge, next=following)
    return say.PICK_IS_GONE.format(next=following)


def _go(state: State, facts: Facts) -> str:
    """Where a state sends the picker."""
    task = facts.task(state)
    if task is None:
        return say.TOUR_DONE
    if state["at"] == "item":
        return say.AT_BIN.format(bin=task.bin, quantity=state["left"], sku=task.sku)
    return say.GO_TO_BIN.format(bin=task.bin)


def _bin(state: State, scan: Scan, facts: Facts, task: Task) -> Step:
    if scan.value != task.bin or scan.kind not in (ScanKind.LOCATION, ScanKind.TEXT):
        gone = next((t for t in facts.tasks if t.bin == scan.value and (t.stopped or t.state == "cancelled")), None)
        if gone:  # a picker who was offline went there for an order cancelled meanwhile
            what = say.STOP_TAKE_NOTHING.format(bin=gone.bin)
            told = say.STOP_CANCELLED.format(order=gone.order, what=what, next=say.GO_TO_BIN.format(bin=task.bin))
            return _wrong(state, facts, told, screen="stop")
        return _wrong(state, facts, say.EXPECTED_BIN.format(expected=task.bin, scanned=shown(scan)))
    told = say.AT_BIN.format(bin=task.bin, quantity=state["left"], sku=task.sku)
    return _right({**state, "at": "item"}, facts, told)


def _item(state: State, scan: Scan, quantity: int | None, facts: Facts, task: Task) -> Step:
    found = item_of(scan, facts.barcodes)
    units = 1 if found is None and scan.value == task.sku else found[1] if found and found[0] == task.item_id else 0
    if not units:
        return _wrong(state, facts, say.EXPECTED_ITEM.format(expected=task.sku, scanned=shown(scan)))
    lot = scan.serial or scan.lot
    if task.lot and lot and task.lot not in (scan.serial, scan.lot):
        return _wrong(state, facts, say.EXPECTED_LOT.format(expected=task.lot, sku=task.sku, scanned=lot))
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
    if left and state.get("short"):
        effects += (ShortPick(task.id, task.picked + counted, state["short"] == "damaged"),)
        left = 0
    if left:
        following = {"at": "item", "task": task.id, "left": left, "counted": 0}
        told = say.PUT_PART.format(counted=counted, tote=tote.code, quantity=left, sku=task.sku)
        return _right(following, facts, told, effects)
    following = _to(facts.next_open(facts.position[task.id]), task.bin)
    then = facts.task(following)
    if then is None:
        told = say.TOUR_DONE
    elif following["at"] == "item":
        told = say.PICKED_SAME_BIN.format(quantity=following["left"], sku=then.sku)
    else:
        told = say.PICKED.format(bin=then.bin)
    return _right(following, facts, told, effects)


def _command(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    command, task = scan.value, facts.task(state)
    if command not in COMMANDS:
        return _wrong(state, facts, unknown_command(scan, COMMANDS))
    if command == "!end":
        if state.get("counted") and task:
            told = say.IN_HAND_FIRST.format(counted=state["counted"], sku=task.sku, bin=task.bin)
            return _wrong(state, facts, told)
        return _right({"at": "ended"}, facts, say.ENDED)
    if task is None:
        return _wrong(state, facts, say.TOUR_DONE)
    if command == "!undo":
        if state["at"] == "bin" or not (state["counted"] or state.get("short") or state.get("full")):
            return _wrong(state, facts, say.NOTHING_TO_UNDO)
        return _right({**_to(task), "at": "item"}, facts, say.UNDONE)
    if command == "!skip":
        return _skip(state, facts, task)
    if command == "!full":
        if task.outbound_id not in facts.tote_of:
            return _wrong(state, facts, say.NO_TOTE_YET.format(order=task.order))
        return _right({**state, "full": True}, facts, say.TOTE_IS_FULL.format(order=task.order))
    return _short(state, quantity, facts, task, damaged=command == "!damaged")


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
    following = _to(facts.next_open(facts.position[task.id]), task.bin)
    said = say.DAMAGED_NOTED if damaged else say.SHORT_NOTED
    return _right(following, facts, said.format(next=_go(following, facts)), (ShortPick(task.id, task.picked, damaged),))


def _right(state: State, facts: Facts, sentence: str, effects: tuple[Effect, ...] = ()) -> Step:
    screen, data = look(state, facts)
    return Step(state, effects, Answer(True, f"pick.{screen}", sentence, data))


def _wrong(state: State, facts: Facts, sentence: str, screen: str = "") -> Step:
    at, data = look(state, facts)
    return Step(state, (), Answer(False, f"pick.{screen or at}", sentence, data))
