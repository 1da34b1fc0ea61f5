"""What holds for every flow, whatever is scanned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.wms.floor.barcodes import UnreadableScan
from orderhouse.wms.floor.flows import FLOWS
from orderhouse.wms.floor.flows.diagrams import FIRST, diagram, document
from orderhouse.wms.floor.flows.effects import (
    ConfirmPick,
    LeaveInTote,
    MoveStock,
    PackParcel,
    PutAway,
    ShortPick,
    UndoPick,
    UndoPut,
)
from orderhouse.wms.floor.screens import draw
from orderhouse.wms.floor.sentences import START
from orderhouse.wms.floor.tests.operators import Operator
from orderhouse.wms.floor.tests.test_bench_flows import bench, bins, dock, tasks
from orderhouse.wms.floor.tests.test_move_and_lookup import known, places
from orderhouse.wms.floor.tests.test_pick_flow import MUG, TEE, task, tour

FACTS: dict[str, Callable[[], Any]] = {
    "pick": lambda: tour(task(1, 10, "A-01", "MUG", 3), task(2, 11, "A-01", "TEE", 2), task(3, 10, "A-02", "JAR", 1, lot="L77")),
    "pack": bench,
    "receive": dock,
    "putaway": tasks,
    "count": bins,
    "move": places,
    "lookup": known,
}
KNOWN = [
    *(
        "L.A-01",
        "L.A-02",
        "L.A-03",
        "L.A-09",
        "T.T1",
        "T.T2",
        "T.T3",
        "T.T9",
        "B.7",
        "MUG",
        "TEE",
        "TEE-CASE",
        "JAR",
        "CAM",
        MUG,
        TEE,
    ),
    *("(01)00012345678905(10)L77", "(01)00012345678905(17)270331(10)L78", "ASN-1", "RMA-1", "2027-03-31", "L77", "SN-1", "what?"),
    *(
        "!short",
        "!damaged",
        "!skip",
        "!full",
        "!undo",
        "!close",
        "!blind",
        "!unknown",
        "!done",
        "!empty",
        "!box",
        "!dance",
        "!end",
    ),
]
SCANS = st.lists(
    st.tuples(st.sampled_from(KNOWN) | st.text(max_size=12), st.none() | st.integers(-2, 14)), min_size=1, max_size=40
)


Taken = set[tuple[str, str]]


def scanned(flow: str, scans: Iterable[tuple[str, int | None]]) -> Taken:
    """Scan all of it; the steps that were taken."""
    worker = Operator(flow, FACTS[flow]())
    taken: Taken = set()
    for text, quantity in scans:
        before = worker.at
        try:
            answer = worker.scan(text, quantity)
        except UnreadableScan:
            continue
        taken.add((before, worker.at))
        assert answer.screen.startswith(flow + ".")
        assert answer.sentence
        if "{" not in text:  # what was scanned may stand in the sentence
            assert not re.search(r"\{[a-z]{3,}\}", answer.sentence), "a sentence lacks one of its facts"
        assert draw(answer).big
        assert not (before == "ended" and answer.ok)
    never_more_than_there_is(flow, worker)
    return taken


@pytest.mark.parametrize("flow", FLOWS)
@settings(max_examples=60, deadline=None)
@given(SCANS)
def test_no_scan_ever_breaks_a_flow(flow: str, scans: list[tuple[str, int | None]]) -> None:
    scanned(flow, scans)


@pytest.mark.parametrize("flow", FLOWS)
def test_the_table_names_every_step_that_can_be_taken_and_no_other(flow: str) -> None:
    table = {(state, after) for state, successors in FLOWS[flow].SUCCESSORS.items() for after in successors}
    taken: Taken = set()
    for seed in range(400):
        chance = Random(seed)
        length = chance.randrange(60)
        scans = [(chance.choice(KNOWN[:-1]), chance.choice([None, None, None, 1, 2, 0, -1])) for _ in range(length)]
        taken |= scanned(flow, [*scans, ("!end", None), ("!end", None)])
    if flow == "pick":
        taken |= steps_while_the_tour_changes()
    assert taken == table


def steps_while_the_tour_changes() -> Taken:
    """Orders are cancelled under the picker's hands, and what was short turns up elsewhere."""
    taken: Taken = set()
    for seed in range(200):
        chance = Random(seed)
        worker = Operator("pick", FACTS["pick"]())
        for _ in range(40):
            changed = chance.choice(worker.facts.tasks)
            if chance.random() < 0.1:
                changed.state = "cancelled"
            elif chance.random() < 0.1:
                changed.state, changed.picked = "started", 0
            before = worker.at
            worker.scan(chance.choice(["L.A-01", "L.A-02", "MUG", "TEE", "JAR", "T.T1", "T.T2", "T.T3", "!short", "!undo"]))
            taken.add((before, worker.at))
        before = worker.at
        worker.scan("!end")
        taken.add((before, worker.at))
        assert all(effect.quantity > 0 for effect in worker.effects if isinstance(effect, LeaveInTote))
    return taken


