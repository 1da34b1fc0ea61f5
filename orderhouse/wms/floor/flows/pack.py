"""Pack what was picked: scan a tote, check every unit of its order, close the parcel with its weight, take the next tote.

Checks are kept in the state and posted with the closing, so that an interrupted order is simply checked again. An order picked
into several totes is packed as one parcel, or as several: ``!box`` with the weight ends one and goes on with the next. Nothing
closes over a missing unit. A scanned carton is the one taken; a weight far from what the contents weigh must be said twice.
Commands: ``!close`` and ``!box`` with the weight in grams (without it the computed one), ``!skip`` (set the order aside),
``!undo`` (the last unit, or the last parcel not posted yet) and ``!end``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan
from orderhouse.wms.floor.flows.effects import Effect, Packed, PackParcel
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
from orderhouse.wms.packing.rules import Carton, Load, fits, suggest, weight_is_off

SUCCESSORS: Successors = {
    "tote": frozenset({"tote", "unit", "ended"}),
    "unit": frozenset({"unit", "close", "tote", "ended"}),
    "close": frozenset({"close", "unit", "tote", "ended"}),
    "ended": frozenset({"ended"}),
}

COMMANDS = ("!close", "!box", "!skip", "!undo", "!end")

TRAIL = 100
"""Checks that can be taken back one by one."""


@dataclass(slots=True)
class Piece:
    """Units of one line and lot in one tote. ``lots``: its lot and serial number, where it has them."""

    outbound_line_id: int
    item_id: int
    sku: str
    name: str
    lot_id: int
    lots: tuple[str, ...]
    tote_id: int
    tote: str
    quantity: int
    weight_grams: int
    length_mm: int = 0
    width_mm: int = 0
    height_mm: int = 0

    @property
    def key(self) -> str:
        return f"{self.outbound_line_id}.{self.lot_id}.{self.tote_id}"


@dataclass(slots=True)
class Order:
    """An outbound at the bench: its units in totes, how many are still to be picked, whether it was cancelled.

    ``mark`` stands for its pieces: checks made against another mark begin again. ``grams`` is the weight of its units, at least 1.
    """

    id: int
    number: str
    pieces: Sequence[Piece]
    to_pick: int = 0
    stopped: bool = False
    units: int = field(init=False)
    grams: int = field(init=False)
    mark: int = field(init=False)
    by_item: dict[int, list[Piece]] = field(init=False)

    def __post_init__(self) -> None:
        self.units = sum(piece.quantity for piece in self.pieces)
        self.grams = max(1, sum(piece.quantity * piece.weight_grams for piece in self.pieces))
        self.mark = crc32(repr(sorted((piece.key, piece.quantity) for piece in self.pieces)).encode())
        self.by_item = {}
        for piece in self.pieces:
            self.by_item.setdefault(piece.item_id, []).append(piece)


@dataclass(slots=True)
class Facts:
    """The orders in the totes scanned, the order each tote carries (None for a free one), the barcodes scanned, the cartons."""

    orders: dict[int, Order] = field(default_factory=dict)
    totes: dict[str, int | None] = field(default_factory=dict)
    barcodes: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)
    cartons: Mapping[str, Carton] = field(default_factory=dict)


def start(facts: Facts) -> State:
    """At the bench, with no tote yet."""
    return {"at": "tote"}


def resume(state: State, facts: Facts) -> State:
    """Where packing goes on: with the same order, unless it has changed."""
    order = facts.orders.get(state.get("order", 0))
    same = order is not None and not order.stopped and state["of"] == order.mark
    return state if same else start(facts)


def step(state: State, scan: Scan, quantity: int | None, facts: Facts) -> Step:
    """What a scan does in this state. See the module."""
    if state["at"] == "ended":
        return _wrong(state, facts, say.HAS_ENDED)
    order = facts.orders.get(state.get("order", 0))
    if state["at"] != "tote":
        if order is None or order.stopped or not order.pieces:
            number = order.number if order else state["number"]
            told = say.STOP_UNPACK.format(order=number, tote=state["tote"])
            return _wrong({"at": "tote"}, facts, told, screen="stop")
        if state["of"] != order.mark:
            told = say.ORDER_CHANGED.format(order=order.number)
            return _wrong(_open(order, state["tote"]), facts, told)
    if is_command(scan):
        return _command(state, scan, quantity, facts, order)
    if names_tote(scan) and not scan.gtin:
        return _tote(state, scan, facts, order)
    if order is None:
        return _tote(state, scan, facts, None) if scan.value in facts.totes else _wrong(state, facts, say.SCAN_A_TOTE_FIRST)
    if scan.value in facts.cartons and item_of(scan, facts.barcodes) is None:
        return _carton(state, facts.cartons[scan.value], facts, order)
    if quantity is not None and quantity < 1:
        return _wrong(state, facts, say.QUANTITY_BELOW_ONE.format(quantity=quantity))
    return _unit(state, scan, quantity, facts, order)


def look(state: State, facts: Facts) -> tuple[str, dict[str, Any]]:
    """The screen of a state and what it shows."""
    order = facts.orders.get(state.get("order", 0))
    if order is None or state["at"] in ("tote", "ended"):
        return state["at"], {}
    done = state["done"]
    data: dict[str, Any] = {"order": order.number, "tote": state["tote"], "checked": done, "units": state["units"]}
    data |= {"box": len(state.get("boxes", ())) + 1, "carton": state.get("carton", "") or suggested(state, facts, order)}
    if state["at"] == "close":
        data["grams"] = expected_grams(state, facts, order)
    elif done == 0:
        data["contents"] = contents(order)
    return state["at"], data


def in_box(state: State, order: Order) -> list[tuple[Piece, int]]:
    """What lies in the parcel being packed: checked, and in none of those ended before."""
    before = _before(state)
    found = [(piece, state["checked"].get(piece.key, 0) - before.get(piece.key, 0)) for piece in order.pieces]
    return [(piece, units) for piece, units in found if units]


def _before(state: State) -> dict[str, int]:
    """Units in the parcels ended before, piece by piece."""
    before: dict[str, int] = {}
    for box in state.get("boxes", ()):
        for key, units in box["checked"].items():
            before[key] = before.get(key, 0) + units
    return before


def expected_grams(state: State, facts: Facts, order: Order) -> int:
    """What the parcel being packed should weigh: its contents, and the carton where one was chosen; at least 1."""
    carton = facts.cartons.get(state.get("carton", ""))
    grams = sum(piece.weight_grams * units for piece, units in in_box(state, order))
    return max(1, grams + (carton.tare_grams if carton else 0))


def loads(pieces: Sequence[tuple[Piece, int]]) -> list[Load]:
    """Pieces as a carton meets them."""
    return [Load(units, p.length_mm, p.width_mm, p.height_mm, p.weight_grams) for p, units in pieces]


def suggested(state: State, facts: Facts, order: Order) -> str:
    """The code of the smallest carton for what is not in a parcel ended before, "" for none."""
    before = _before(state)
    rest = [(piece, piece.quantity - before.get(piece.key, 0)) for piece in order.pieces]
    carton = suggest(facts.cartons.values(), loads([(piece, units) for piece, units in rest if units]))
    return carton.code if carton else ""


def contents(order: Order) -> list[dict[str, Any]]:
    """An order's units as a packer sees them: SKU, name, quantity, tote, lot."""
    return [{"sku": p.sku, "name": p.name, "quantity": p.quantity, "tote": p.tote, "lot": " ".join(p.lots)} for p in order.pieces]


