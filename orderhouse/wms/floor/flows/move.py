"""Move stock: scan the bin or tote it lies in, scan what is taken (units one by one, or keyed in), scan the bin it goes to.

Only free units move: what is allocated waits for its pick, what lies on a dock or in a tote for its put-away. An item of several
lots in one place is asked for its lot, unless the barcode says it (GS1 AI 10, 21). Commands: ``!undo`` (the last unit's item, the
place, or right after a move that move, while the units are still free) and ``!end``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows.effects import Effect, MoveStock
from orderhouse.wms.floor.flows.machine import (
    Answer,
    State,
    Step,
    Successors,
    is_command,
    item_of,
    named,
    shown,
    unknown_command,
)

SUCCESSORS: Successors = {
    "source": frozenset({"source", "item", "ended"}),
    "item": frozenset({"item", "lot", "bin", "source", "ended"}),
    "lot": frozenset({"lot", "bin", "item"}),
    "bin": frozenset({"bin", "item", "source"}),
    "ended": frozenset({"ended"}),
}

COMMANDS = ("!undo", "!end")


@dataclass(slots=True)
class Holding:
    """Units of an item and lot at a place: ``free`` may be moved, ``allocated`` are picked soon, ``waiting`` are put away soon.
    ``lot`` is the lot or serial number, "" for none; ``single`` for a serial."""

    item_id: int
    sku: str
    lot_id: int
    lot: str
    free: int
    allocated: int = 0
    waiting: int = 0
    single: bool = False


@dataclass(slots=True)
class Place:
    """A bin, dock or bench, or a tote, pallet or parcel (``kind`` says which), and what lies there."""

    id: int
    code: str
    kind: str
    active: bool
    holdings: list[Holding] = field(default_factory=list)


@dataclass(slots=True)
class Facts:
    """The places scanned and the one taken from, by code; the barcodes scanned with their items' names."""

    places: dict[str, Place] = field(default_factory=dict)
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)


def start(facts: Facts) -> State:
    """Before any bin."""
    return {"at": "source"}


def resume(state: State, facts: Facts) -> State:
    """Where moving goes on: with the units in hand."""
    return start(facts) if state["at"] == "ended" else state


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """What a scan does in this state. See the module."""
    at = state["at"]
    if at == "ended":
        return _wrong(state, facts, say.HAS_ENDED)
    if is_command(scan):
        return _command(state, scan, facts)
    if quantity is not None and quantity < 1:
        return _wrong(state, facts, say.QUANTITY_BELOW_ONE.format(quantity=quantity))
    if at == "source":
        return _source(state, scan, facts)
    if at == "item":
        return _item(state, scan, quantity, facts)
    if at == "lot":
        text = scan.serial or scan.lot or scan.raw.strip() or scan.value
        return _take({**state, "at": "item"}, state["item"], state["counted"], text, facts, at="lot")
    return _bin(state, scan, quantity, facts)


def look(state: State, facts: Facts) -> tuple[str, dict[str, Any]]:
    """The screen of a state and what it shows."""
    shown_: dict[str, Any] = {key: state[key] for key in ("source", "sku", "lot", "counted") if key in state}
    if state["at"] == "item" and (place := facts.places.get(state["source"])):
        shown_["holds"] = [[f"{h.sku} {h.lot}".strip(), h.free] for h in place.holdings if h.free > 0][:50]
    return state["at"], shown_


def apply(facts: Facts, effect: Effect) -> None:
    """Let the picture of the places follow a move."""
    if not isinstance(effect, MoveStock):
        return
    moved: Holding | None = None
    for place in facts.places.values():
        for holding in place.holdings:
            if place.id == effect.source_place_id and (holding.item_id, holding.lot_id) == (effect.item_id, effect.lot_id):
                holding.free -= effect.quantity
                moved = holding
    for place in facts.places.values():
        if place.id == effect.place_id and moved is not None:
            lies = next((h for h in place.holdings if (h.item_id, h.lot_id) == (effect.item_id, effect.lot_id)), None)
            if lies is None:
                lies = Holding(moved.item_id, moved.sku, moved.lot_id, moved.lot, 0, single=moved.single)
                place.holdings.append(lies)
            lies.free += effect.quantity


def _source(state: State, scan: Scan, facts: Facts) -> Step:
    place = facts.places.get(scan.value)
    if place is None:
        scanned = named(scan, facts.barcodes, facts.names)
        known = item_of(scan, facts.barcodes) is not None
        return _wrong(state, facts, (say.EXPECTED_A_BIN if known else say.MOVE_UNKNOWN_PLACE).format(scanned=scanned))
    if not any(holding.free > 0 for holding in place.holdings):
        reasons = _reasons(place.holdings)
        told = say.MOVE_NOTHING_THERE.format(source=_place(place))
        return _wrong(state, facts, f"{told[:-1]}: {reasons}." if reasons else told)
    following = {"at": "item", "source": place.code, "source_id": place.id, "kind": place.kind}
    return _right(following, facts, say.MOVE_ITEM.format(source=_place(place)))