def never_more_than_there_is(flow: str, worker: Operator) -> None:
    """Whatever was scanned: no pick beyond its task, no pick after a shortage, no put beyond a task, no parcel but a whole one."""
    fresh = FACTS[flow]()
    if flow == "pick":
        open_units = {each.id: each.open for each in fresh.tasks}
        totes = {each.id: None for each in fresh.totes.values()}
        order_of = {each.id: each.outbound_id for each in fresh.tasks}
        for effect in worker.effects:
            if isinstance(effect, ConfirmPick):
                open_units[effect.task_id] -= effect.quantity
                assert effect.quantity > 0
                assert open_units[effect.task_id] >= 0
                assert totes[effect.tote_id] in (None, order_of[effect.task_id])
                totes[effect.tote_id] = order_of[effect.task_id]
            elif isinstance(effect, UndoPick):
                open_units[effect.task_id] += effect.quantity
                totes[effect.tote_id] = None
            elif isinstance(effect, ShortPick):
                assert effect.found < next(each.quantity for each in fresh.tasks if each.id == effect.task_id)
                open_units[effect.task_id] = 0
    elif flow == "putaway":
        left = {each.id: each.left for each in fresh.tasks}
        for effect in worker.effects:
            if isinstance(effect, UndoPut):
                left[effect.task_id] += effect.quantity
                continue
            assert isinstance(effect, PutAway)
            left[effect.task_id] -= effect.quantity
            assert left[effect.task_id] >= 0
    elif flow == "pack":
        packed: dict[int, int] = {}
        for effect in worker.effects:
            assert isinstance(effect, PackParcel)
            assert effect.contents
            packed[effect.outbound_id] = packed.get(effect.outbound_id, 0) + sum(units.quantity for units in effect.contents)
        assert all(units == fresh.orders[outbound_id].units for outbound_id, units in packed.items())
    elif flow == "move":
        free = {(place.id, h.item_id, h.lot_id): h.free for place in fresh.places.values() for h in place.holdings}
        for effect in worker.effects:
            assert isinstance(effect, MoveStock)
            free[effect.source_place_id, effect.item_id, effect.lot_id] -= effect.quantity
            assert free[effect.source_place_id, effect.item_id, effect.lot_id] >= 0
            key = (effect.place_id, effect.item_id, effect.lot_id)
            free[key] = free.get(key, 0) + effect.quantity
    elif flow == "lookup":
        assert worker.effects == []


@pytest.mark.parametrize("flow", FLOWS)
def test_the_table_is_closed_and_every_state_leads_to_the_end(flow: str) -> None:
    table = FLOWS[flow].SUCCESSORS
    assert set().union(*table.values()) == set(table)
    reached = {FIRST[flow]}
    while more := set().union(*(table[state] for state in reached)) - reached:
        reached |= more
    assert reached == set(table), "a state no scan leads to"
    assert all("ended" in successors | set().union(*(table[each] for each in successors)) for successors in table.values())


@pytest.mark.parametrize("flow", FLOWS)
def test_a_session_can_be_taken_up_in_every_state_but_the_ended_one(flow: str) -> None:
    assert {state for name, state in START if name == flow} == set(FLOWS[flow].SUCCESSORS) - {"ended"}


@pytest.mark.parametrize("flow", FLOWS)
def test_the_diagram_shows_each_step_of_the_table(flow: str) -> None:
    drawn = diagram(flow)
    for state, successors in FLOWS[flow].SUCCESSORS.items():
        for successor in successors - {state}:
            assert f"    {state} --> {successor}\n" in drawn
    assert drawn in document()


def test_a_screen_names_the_step_the_place_and_how_far_it_is() -> None:
    picker = Operator("pick", tour(task(1, 10, "A-12-3", "MUG", 2), task(2, 10, "B", "TEE", 1)))
    screen = draw(picker.scan("L.A-12-4"))
    assert (screen.big, screen.scan, screen.tone) == ("Go to A-12-3", "bin A-12-3", "wrong")
    assert screen.progress == "1 of 2 · 99 m to go"
    screen = draw(picker.scan("L.A-12-3"))
    assert (screen.big, screen.tone, screen.buttons) == ("A-12-3: take 2", "right", ("!short", "!damaged"))
    assert draw(picker.scan("MUG", 2)).big == "Put 2 into a free tote"