def apply(facts: Facts, effect: Effect) -> None:
    """A packed order leaves its totes free."""
    if isinstance(effect, PackParcel):
        order = facts.orders.pop(effect.outbound_id, None)
        if order is None:  # one of several parcels
            return
        for piece in order.pieces:
            if piece.tote in facts.totes:
                facts.totes[piece.tote] = None


def _open(order: Order, tote: str) -> State:
    return {
        "at": "unit",
        "order": order.id,
        "number": order.number,
        "tote": tote,
        "units": order.units,
        "of": order.mark,
        "done": 0,
        "checked": {},
    }


def _tote(state: State, scan: Scan, facts: Facts, order: Order | None) -> Step:
    code = scan.value
    if code not in facts.totes:
        return _wrong(state, facts, say.UNKNOWN_TOTE.format(scanned=shown(scan)))
    outbound_id = facts.totes[code]
    if order is not None and state["at"] != "tote":
        if outbound_id == order.id:
            return _right(state, facts, say.ALSO_ITS_TOTE.format(tote=code, order=order.number))
        if state["at"] == "close":
            return _wrong(state, facts, say.CLOSE_FIRST.format(order=order.number))
        missing = _missing(order, state["checked"])
        return _wrong(state, facts, say.FINISH_FIRST.format(order=order.number, missing=missing))
    found = None if outbound_id is None else facts.orders.get(outbound_id)
    if found is None:
        return _wrong(state, facts, say.TOTE_IS_EMPTY.format(tote=code))
    if found.stopped:
        return _wrong(state, facts, say.STOP_UNPACK.format(order=found.number, tote=code), screen="stop")
    if found.to_pick:
        told = say.ORDER_STILL_PICKED.format(order=found.number, units=_units(found.to_pick), tote=code)
        return _wrong(state, facts, told)
    if not found.pieces:
        return _wrong(state, facts, say.TOTE_IS_EMPTY.format(tote=code))
    return _right(_open(found, code), facts, say.PACK_ORDER.format(order=found.number, units=_units(found.units)))


