"""Moving stock and looking things up, scan by scan."""

from __future__ import annotations

from orderhouse.wms.floor.flows import lookup, move
from orderhouse.wms.floor.flows.effects import MoveStock
from orderhouse.wms.floor.screens import draw
from orderhouse.wms.floor.tests.operators import Operator

BARCODES = {"MUG": (1, 1), "TEE": (2, 1), "TEE-CASE": (2, 12), "JAR": (3, 1), "00012345678905": (3, 1)}


def places() -> move.Facts:
    held = move.Holding
    return move.Facts(
        {
            "A-01": move.Place(601, "A-01", "bin", True, [held(1, "MUG", 0, "", 10, 3), held(2, "TEE", 0, "", 20)]),
            "A-02": move.Place(602, "A-02", "bin", True, [held(3, "JAR", 7, "L77", 4), held(3, "JAR", 8, "L78", 2)]),
            "A-03": move.Place(603, "A-03", "bin", False),
            "A-09": move.Place(609, "A-09", "bin", True),
            "DOCK": move.Place(500, "DOCK", "dock", True, [held(1, "MUG", 0, "", 0, 0, 6)]),
            "T1": move.Place(101, "T1", "tote", True, [held(2, "TEE", 0, "", 3)]),
        },
        BARCODES,
        {1: "MUG", 2: "TEE Tea towel", 3: "JAR"},
    )


def known() -> lookup.Facts:
    return lookup.Facts(
        {"L.A-01": lookup.Found("bin", "Bin A-01", "Bin A-01: 3 units of 1 item.", [("MUG", "3 free")])}, BARCODES
    )


def test_units_go_from_bin_to_bin() -> None:
    worker = Operator("move", places())
    assert worker.walk("L.A-01").sentence == "Bin A-01: scan what you take."
    assert worker.walk("TEE", "TEE-CASE").sentence == "13 × TEE. Scan more, or the bin to put it into."
    assert worker.walk("L.A-09").sentence == "13 × TEE moved from A-01 to bin A-09."
    worker.walk("L.A-09", ("TEE", 13), "L.A-01")
    assert worker.effects == [MoveStock(601, 609, 2, 0, 13), MoveStock(609, 601, 2, 0, 13)]


def test_what_is_allocated_or_waits_to_be_put_away_stays() -> None:
    worker = Operator("move", places())
    worker.walk("L.A-01")
    assert worker.scan("MUG", 11).sentence == "Only 10 × MUG in A-01 may be moved: 3 are picked for orders soon."
    worker.walk("!undo")
    assert worker.scan("L.DOCK").sentence == "Dock DOCK holds nothing that may be moved: 6 wait to be put away."


def test_several_lots_in_one_bin_are_asked_for() -> None:
    worker = Operator("move", places())
    assert worker.walk("L.A-02", "JAR").sentence == "A-02 holds JAR of lots L77, L78: scan or type the lot."
    assert worker.scan("L99").sentence == "A-02 holds no lot L99 of JAR: expected L77, L78."
    worker.walk("L78", "L.A-09", "L.A-02", "(01)00012345678905(10)L77", "L.A-09")
    assert worker.effects == [MoveStock(602, 609, 3, 8, 1), MoveStock(602, 609, 3, 7, 1)]


def test_what_the_book_does_not_have_there_cannot_be_moved() -> None:
    worker = Operator("move", places())
    worker.walk("L.A-01")
    told = "The book has no JAR in A-01: it holds MUG, TEE. If it lies there, count the bin."
    assert worker.scan("JAR").sentence == told


def test_a_tote_is_emptied_into_a_bin_but_nothing_else_takes_stock() -> None:
    worker = Operator("move", places())
    worker.walk("T.T1", ("TEE", 3))
    assert worker.scan("T.T1").sentence == "tote T1 is no bin."
    assert worker.scan("L.A-03").sentence == "bin A-03 is no bin."
    assert worker.scan("L.Z-99").sentence == "There is no bin Z-99."
    assert worker.scan("MUG").sentence == "First put the 3 × TEE into a bin, or !undo."
    assert worker.scan("!end").sentence == "First put the 3 × TEE into a bin, or !undo."
    worker.walk("L.A-09")
    assert worker.effects == [MoveStock(101, 609, 2, 0, 3)]


def test_the_last_move_is_undone_once() -> None:
    worker = Operator("move", places())
    worker.walk("L.A-01", ("MUG", 4), "L.A-09")
    assert worker.walk("!undo").sentence == "Undone: 4 × MUG are in A-01 again, bring them there."
    assert not worker.scan("!undo").ok
    assert worker.effects == [MoveStock(601, 609, 1, 0, 4), MoveStock(609, 601, 1, 0, 4)]


def test_a_look_up_tells_and_changes_nothing() -> None:
    worker = Operator("lookup", known())
    screen = draw(worker.walk("L.A-01"))
    assert (screen.big, screen.sentence, screen.rows) == ("Bin A-01", "Bin A-01: 3 units of 1 item.", (("MUG", "3 free"),))
    assert worker.scan("T.NONE").sentence == "Nobody here knows tote NONE."
    assert worker.effects == []