def _item(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    found = item_of(scan, facts.barcodes)
    if found is None:
        if scan.value in facts.places:
            return _source(state, scan, facts)
        return _wrong(state, facts, say.NO_ITEM_HAS_IT.format(scanned=named(scan, facts.barcodes, facts.names)))
    return _take(state, found[0], quantity or found[1], scan.serial or scan.lot or "", facts, scan=scan)


def _take(state: State, item_id: int, units: int, lot: str, facts: Facts, *, scan: Scan | None = None, at: str = "item") -> Step:
    """Units of an item out of the source, once its lot is known."""
    place = facts.places.get(state["source"])
    source = state["source"]
    here = [h for h in place.holdings if h.item_id == item_id] if place else []
    if not here:
        holds = ", ".join(dict.fromkeys(h.sku for h in place.holdings)) if place and place.holdings else "nothing"
        sku = named(scan, facts.barcodes, facts.names) if scan else state.get("sku", "")
        return _wrong(_at_source(state), facts, say.MOVE_NOT_THERE.format(sku=sku, source=source, holds=holds))
    sku = here[0].sku
    lots = sorted({h.lot for h in here})
    if lot and any(lots):
        wanted = [h for h in here if h.lot == lot]
        if not wanted:
            told = say.MOVE_NO_LOT.format(source=source, scanned=lot, sku=sku, lots=", ".join(filter(None, lots)))
            return _wrong({**state, "at": at}, facts, told)
        here = wanted
    if len({h.lot_id for h in here}) > 1:
        asked = {**_at_source(state), "at": "lot", "item": item_id, "sku": sku, "counted": units}
        return _right(asked, facts, say.MOVE_WHICH_LOT.format(source=source, sku=sku, lots=", ".join(filter(None, lots))))
    holding = here[0]
    if units > holding.free:
        taken = _reasons([holding]) or "that is all the book has there"
        told = say.MOVE_NOT_FREE.format(free=max(0, holding.free), sku=sku, source=source, taken=taken)
        return _wrong(_at_source(state), facts, told)
    following = {**_at_source(state), "at": "bin", "item": item_id, "sku": sku, "lot_id": holding.lot_id, "lot": holding.lot}
    following["counted"] = units
    return _right(following, facts, say.MOVE_COUNTED.format(counted=units, sku=sku))


def _bin(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    found = item_of(scan, facts.barcodes)
    if found is not None:
        lot = scan.serial or scan.lot or state["lot"]
        if found[0] != state["item"] or lot != state["lot"]:
            return _wrong(state, facts, say.MOVE_OTHER_ITEM.format(counted=state["counted"], sku=state["sku"]))
        step = _take(state, state["item"], state["counted"] + (quantity or found[1]), state["lot"], facts)
        return step if step.answer.ok else _wrong(state, facts, step.answer.sentence)
    place = facts.places.get(scan.value)
    if place is None and scan.kind in (ScanKind.LOCATION, ScanKind.TEXT):
        return _wrong(state, facts, say.UNKNOWN_BIN.format(scanned=shown(scan)))
    if place is None or place.kind != "bin" or not place.active:
        scanned = named(scan, facts.barcodes, facts.names)
        return _wrong(state, facts, (say.EXPECTED_A_BIN if place is None else say.NOT_A_BIN).format(scanned=scanned))
    if place.id == state["source_id"]:
        return _wrong(state, facts, say.MOVE_SAME_PLACE)
    units = state["counted"]
    effect = MoveStock(state["source_id"], place.id, state["item"], state["lot_id"], units)
    told = say.MOVED.format(quantity=units, sku=state["sku"], source=state["source"], bin=place.code)
    last = {"moved": list(effect), "sku": state["sku"], "source": state["source"]}
    return _right({"at": "source", "last": last}, facts, told, (effect,))


def _command(state: State, scan: Scan, facts: Facts) -> Step:
    at = state["at"]
    if scan.value not in COMMANDS:
        return _wrong(state, facts, unknown_command(scan, COMMANDS))
    if scan.value == "!end":
        if at in ("bin", "lot"):
            return _wrong(state, facts, say.MOVE_OTHER_ITEM.format(counted=state["counted"], sku=state["sku"]))
        return _right({"at": "ended"}, facts, say.ENDED)
    if at in ("bin", "lot"):
        return _right(_at_source(state), facts, say.LEFT_THERE.format(sku=state["sku"]))
    if at == "item":
        return _right({"at": "source"}, facts, say.MOVE_SOURCE)
    last = state.get("last")
    if last is None:
        return _wrong(state, facts, say.NOTHING_TO_UNDO)
    moved = MoveStock(*last["moved"])
    back = moved._replace(source_place_id=moved.place_id, place_id=moved.source_place_id)
    told = say.MOVE_UNDONE.format(quantity=moved.quantity, sku=last["sku"], source=last["source"])
    return _right({"at": "source"}, facts, told, (back,))


def _at_source(state: State) -> State:
    return {"at": "item"} | {key: state[key] for key in ("source", "source_id", "kind")}


def _place(place: Place) -> str:
    return f"{place.kind.replace('_', ' ').capitalize()} {place.code}"


def _reasons(holdings: list[Holding]) -> str:
    """Why units of these may not be moved: ``3 are picked for orders soon, 2 wait to be put away``."""
    allocated, waiting = sum(h.allocated for h in holdings), sum(h.waiting for h in holdings)
    parts = [say.MOVE_ALLOCATED.format(units=allocated)] if allocated else []
    return ", ".join([*parts, say.MOVE_ON_TASK.format(units=waiting)] if waiting else parts)


def _right(state: State, facts: Facts, sentence: str, effects: tuple[Effect, ...] = ()) -> Step:
    screen, data = look(state, facts)
    return Step(state, effects, Answer(True, f"move.{screen}", sentence, data))


def _wrong(state: State, facts: Facts, sentence: str) -> Step:
    at, data = look(state, facts)
    return Step(state, (), Answer(False, f"move.{at}", sentence, data))