def _unit(state: State, scan: Scan, quantity: int | None, facts: Facts, order: Order) -> Step:
    found = item_of(scan, facts.barcodes)
    mine = order.by_item.get(found[0], []) if found else [piece for piece in order.pieces if piece.sku == scan.value]
    if not mine:
        sku = named(scan, facts.barcodes, facts.names)
        return _wrong(state, facts, say.WRONG_ITEM_TO_PACK.format(order=order.number, sku=sku))
    sku = mine[0].sku
    if lot := scan.serial or scan.lot:
        mine = [piece for piece in mine if not piece.lots or lot in piece.lots or scan.lot in piece.lots]
        if not mine:
            return _wrong(state, facts, say.WRONG_LOT_TO_PACK.format(order=order.number, lot=lot, sku=sku))
    checked: dict[str, int] = state["checked"]
    units = quantity or (found[1] if found else 1)
    wanted = sum(piece.quantity for piece in mine)
    already = sum(checked.get(piece.key, 0) for piece in mine)
    if already + units > wanted:
        told = say.TOO_MANY_TO_PACK.format(order=order.number, quantity=wanted, sku=sku, checked=already + units)
        return _wrong(state, facts, told)
    checked, done = dict(checked), state["done"] + units
    added = []
    for piece in mine:
        room = min(units, piece.quantity - checked.get(piece.key, 0))
        if room:
            checked[piece.key] = checked.get(piece.key, 0) + room
            added.append([piece.key, room])
            units -= room
    state = {**state, "trail": [*state.get("trail", []), added][-TRAIL:]}
    state.pop("weight", None)
    if done < state["units"]:
        told = say.CHECKED.format(checked=sum(checked[p.key] for p in mine if p.key in checked), quantity=wanted, sku=sku)
        return _right({**state, "checked": checked, "done": done}, facts, told)
    following = {**state, "at": "close", "checked": checked, "done": done}
    return _right(following, facts, say.ALL_CHECKED.format(order=order.number, grams=expected_grams(following, facts, order)))


def _command(state: State, scan: Scan, quantity: int | None, facts: Facts, order: Order | None) -> Step:
    command = scan.value
    if command not in COMMANDS:
        return _wrong(state, facts, unknown_command(scan, COMMANDS))
    if command == "!end":
        return _right({"at": "ended"}, facts, say.ENDED)
    if order is None:
        if command == "!undo" and "closed" in state:
            return _wrong(state, facts, say.PARCEL_IS_CLOSED.format(order=state["closed"]))
        return _wrong(state, facts, say.NOTHING_TO_UNDO if command == "!undo" else say.SCAN_A_TOTE_FIRST)
    if command == "!skip":
        return _right({"at": "tote"}, facts, say.SET_ASIDE.format(order=order.number))
    if command == "!undo":
        return _undo(state, facts, order)
    if command == "!close" and state["at"] != "close":
        return _wrong(state, facts, say.CANNOT_CLOSE.format(order=order.number, missing=_missing(order, state["checked"])))
    if quantity is not None and quantity < 1:
        return _wrong(state, facts, say.WEIGHT_BELOW_ONE.format(quantity=quantity))
    return _end_box(state, quantity, facts, order)


