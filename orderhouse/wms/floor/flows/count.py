"""Count bins, blind: scan a bin, scan its item, say how many there are. The book's figure is never shown.

The quantity is keyed in with the item, or the units are scanned one by one and ended with ``!done``. ``!empty`` counts the whole
bin as 0. Also ``!skip`` (leave the bin), ``!undo`` (what is being counted, else the last count) and ``!end``.

A bin nobody asked to be counted is counted all the same (``here`` in the state): item by item, any item; ``!done`` between two
items ends the bin, and what the book has there that was not scanned counts as 0, as all of it does after ``!empty``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows.effects import CountAgain, CountBin, CountHere, Effect
from orderhouse.wms.floor.flows.machine import Answer, State, Step, Successors, is_command, item_of, named, shown, unknown_command

SUCCESSORS: Successors = {
    "bin": frozenset({"bin", "item", "ended"}),
    "item": frozenset({"item", "count", "bin", "ended"}),
    "count": frozenset({"count", "item", "bin", "ended"}),
    "ended": frozenset({"ended"}),
}

COMMANDS = ("!done", "!empty", "!skip", "!undo", "!end")


@dataclass(slots=True)
class Task:
    """An item to count in a bin."""

    id: int
    bin: str
    item_id: int
    sku: str
    name: str
    location_id: int = 0
    open: bool = True


@dataclass(slots=True)
class Bin:
    """A bin a scan may name: the items the book has in it."""

    id: int
    items: frozenset[int]


@dataclass(slots=True)
class Facts:
    """The open count tasks of the bins at hand, the barcodes scanned, and the bins scanned."""

    tasks: Sequence[Task]
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    bins: Mapping[str, Bin] = field(default_factory=dict)
    by_bin: dict[str, list[Task]] = field(init=False)
    by_id: dict[int, Task] = field(init=False)

    def __post_init__(self) -> None:
        self.by_id = {task.id: task for task in self.tasks}
        self.by_bin = {}
        for task in self.tasks:
            self.by_bin.setdefault(task.bin, []).append(task)

    def open_in(self, bin_: str) -> list[Task]:
        return [task for task in self.by_bin.get(bin_, ()) if task.open]


def start(facts: Facts) -> State:
    """Before any bin."""
    return {"at": "bin"}


def resume(state: State, facts: Facts) -> State:
    """Where counting goes on: in the same bin, while it has something to count."""
    if "here" in state or (state["at"] == "count" and _is_open(facts, state["task"])):
        return state
    return {"at": "item", "bin": state["bin"]} if facts.open_in(state.get("bin", "")) else start(facts)


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """What a scan does in this state. See the module."""
    at = state["at"]
    if at == "ended":
        return _wrong(state, facts, say.HAS_ENDED)
    if at == "count" and "here" not in state and not _is_open(facts, state["task"]):
        told = say.NOT_TO_COUNT.format(sku=state["sku"], bin=state["bin"])
        return _wrong({"at": "item", "bin": state["bin"]}, facts, told, screen="stop")
    if is_command(scan):
        return _command(state, scan, quantity, facts)
    if quantity is not None and quantity < 0:
        return _wrong(state, facts, say.QUANTITY_BELOW_ZERO.format(quantity=quantity))
    if at == "bin" or scan.kind is ScanKind.LOCATION:
        if at == "count":
            return _wrong(state, facts, say.COUNT_IN_HAND.format(sku=state["sku"]))
        return _bin(state, scan, facts)
    return _item(state, scan, quantity, facts)


def look(state: State, facts: Facts) -> tuple[str, dict[str, Any]]:
    """The screen of a state and what it shows."""
    if state["at"] in ("bin", "ended"):
        return state["at"], {}
    data: dict[str, Any] = {"bin": state["bin"], "items": len(facts.open_in(state["bin"]))}
    if "here" in state:
        data["seen"] = len(state["seen"])
    if state["at"] == "count":
        data |= {"sku": state["sku"], "counted": state["counted"]}
    return state["at"], data


def apply(facts: Facts, effect: Effect) -> None:
    """A counted task is closed."""
    if isinstance(effect, CountBin):
        facts.by_id[effect.task_id].open = False
    elif isinstance(effect, CountAgain):
        for task in facts.tasks:
            task.open = task.open or (task.location_id, task.item_id) in effect.pairs


def _is_open(facts: Facts, task_id: int) -> bool:
    task = facts.by_id.get(task_id)
    return task is not None and task.open


def _bin(state: State, scan: Scan, facts: Facts) -> Step:
    if scan.kind not in (ScanKind.LOCATION, ScanKind.TEXT):
        return _wrong(state, facts, say.EXPECTED_A_BIN.format(scanned=named(scan, facts.barcodes, facts.names)))
    if not facts.open_in(scan.value):
        bin_ = facts.bins.get(scan.value)
        if bin_ is None:
            told = say.EXPECTED_A_BIN.format(scanned=named(scan, facts.barcodes, facts.names))
            unknown = say.NO_SUCH_BIN_TO_COUNT.format(bin=shown(scan))
            return _wrong(state, facts, unknown if scan.kind is ScanKind.LOCATION else told)
        following = {"at": "item", "bin": scan.value, "here": bin_.id, "seen": []}
        return _right(following, facts, say.COUNT_THIS_BIN.format(bin=scan.value))
    return _right({"at": "item", "bin": scan.value}, facts, say.COUNT_THE_BIN.format(bin=scan.value))


def _item(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    found = item_of(scan, facts.barcodes)
    if found is None:
        return _wrong(state, facts, say.NO_ITEM_HAS_IT.format(scanned=shown(scan)))
    if "here" in state:
        return _item_here(state, scan, quantity, facts, found)
    task = next((task for task in facts.open_in(state["bin"]) if task.item_id == found[0]), None)
    if task is None:
        return _wrong(state, facts, say.NOT_TO_COUNT.format(sku=named(scan, facts.barcodes, facts.names), bin=state["bin"]))
    if state["at"] == "count" and task.id != state["task"]:
        return _wrong(state, facts, say.COUNT_IN_HAND.format(sku=state["sku"]))
    if quantity is not None:
        return _counted(task, quantity, facts)
    counted = state.get("counted", 0) + found[1]
    following = {"at": "count", "bin": state["bin"], "task": task.id, "sku": task.sku, "counted": counted}
    return _right(following, facts, say.COUNTING.format(counted=counted, sku=task.sku))


def _item_here(state: State, scan: Scan, quantity: int | None, facts: Facts, found: tuple[int, int]) -> Step:
    """An item of a bin nobody asked to be counted."""
    item_id = found[0]
    name = named(scan, facts.barcodes, facts.names)
    if item_id in state["seen"]:
        return _wrong(state, facts, say.THIS_BIN_ALREADY.format(sku=name))
    if state["at"] == "count" and state["item"] != item_id:
        return _wrong(state, facts, say.COUNT_IN_HAND.format(sku=state["sku"]))
    counted = quantity if quantity is not None else state.get("counted", 0) + found[1]
    following = {**state, "at": "count", "task": 0, "item": item_id, "sku": name, "counted": counted}
    if quantity is not None:
        return _counted_here(following, quantity, facts)
    return _right(following, facts, say.COUNTING.format(counted=counted, sku=name))


def _counted_here(state: State, counted: int, facts: Facts) -> Step:
    effects = (CountHere(state["here"], state["item"], counted),)
    following: State = {"at": "item", "bin": state["bin"], "here": state["here"], "seen": [*state["seen"], state["item"]]}
    following["last"] = {"bin": state["bin"], "what": state["sku"], "pairs": [[state["here"], state["item"]]], "here": True}
    then = say.NEXT_IN_BIN.format(bin=state["bin"]) + " Nothing more: !done."
    return _right(following, facts, say.COUNT_NOTED.format(counted=counted, sku=state["sku"], next=then), effects)


def _bin_done(state: State, facts: Facts) -> Step:
    """The bin at hand is finished: what the book has there and nobody scanned counts as 0."""
    bin_ = facts.bins.get(state["bin"])
    rest = sorted(bin_.items - set(state["seen"])) if bin_ else []
    effects = tuple(CountHere(state["here"], item_id, 0) for item_id in rest)
    said = say.THIS_BIN_COUNTED if state["seen"] else say.BIN_EMPTY_NOTED
    last = {"bin": state["bin"], "what": "everything", "pairs": [[state["here"], item_id] for item_id in rest], "here": True}
    return _right({"at": "bin", "last": last}, facts, said.format(bin=state["bin"]), effects)


def _undo(state: State, facts: Facts) -> Step:
    """Set the last count aside: the bin is counted again. The same words whatever it found."""
    last = state.get("last")
    if not last or not last["pairs"]:
        return _wrong(state, facts, say.NOTHING_TO_UNDO)
    again = [item_id for _, item_id in last["pairs"]]
    following: State = {"at": "item", "bin": last["bin"]}
    if last["here"]:
        seen = [item_id for item_id in state.get("seen", []) if item_id not in again]
        following |= {"here": last["pairs"][0][0], "seen": seen}
    told = say.SET_ASIDE_COUNT.format(what=last["what"], bin=last["bin"])
    return _right(following, facts, told, (CountAgain(tuple((place, item) for place, item in last["pairs"])),))


def _counted(task: Task, counted: int, facts: Facts) -> Step:
    more = any(other is not task for other in facts.open_in(task.bin))
    then = say.NEXT_IN_BIN.format(bin=task.bin) if more else say.SCAN_A_BIN
    following: State = {"at": "item", "bin": task.bin} if more else {"at": "bin"}
    if task.location_id:
        pairs = [[task.location_id, task.item_id]]
        following["last"] = {"bin": task.bin, "what": task.sku, "pairs": pairs, "here": False}
    told = say.COUNT_NOTED.format(counted=counted, sku=task.sku, next=then)
    return _right(following, facts, told, (CountBin(task.id, counted),))


def _command(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    command, at = scan.value, state["at"]
    if command not in COMMANDS:
        return _wrong(state, facts, unknown_command(scan, COMMANDS))
    if command == "!end":
        return _right({"at": "ended"}, facts, say.ENDED)
    if command == "!undo" and at != "count":
        return _undo(state, facts)
    if at == "bin":
        return _wrong(state, facts, say.SCAN_A_BIN)
    if command == "!done":
        if at != "count" and "here" in state:
            return _bin_done(state, facts)
        if at != "count":
            return _wrong(state, facts, say.COUNT_THE_BIN.format(bin=state["bin"]))
        if quantity is not None and quantity < 0:
            return _wrong(state, facts, say.QUANTITY_BELOW_ZERO.format(quantity=quantity))
        counted = state["counted"] if quantity is None else quantity
        return _counted_here(state, counted, facts) if "here" in state else _counted(facts.by_id[state["task"]], counted, facts)
    if at == "count":
        if command == "!empty":
            return _wrong(state, facts, say.COUNT_IN_HAND.format(sku=state["sku"]))
        kept: State = {key: state[key] for key in ("bin", "here", "seen") if key in state}
        return _right({"at": "item", **kept}, facts, say.UNDONE)
    if command == "!skip":
        return _right({"at": "bin"}, facts, say.SCAN_A_BIN)
    if "here" in state:
        if state["seen"]:
            return _wrong(state, facts, say.COUNT_THIS_BIN.format(bin=state["bin"]))
        return _bin_done(state, facts)
    tasks = facts.open_in(state["bin"])
    effects = tuple(CountBin(task.id, 0) for task in tasks)
    pairs = [[task.location_id, task.item_id] for task in tasks if task.location_id]
    last = {"bin": state["bin"], "what": "everything", "pairs": pairs, "here": False}
    return _right({"at": "bin", "last": last}, facts, say.BIN_EMPTY_NOTED.format(bin=state["bin"]), effects)


def _right(state: State, facts: Facts, sentence: str, effects: tuple[Effect, ...] = ()) -> Step:
    screen, data = look(state, facts)
    return Step(state, effects, Answer(True, f"count.{screen}", sentence, data))


def _wrong(state: State, facts: Facts, sentence: str, screen: str = "") -> Step:
    at, data = look(state, facts)
    return Step(state, (), Answer(False, f"count.{screen or at}", sentence, data))
