"""What all flows share: states, answers, steps, and how a scan names an item, a bin or a tote. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple, Protocol

from orderhouse.kernel.errors import Refusal
from orderhouse.wms.floor import sentences
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows.effects import Effect

State = dict[str, Any]
"""Where an operator stands: ``at`` names the state, the rest is what that state needs. Small, and JSON."""

Successors = dict[str, frozenset[str]]
"""For each state the states a scan may lead to."""


class Answer(NamedTuple):
    """What a scan is told: whether it was right, which screen comes next, one sentence, and what the screen shows."""

    ok: bool
    screen: str
    sentence: str
    data: dict[str, Any]


class Step(NamedTuple):
    """What one scan does: the next state, the effects to post, the answer."""

    state: State
    effects: tuple[Effect, ...]
    answer: Answer


class Flow(Protocol):
    """A flow is a module of these; facts are the flow's own picture of the world, gathered before and kept true by ``apply``."""

    SUCCESSORS: Successors

    def start(self, facts: Any) -> State: ...
    def resume(self, state: State, facts: Any) -> State: ...
    def step(self, state: State, scan: Scan, quantity: int | None, facts: Any) -> Step: ...
    def look(self, state: State, facts: Any) -> tuple[str, dict[str, Any]]: ...
    def apply(self, facts: Any, effect: Any) -> None: ...


class IllegalStep(Refusal):
    """A flow's code left its own table."""

    sentence = "The {flow} flow cannot go from {state} to {wanted}; it may go to {allowed}."
    remedy = "Start the work again and tell us how you came here."


def check_step(flow: str, successors: Successors, before: State, after: State) -> None:
    """Refuse (:class:`IllegalStep`) a step the flow's table does not name."""
    if after["at"] not in successors[before["at"]]:
        allowed = ", ".join(sorted(successors[before["at"]]))
        raise IllegalStep(flow=flow, state=before["at"], wanted=after["at"], allowed=allowed)


def shown(scan: Scan) -> str:
    """The scan as a sentence quotes it."""
    text = scan.value if len(scan.value) <= 40 else scan.value[:39] + "…"
    return text if scan.kind is not ScanKind.GTIN else text.lstrip("0") or text


def item_codes(scan: Scan) -> Iterable[str]:
    """The texts under which the catalog may know what was scanned, best first."""
    if scan.gtin:
        yield scan.gtin
    yield scan.value
    if scan.raw:
        yield scan.raw.strip()


def item_of(scan: Scan, barcodes: Mapping[str, tuple[int, int]]) -> tuple[int, int] | None:
    """The item a scan names and the base units it stands for: by its barcode, times the count it carries (AI 30, 37)."""
    for code in item_codes(scan):
        if found := barcodes.get(code):
            return (found[0], found[1] * scan.quantity) if scan.quantity else found
    return None


_NOUNS = {
    ScanKind.LOCATION: "bin",
    ScanKind.TOTE: "tote",
    ScanKind.BADGE: "badge",
    ScanKind.CART: "cart",
    ScanKind.SSCC: "carton",
}


def named(scan: Scan, barcodes: Mapping[str, tuple[int, int]], names: Mapping[int, str]) -> str:
    """What was scanned, as people call it: ``bin A-12-3``, ``tote T1``, ``TEE Tea towel``; else the text itself."""
    found = item_of(scan, barcodes)
    if found is not None and found[0] in names:
        return names[found[0]]
    noun = _NOUNS.get(scan.kind)
    return f"{noun} {shown(scan)}" if noun else shown(scan)


def called(sku: str, name: str) -> str:
    """An item as a sentence names it: its SKU, and its name where that says more."""
    return f"{sku} {name}" if name and name.casefold() != sku.casefold() else sku


def is_command(scan: Scan) -> bool:
    """Whether the operator commanded instead of scanning goods: ``!short``, ``!undo``."""
    return scan.kind is ScanKind.TEXT and scan.value.startswith("!")


def names_tote(scan: Scan) -> bool:
    """Whether this may be the label of a tote or carton."""
    return scan.kind is ScanKind.TOTE or scan.kind is ScanKind.SSCC


def unknown_command(scan: Scan, allowed: Iterable[str]) -> str:
    return sentences.UNKNOWN_COMMAND.format(command=shown(scan), allowed=", ".join(sorted(allowed)))
