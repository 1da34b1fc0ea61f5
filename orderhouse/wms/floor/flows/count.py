"""Count bins, blind: scan a bin, scan its item, say how many there are. The book's figure is never shown.

The quantity is keyed in with the item, or the units are scanned one by one and ended with ``!done``. ``!empty`` counts the whole
bin as 0. Also ``!skip`` (leave the bin), ``!undo`` and ``!end``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows.effects import CountBin, Effect
from orderhouse.wms.floor.flows.machine import Answer, State, Step, Successors, is_command, item_of, shown, unknown_command

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
    open: bool = True


@dataclass(slots=True)
class Facts:
    """The open count tasks of the bins at hand, and the barcodes scanned."""

    tasks: Sequence[Task]
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
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
    if state["at"] == "count" and _is_open(facts, state["task"]):
        return state
    return {"at": "item", "bin": state["bin"]} if facts.open_in(state.get("bin", "")) else start(facts)


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """What a scan does in this state. See the module."""
    at = state["at"]
    if at == "ended":
        return _wrong(state, facts, say.HAS_ENDED)
    if at == "count" and not _is_open(facts, state["task"]):
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
    if state["at"] == "count":
        data |= {"sku": state["sku"], "counted": state["counted"]}
    return state["at"], data


def apply(facts: Facts, effect: Effect) -> None:
    """A counted task is closed."""
    if isinstance(effect, CountBin):
        facts.by_id[effect.task_id].open = False


def _is_open(facts: Facts, task_id: int) -> bool:
    task = facts.by_id.get(task_id)
    return task is not None and task.open


def _bin(state: State, scan: Scan, facts: Facts) -> Step:
    if scan.kind not in (ScanKind.LOCATION, ScanKind.TEXT):
        return _wrong(state, facts, say.SCAN_A_BIN)
    if not facts.open_in(scan.value):
        return _wrong(state, facts, say.NOTHING_TO_COUNT.format(bin=shown(scan)))
    return _right({"at": "item", "bin": scan.value}, facts, say.COUNT_THE_BIN.format(bin=scan.value))


def _item(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    found = item_of(scan, facts.barcodes)
    if found is None:
        return _wrong(state, facts, say.NO_ITEM_HAS_IT.format(scanned=shown(scan)))
    task = next((task for task in facts.open_in(state["bin"]) if task.item_id == found[0]), None)
    if task is None:
        return _wrong(state, facts, say.NOT_TO_COUNT.format(sku=shown(scan), bin=state["bin"]))
    if state["at"] == "count" and task.id != state["task"]:
        return _wrong(state, facts, say.COUNT_IN_HAND.format(sku=state["sku"]))
    if quantity is not None:
        return _counted(task, quantity, facts)
    counted = state.get("counted", 0) + found[1]
    following = {"at": "count", "bin": state["bin"], "task": task.id, "sku": task.sku, "counted": counted}
    return _right(following, facts, say.COUNTING.format(counted=counted, sku=task.sku))


def _counted(task: Task, counted: int, facts: Facts) -> Step:
    more = any(other is not task for other in facts.open_in(task.bin))
    then = say.NEXT_IN_BIN.format(bin=task.bin) if more else say.SCAN_A_BIN
    following = {"at": "item", "bin": task.bin} if more else {"at": "bin"}
    told = say.COUNT_NOTED.format(counted=counted, sku=task.sku, next=then)
    return _right(following, facts, told, (CountBin(task.id, counted),))


def _command(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    command, at = scan.value, state["at"]
    if command not in COMMANDS:
        return _wrong(state, facts, unknown_command(scan, COMMANDS))
    if command == "!end":
        return _right({"at": "ended"}, facts, say.ENDED)
    if at == "bin":
        return _wrong(state, facts, say.SCAN_A_BIN)
    if command == "!done":
        if at != "count":
            return _wrong(state, facts, say.COUNT_THE_BIN.format(bin=state["bin"]))
        if quantity is not None and quantity < 0:
            return _wrong(state, facts, say.QUANTITY_BELOW_ZERO.format(quantity=quantity))
        return _counted(facts.by_id[state["task"]], state["counted"] if quantity is None else quantity, facts)
    if at == "count":
        if command == "!empty":
            return _wrong(state, facts, say.COUNT_IN_HAND.format(sku=state["sku"]))
        return _right({"at": "item", "bin": state["bin"]}, facts, say.UNDONE)
    if command == "!undo":
        return _wrong(state, facts, say.NOTHING_TO_UNDO)
    if command == "!skip":
        return _right({"at": "bin"}, facts, say.SCAN_A_BIN)
    effects = tuple(CountBin(task.id, 0) for task in facts.open_in(state["bin"]))
    return _right({"at": "bin"}, facts, say.BIN_EMPTY_NOTED.format(bin=state["bin"]), effects)


def _right(state: State, facts: Facts, sentence: str, effects: tuple[Effect, ...] = ()) -> Step:
    screen, data = look(state, facts)
    return Step(state, effects, Answer(True, f"count.{screen}", sentence, data))


def _wrong(state: State, facts: Facts, sentence: str, screen: str = "") -> Step:
    at, data = look(state, facts)
    return Step(state, (), Answer(False, f"count.{screen or at}", sentence, data))
