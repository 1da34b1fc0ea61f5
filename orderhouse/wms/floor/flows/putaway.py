"""Put away what came in, and put back what was picked for a cancelled order: scan an item, carry it to the bin shown, scan it.

A scanned tote or carton narrows the work to its own put-backs. Another bin than the one suggested is taken when it is scanned
twice. A quantity keyed in with the bin puts part of a task. Commands: ``!skip``, ``!undo`` (what is in hand; right after a put,
that put, while nothing took from it) and ``!end``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows.effects import Effect, PutAway, UndoPut
from orderhouse.wms.floor.flows.machine import (
    Answer,
    State,
    Step,
    Successors,
    is_command,
    item_of,
    named,
    names_tote,
    shown,
    unknown_command,
)

SUCCESSORS: Successors = {
    "item": frozenset({"item", "bin", "ended"}),
    "bin": frozenset({"bin", "item", "ended"}),
    "ended": frozenset({"ended"}),
}

COMMANDS = ("!skip", "!undo", "!end")


@dataclass(slots=True)
class Task:
    """A putaway or put-back task: ``left`` units to do, ``source`` the dock or tote they lie in, ``bin`` where to. Where another
    ``badge`` has done it, ``left`` is what that badge put away."""

    id: int
    item_id: int
    sku: str
    name: str
    lots: tuple[str, ...]
    left: int
    source_id: int
    source: str
    location_id: int
    bin: str
    putback: bool = False
    badge: str = ""


@dataclass(slots=True)
class Bin:
    """A location a scan may name."""

    id: int
    kind: str
    active: bool


@dataclass(slots=True)
class Facts:
    """Open tasks in the order they are to be done, the bins, totes and barcodes scanned; what others have ``done`` of it lately,
    the latest first."""

    tasks: Sequence[Task]
    bins: Mapping[str, Bin] = field(default_factory=dict)
    totes: Mapping[str, int] = field(default_factory=dict)
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    done: Sequence[Task] = ()
    by_id: dict[int, Task] = field(init=False)
    by_item: dict[int, list[Task]] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {task.id: task for task in self.tasks}
        self.by_item = {}
        for task in self.tasks:
            self.by_item.setdefault(task.item_id, []).append(task)


def start(facts: Facts) -> State:
    """At the dock, with nothing in hand."""
    return {"at": "item"}


def resume(state: State, facts: Facts) -> State:
    """Where the work goes on: with the same task, while it is open."""
    return state if state["at"] == "item" or state.get("task") in facts.by_id else start(facts)


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """What a scan does in this state. See the module."""
    if state["at"] == "ended":
        return _wrong(state, facts, say.HAS_ENDED)
    if is_command(scan):
        return _command(state, scan, facts)
    if quantity is not None and quantity < 1:
        return _wrong(state, facts, say.QUANTITY_BELOW_ONE.format(quantity=quantity))
    if names_tote(scan) and not scan.gtin:
        return _source(state, scan, facts)
    if state["at"] == "item":
        return _item(state, scan, facts)
    task = facts.by_id.get(state["task"])
    if task is None or not task.left:
        done = next((each for each in facts.done if each.id == state["task"]), None)
        return _wrong(_item_again(state), facts, _nothing(state["sku"], state.get("source", ""), done), screen="stop")
    return _bin(state, scan, quantity, facts, task)


def look(state: State, facts: Facts) -> tuple[str, dict[str, Any]]:
    """The screen of a state and what it shows."""
    task = facts.by_id.get(state["task"]) if state["at"] == "bin" else None
    if task is None:
        return state["at"], {"source": state.get("source", "")}
    data = {"sku": task.sku, "name": task.name, "lot": " ".join(task.lots), "quantity": state["left"]}
    return "bin", data | {"bin": task.bin, "source": task.source}


def apply(facts: Facts, effect: Effect) -> None:
    """Let the picture of the tasks follow an effect."""
    if isinstance(effect, PutAway):
        facts.by_id[effect.task_id].left -= effect.quantity
    elif isinstance(effect, UndoPut):
        facts.by_id[effect.task_id].left += effect.quantity


def _item_again(state: State) -> State:
    again: State = {"at": "item"}
    if "source" in state:
        again |= {"source": state["source"], "source_id": state["source_id"]}
    return again


def _source(state: State, scan: Scan, facts: Facts) -> Step:
    code = scan.value
    if code not in facts.totes:
        return _wrong(state, facts, say.UNKNOWN_TOTE.format(scanned=shown(scan)))
    tasks = sum(1 for task in facts.tasks if task.source_id == facts.totes[code] and task.left)
    if not tasks:
        done = next((each for each in facts.done if each.source_id == facts.totes[code]), None)
        told = say.TOTE_DONE_BY_ANOTHER.format(tote=code, badge=done.badge) if done else say.NOTHING_IN_TOTE.format(tote=code)
        return _wrong(state, facts, told)
    following = {"at": "item", "source": code, "source_id": facts.totes[code]}
    return _right(following, facts, say.TOTE_TO_PUT_BACK.format(tote=code, tasks=tasks))


def _item(state: State, scan: Scan, facts: Facts) -> Step:
    found = item_of(scan, facts.barcodes)
    if found is None:
        return _wrong(state, facts, say.NO_ITEM_HAS_IT.format(scanned=shown(scan)))
    source = state.get("source_id")
    lot = scan.serial or scan.lot

    def meant(task: Task) -> bool:
        here = task.source_id == source if source else not task.putback
        return here and (not lot or not task.lots or lot in task.lots or scan.lot in task.lots)

    for task in facts.by_item.get(found[0], ()):
        if task.left and meant(task):
            following = {**_item_again(state), "at": "bin", "task": task.id, "left": task.left, "sku": task.sku}
            return _right(following, facts, say.TAKE_TO_BIN.format(quantity=task.left, sku=task.sku, bin=task.bin))
    done = next((each for each in facts.done if each.item_id == found[0] and meant(each)), None)
    return _wrong(state, facts, _nothing(named(scan, facts.barcodes, facts.names), state.get("source", ""), done))


def _nothing(sku: str, source: str, done: Task | None) -> str:
    """Nothing of an item is left to put away: who was faster, where that is known."""
    where = say.IN_TOTE.format(tote=source) if source else ""
    if done is None:
        return say.NOTHING_TO_PUT_AWAY.format(sku=sku, where=where)
    return say.PUT_BY_ANOTHER.format(badge=done.badge, quantity=done.left, sku=sku, where=where)


def _bin(state: State, scan: Scan, quantity: int | None, facts: Facts, task: Task) -> Step:
    code = scan.value
    if code == task.bin:
        location_id = task.location_id
    else:
        bin_ = facts.bins.get(code) if scan.kind in (ScanKind.LOCATION, ScanKind.TEXT) else None
        if bin_ is None:
            if scan.kind not in (ScanKind.LOCATION, ScanKind.TEXT) or item_of(scan, facts.barcodes):
                scanned = named(scan, facts.barcodes, facts.names)
                return _wrong(state, facts, say.EXPECTED_BIN.format(expected=task.bin, scanned=scanned))
            return _wrong(state, facts, say.UNKNOWN_BIN.format(scanned=shown(scan)))
        if bin_.kind != "bin" or not bin_.active:
            return _wrong(state, facts, say.NOT_A_BIN.format(scanned=code))
        if state.get("other") != code:
            return _wrong({**state, "other": code}, facts, say.OTHER_BIN.format(expected=task.bin, scanned=code))
        location_id = bin_.id
    units = task.left if quantity is None else quantity
    if units > task.left:
        return _wrong(state, facts, say.TOO_MANY_TO_PUT.format(left=task.left, sku=task.sku, quantity=units))
    effects = (PutAway(task.id, location_id, units),)
    last = {"task": task.id, "place": location_id, "units": units, "sku": task.sku, "source": task.source, "back": task.putback}
    if left := task.left - units:
        told = say.PUT_SOME.format(quantity=units, bin=code, left=left, sku=task.sku, suggested=task.bin)
        following = {key: value for key, value in state.items() if key != "other"} | {"left": left, "last": last}
        return _right(following, facts, told, effects)
    return _right({**_item_again(state), "last": last}, facts, say.PUT.format(quantity=units, sku=task.sku, bin=code), effects)


def _command(state: State, scan: Scan, facts: Facts) -> Step:
    if scan.value not in COMMANDS:
        return _wrong(state, facts, unknown_command(scan, COMMANDS))
    if scan.value == "!end":
        return _right({"at": "ended"}, facts, say.ENDED)
    last = state.get("last")
    if scan.value == "!undo" and last is not None:
        return _undo(state, facts, last)
    if state["at"] == "bin":
        return _right(_item_again(state), facts, say.LEFT_THERE.format(sku=state["sku"]))
    if "source" in state:
        return _right({"at": "item"}, facts, say.SCAN_AN_ITEM)
    return _wrong(state, facts, say.NOTHING_TO_UNDO)


def _undo(state: State, facts: Facts, last: State) -> Step:
    """What the last scan put goes back to where it came from."""
    if last["back"]:
        return _wrong(state, facts, say.UNDO_PUT_BACK.format(sku=last["sku"]))
    if last["task"] not in facts.by_id:
        return _wrong(state, facts, say.BOOKED)
    effects = (UndoPut(last["task"], last["place"], last["units"]),)
    told = say.PUT_UNDONE.format(quantity=last["units"], sku=last["sku"], source=last["source"])
    return _right(_item_again(state), facts, told, effects)


def _right(state: State, facts: Facts, sentence: str, effects: tuple[Effect, ...] = ()) -> Step:
    screen, data = look(state, facts)
    return Step(state, effects, Answer(True, f"putaway.{screen}", sentence, data))


def _wrong(state: State, facts: Facts, sentence: str, screen: str = "") -> Step:
    at, data = look(state, facts)
    return Step(state, (), Answer(False, f"putaway.{screen or at}", sentence, data))