def _end_box(state: State, quantity: int | None, facts: Facts, order: Order) -> Step:
    """The parcel being packed is full: weighed, and posted with all others once nothing of the order is left."""
    packed = in_box(state, order)
    if not packed:
        return _wrong(state, facts, say.BOX_EMPTY)
    expected, carton = expected_grams(state, facts, order), state.get("carton", "")
    weighed = quantity is not None and quantity != state.get("weight") and all(piece.weight_grams for piece, _ in packed)
    if quantity is not None and weighed and weight_is_off(expected, quantity, tare_known=bool(carton)):
        return _wrong({**state, "weight": quantity}, facts, say.WEIGHT_OFF.format(grams=expected, read=quantity))
    box = {"checked": {p.key: units for p, units in packed}, "grams": quantity or expected}
    box["carton"] = carton or suggested(state, facts, order)
    boxes = [*state.get("boxes", []), box]
    if state["at"] != "close":
        following = {key: value for key, value in state.items() if key not in ("weight", "carton", "trail")} | {"boxes": boxes}
        units = _units(sum(units for _, units in packed))
        return _right(following, facts, say.BOX_FULL.format(box=len(boxes), order=order.number, units=units))
    effects = tuple(PackParcel(order.id, _packed(order, each["checked"]), each["grams"], each["carton"]) for each in boxes)
    said = say.PARCEL_CLOSED if len(boxes) == 1 else say.PARCELS_CLOSED
    told = said.format(order=order.number, count=len(boxes))
    return _right({"at": "tote", "closed": order.number}, facts, told, effects)


def _packed(order: Order, checked: Mapping[str, int]) -> tuple[Packed, ...]:
    return tuple(Packed(p.outbound_line_id, p.lot_id, checked[p.key], p.tote_id) for p in order.pieces if p.key in checked)


def _carton(state: State, carton: Carton, facts: Facts, order: Order) -> Step:
    """The packer takes this carton."""
    if not fits(carton, loads(in_box(state, order))):
        return _wrong(state, facts, say.NO_CARTON_FITS.format(carton=carton.code))
    following = {**state, "carton": carton.code}
    if state["at"] == "close":
        then = say.ALL_CHECKED.format(order=order.number, grams=expected_grams(following, facts, order))
    else:
        then = say.CHECK_ON.format(missing=_missing(order, state["checked"]))
    return _right(following, facts, say.CARTON_CHOSEN.format(carton=carton.code, next=then))


def _undo(state: State, facts: Facts, order: Order) -> Step:
    """Take the last checked unit out again, else open the parcel ended last."""
    if trail := state.get("trail", []):
        checked = dict(state["checked"])
        for key, units in trail[-1]:
            checked[key] -= units
        units = sum(units for _, units in trail[-1])
        sku = next(piece.sku for piece in order.pieces if piece.key == trail[-1][0][0])
        following = {key: value for key, value in state.items() if key != "weight"} | {
            "at": "unit",
            "checked": {key: units for key, units in checked.items() if units},
            "done": state["done"] - units,
            "trail": trail[:-1],
        }
        told = say.ONE_LESS.format(quantity=units, sku=sku, checked=following["done"], units=state["units"])
        return _right(following, facts, told)
    if boxes := state.get("boxes", []):
        following = {**state, "boxes": boxes[:-1], "carton": boxes[-1]["carton"]}
        return _right(following, facts, say.BOX_OPEN.format(box=len(boxes)))
    return _wrong(state, facts, say.NOTHING_TO_UNDO)


def _missing(order: Order, checked: Mapping[str, int]) -> str:
    """What has not been checked: ``2 × WHITE MUG, 1 × SPOON``, the first five named."""
    missing: dict[str, int] = {}
    for piece in order.pieces:
        if left := piece.quantity - checked.get(piece.key, 0):
            missing[piece.sku] = missing.get(piece.sku, 0) + left
    named = [f"{units} × {sku}" for sku, units in missing.items()]
    return ", ".join(named[:5]) + (f" and {len(named) - 5} more items" if len(named) > 5 else "")


def _units(count: int) -> str:
    return "1 unit" if count == 1 else f"{count} units"


def _right(state: State, facts: Facts, sentence: str, effects: tuple[Effect, ...] = ()) -> Step:
    screen, data = look(state, facts)
    return Step(state, effects, Answer(True, f"pack.{screen}", sentence, data))


def _wrong(state: State, facts: Facts, sentence: str, screen: str = "") -> Step:
    at, data = look(state, facts)
    return Step(state, (), Answer(False, f"pack.{screen or at}", sentence, data))
