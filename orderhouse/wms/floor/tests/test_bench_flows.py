"""Packing, receiving, putting away and counting, scan by scan."""

from __future__ import annotations

from datetime import date

from orderhouse.wms.floor.flows import count, pack, putaway, receive
from orderhouse.wms.floor.flows.effects import (
    CloseReceipt,
    CountAgain,
    CountBin,
    CountHere,
    Packed,
    PackParcel,
    PutAway,
    Receive,
    StartReceipt,
    UndoPut,
)
from orderhouse.wms.floor.tests.operators import Operator
from orderhouse.wms.packing.rules import Carton

BARCODES = {"MUG": (1, 1), "TEE": (2, 1), "TEE-CASE": (2, 12), "JAR": (3, 1), "CAM": (4, 1), "00012345678905": (3, 1)}


# ── pack ─────────────────────────────────────────────────────────────────────────────────────────────────────────────
def bench(**order: object) -> pack.Facts:
    pieces = [
        pack.Piece(51, 1, "MUG", "Mug", 0, (), 101, "T1", 2, 300),
        pack.Piece(52, 2, "TEE", "Tee", 0, (), 101, "T1", 1, 150),
        pack.Piece(52, 2, "TEE", "Tee", 0, (), 102, "T2", 2, 150),
    ]
    other = pack.Order(11, "SO-11", [pack.Piece(61, 3, "JAR", "Jar", 7, ("L77",), 103, "T3", 1, 500)])
    orders = {10: pack.Order(10, "SO-10", pieces, **order), 11: other}  # type: ignore[arg-type]
    return pack.Facts(orders, {"T1": 10, "T2": 10, "T3": 11, "T9": None}, BARCODES)


def test_every_unit_is_checked_and_the_parcel_closed_with_its_weight() -> None:
    packer = Operator("pack", bench())
    answer = packer.walk("T.T1")
    assert answer.sentence == "Order SO-10: 5 units to check."
    assert [unit["sku"] for unit in answer.data["contents"]] == ["MUG", "TEE", "TEE"]
    assert packer.walk("MUG", "TEE").sentence == "1 of 3 × TEE."
    assert packer.walk("MUG", ("TEE", 2)).sentence == ("Order SO-10 is complete. Close the parcel with its weight, about 1050 g.")
    assert packer.walk(("!close", 1130)).sentence == "Parcel of order SO-10 is closed. Scan the next tote."
    contents = (Packed(51, 0, 2, 101), Packed(52, 0, 1, 101), Packed(52, 0, 2, 102))
    assert packer.effects == [PackParcel(10, contents, 1130)]
    assert packer.scan("T.T2").sentence == "Tote T2 is empty."


def test_a_parcel_without_a_keyed_weight_takes_the_computed_one() -> None:
    packer = Operator("pack", bench())
    packer.walk("T.T3", "(01)00012345678905(10)L77", "!close")
    assert packer.effects == [PackParcel(11, (Packed(61, 7, 1, 103),), 500)]


def test_a_wrong_item_and_one_too_many_are_refused() -> None:
    packer = Operator("pack", bench())
    packer.walk("T.T1", ("MUG", 2))
    assert packer.scan("JAR").sentence == "Order SO-10 has no JAR. Lay it aside."
    assert packer.scan("MUG").sentence == "Order SO-10 takes 2 × MUG; with this it would be 3."


def test_nothing_closes_over_a_missing_unit_and_it_is_named() -> None:
    packer = Operator("pack", bench())
    packer.walk("T.T1", "MUG")
    assert packer.scan("!close").sentence == "Cannot close order SO-10: missing 1 × MUG, 3 × TEE."
    assert packer.scan("T.T3").sentence.startswith("Order SO-10 is not finished: missing 1 × MUG, 3 × TEE.")
    assert packer.effects == []


def test_undo_begins_the_checks_again_and_skip_sets_the_order_aside() -> None:
    packer = Operator("pack", bench())
    packer.walk("T.T1", "MUG", "!undo")
    assert packer.state["checked"] == {}
    packer.walk("!skip", "T.T3")
    assert packer.state["order"] == 11


def test_an_order_still_being_picked_is_put_aside() -> None:
    packer = Operator("pack", bench(to_pick=3))
    assert packer.scan("T.T1").sentence == "Order SO-10 is still being picked: 3 units to come. Put tote T1 aside."


def test_a_cancelled_order_is_not_packed_on() -> None:
    facts = bench()
    packer = Operator("pack", facts)
    packer.walk("T.T1", "MUG")
    facts.orders[10].stopped = True
    answer = packer.scan("MUG")
    assert (answer.screen, answer.sentence) == (
        "pack.stop",
        "Stop: order SO-10 is cancelled. Leave tote T1 for its put-back task.",
    )
    assert not packer.scan("T.T1").ok


def test_an_order_that_changed_at_the_bench_is_checked_from_the_start() -> None:
    facts = bench()
    packer = Operator("pack", facts)
    packer.walk("T.T1", "MUG")
    facts.orders[10] = pack.Order(10, "SO-10", facts.orders[10].pieces[:2])
    assert packer.scan("MUG").sentence == "Order SO-10 has changed: check it from the start."
    packer.walk(("MUG", 2), "TEE", "!close")


def test_the_wrong_lot_does_not_go_into_the_parcel() -> None:
    packer = Operator("pack", bench())
    packer.walk("T.T3")
    assert packer.scan("(01)00012345678905(10)L78").sentence == "Order SO-11 has no lot L78 of JAR. Lay it aside."


def cartons() -> pack.Facts:
    facts = bench()
    facts.cartons = {c.code: c for c in (Carton("S", "", 200, 150, 100, 80, 0), Carton("L", "", 600, 400, 300, 400, 20_000))}
    for piece in facts.orders[10].pieces:
        piece.length_mm, piece.width_mm, piece.height_mm = 100, 90, 80
    return facts


def test_an_order_is_split_over_parcels_and_all_are_posted_with_the_last() -> None:
    packer = Operator("pack", bench())
    packer.walk("T.T1")
    assert packer.scan("!box", 500).sentence == "Nothing is in this parcel yet: check a unit first."
    packer.walk(("MUG", 2))
    assert packer.walk(("!box", 640)).sentence == "Parcel 1 of order SO-10 is full with 2 units. Go on with the next."
    assert packer.effects == []
    packer.walk(("TEE", 3))
    assert packer.walk(("!close", 480)).sentence == "2 parcels of order SO-10 are closed. Scan the next tote."
    assert packer.effects == [
        PackParcel(10, (Packed(51, 0, 2, 101),), 640),
        PackParcel(10, (Packed(52, 0, 1, 101), Packed(52, 0, 2, 102)), 480),
    ]
    assert packer.scan("!undo").sentence == "The parcel of order SO-10 is closed: unpack it at the packing station."


def test_undo_takes_units_out_one_by_one_and_opens_the_parcel_before() -> None:
    packer = Operator("pack", bench())
    packer.walk("T.T1", "MUG", ("!box", 400), ("TEE", 2))
    assert packer.walk("!undo").sentence == "Taken out again: 2 × TEE. 1 of 5 checked."
    assert packer.walk("!undo").sentence == "Parcel 1 is open again."
    packer.walk("MUG", ("TEE", 3), ("!close", 1050))
    assert len(packer.effects) == 1


def test_the_smallest_carton_that_fits_is_taken_unless_another_is_scanned() -> None:
    packer = Operator("pack", cartons())
    answer = packer.walk("T.T1")
    assert answer.data["carton"] == "L", "five units of 0.72 l do not go into 3 l"
    packer.walk("MUG", "S")
    packer.walk(("!box", 380), "MUG")
    assert packer.scan("(01)00012345678905").ok is False
    packer.walk(("TEE", 3), "!close")
    assert [(e.weight_grams, e.carton) for e in packer.effects if isinstance(e, PackParcel)] == [(380, "S"), (750, "L")]


def test_a_carton_too_small_for_what_is_checked_is_refused() -> None:
    packer = Operator("pack", cartons())
    packer.walk("T.T1", ("MUG", 2), ("TEE", 3))
    assert packer.scan("S").sentence == "What is checked does not go into carton S: scan a larger one."


def test_a_weight_far_off_must_be_said_twice() -> None:
    packer = Operator("pack", bench())
    packer.walk("T.T1", ("MUG", 2), ("TEE", 3))
    told = "Expected about 1050 g, read 3000 g. Check the contents, then close again with the same weight."
    assert packer.scan("!close", 3000).sentence == told
    assert packer.effects == []
    packer.walk(("!close", 3000))
    assert len(packer.effects) == 1


# ── receive ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def dock(target: int | None = None) -> receive.Facts:
    asn = receive.Receipt(70, "ASN-1", lines={1: [receive.Line(1, 1, "MUG", "Mug", 10)]})
    closed = receive.Receipt(71, "ASN-0", state="closed")
    back = receive.Receipt(72, "RMA-1", "return", lines={2: [receive.Line(4, 2, "TEE", "Tee", 1)]})
    items = {
        1: receive.Item(1, "MUG", "Mug"),
        2: receive.Item(2, "TEE", "Tee"),
        3: receive.Item(3, "JAR", "Jar", has_lots=True, expires=True),
        4: receive.Item(4, "CAM", "Camera", has_serials=True),
    }
    return receive.Facts({r.number: r for r in (asn, closed, back)}, items, BARCODES, target)


def test_a_receipt_is_scanned_open_received_and_closed() -> None:
    worker = Operator("receive", dock())
    worker.walk("ASN-1", ("MUG", 9), "!damaged", "MUG", "!close")
    assert worker.effects == [
        Receive(70, 1, 9, "good", scanned="MUG"),
        Receive(70, 1, 1, "damaged", scanned="MUG"),
        CloseReceipt(70),
    ]
    assert worker.scan("ASN-1").sentence == "Receipt ASN-1 is closed."


def test_damaged_counts_for_one_scan_only() -> None:
    worker = Operator("receive", dock(70))
    worker.walk("!damaged", "MUG", "MUG")
    assert [effect.condition for effect in worker.effects if isinstance(effect, Receive)] == ["damaged", "good"]


def test_an_item_with_lots_is_asked_for_lot_and_expiry() -> None:
    worker = Operator("receive", dock(70))
    assert worker.walk(("JAR", 12)).sentence == "JAR has lots. Scan or type the lot."
    assert worker.walk("L77").sentence == "Lot L77 of JAR: when does it expire? Year-month-day."
    assert worker.scan("soon").sentence == "soon is no date. Type it as 2027-03-31."
    worker.walk("2027-03-31")
    expected = Receive(70, 3, 12, "good", "L77", expires_on=date(2027, 3, 31), scanned="JAR")
    assert worker.effects == [expected]


def test_a_gs1_label_answers_lot_and_expiry_by_itself() -> None:
    worker = Operator("receive", dock(70))
    worker.walk("(01)00012345678905(17)270331(10)L77(30)6")
    assert worker.effects == [Receive(70, 3, 6, "good", "L77", expires_on=date(2027, 3, 31), scanned="JAR")]


def test_a_serial_number_is_asked_unit_by_unit() -> None:
    worker = Operator("receive", dock(70))
    assert worker.scan("CAM", 2).sentence == "CAM has serial numbers: scan each unit by itself."
    worker.walk("CAM", "SN-0001")
    assert worker.effects == [Receive(70, 4, 1, "good", serial_number="SN-0001", scanned="CAM")]


def test_goods_nobody_knows_are_laid_aside_and_noted() -> None:
    worker = Operator("receive", dock(70))
    assert not worker.scan("!unknown").ok
    assert worker.scan("WHAT-IS-IT").sentence == "No item has the barcode WHAT-IS-IT. Lay it aside."
    worker.walk(("!unknown", 3))
    assert worker.effects == [Receive(70, None, 3, "good", scanned="WHAT-IS-IT")]


def test_a_blind_receipt_starts_without_a_number() -> None:
    worker = Operator("receive", dock())
    worker.walk("!blind", "MUG", "!close", "!blind", "TEE", "!close")
    assert worker.effects == [
        StartReceipt(),
        Receive(0, 1, 1, "good", scanned="MUG"),
        CloseReceipt(0),
        StartReceipt(),
        Receive(0, 2, 1, "good", scanned="TEE"),
        CloseReceipt(0),
    ]


def test_returned_units_name_the_returns_line() -> None:
    worker = Operator("receive", dock(72))
    worker.walk("TEE", "MUG")
    first, second = worker.effects
    assert isinstance(first, Receive)
    assert isinstance(second, Receive)
    assert (first.returned, first.line_number) == (True, 4)
    assert (second.returned, second.line_number) == (True, None)


def test_undo_forgets_a_half_entered_item_but_not_what_is_in_the_books() -> None:
    worker = Operator("receive", dock(70))
    worker.walk("JAR", "!undo", "MUG")
    assert worker.scan("!undo").sentence.startswith("1 × MUG are received and told: they may be promised already.")
    assert len(worker.effects) == 1


# ── put away ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def tasks() -> putaway.Facts:
    return putaway.Facts(
        [
            putaway.Task(1, 1, "MUG", "Mug", (), 10, 500, "DOCK", 601, "A-01"),
            putaway.Task(2, 1, "MUG", "Mug", (), 5, 500, "DOCK", 602, "A-02"),
            putaway.Task(3, 2, "TEE", "Tee", (), 2, 101, "T1", 603, "A-03", putback=True),
        ],
        {"A-01": putaway.Bin(601, "bin", True), "A-09": putaway.Bin(609, "bin", True), "DOCK": putaway.Bin(500, "dock", True)},
        {"T1": 101, "T2": 102},
        BARCODES,
    )


def test_goods_go_from_the_dock_to_the_suggested_bin() -> None:
    worker = Operator("putaway", tasks())
    assert worker.walk("MUG").sentence == "10 × MUG to bin A-01."
    worker.walk("L.A-01", "MUG", "L.A-02")
    assert worker.effects == [PutAway(1, 601, 10), PutAway(2, 602, 5)]
    assert worker.scan("MUG").sentence == "No MUG is waiting to be put away."


def test_another_bin_is_taken_when_scanned_twice() -> None:
    worker = Operator("putaway", tasks())
    worker.walk("MUG")
    assert worker.scan("L.A-09").sentence == "Expected bin A-01, scanned A-09. Scan A-09 again to put it there."
    worker.walk("L.A-09")
    assert worker.effects == [PutAway(1, 609, 10)]


def test_a_dock_or_an_unknown_place_takes_nothing() -> None:
    worker = Operator("putaway", tasks())
    worker.walk("MUG")
    assert worker.scan("L.DOCK").sentence == "DOCK is no bin."
    assert worker.scan("L.B-77").sentence == "There is no bin B-77."


def test_a_task_may_be_put_in_several_bins() -> None:
    worker = Operator("putaway", tasks())
    worker.walk("MUG", ("L.A-01", 4))
    assert worker.scan("L.A-01", 7).sentence == "Only 6 × MUG to put away, not 7."
    assert not worker.scan("L.A-09").ok
    worker.walk("L.A-09")
    assert worker.effects == [PutAway(1, 601, 4), PutAway(1, 609, 6)]


def test_a_tote_narrows_the_work_to_its_put_backs() -> None:
    worker = Operator("putaway", tasks())
    assert not worker.scan("TEE").ok
    assert worker.scan("T.T2").sentence == "Nothing in T2 is to be put back."
    worker.walk("T.T1", "TEE", "L.A-03")
    assert worker.effects == [PutAway(3, 603, 2)]


def test_the_last_put_is_undone_but_a_put_back_is_not() -> None:
    worker = Operator("putaway", tasks())
    worker.walk("MUG", ("L.A-01", 4), "!undo")
    assert worker.effects == [PutAway(1, 601, 4), UndoPut(1, 601, 4)]
    worker.walk("MUG", "L.A-01", "T.T1", "TEE", "L.A-03")
    assert worker.scan("!undo").sentence.startswith("TEE was put back for a cancelled order and is free for others already")


# ── count ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def bins() -> count.Facts:
    return count.Facts(
        [count.Task(1, "A-01", 1, "MUG", "Mug"), count.Task(2, "A-01", 2, "TEE", "Tee"), count.Task(3, "A-02", 3, "JAR", "Jar")],
        BARCODES,
        {1: "MUG", 2: "TEE"},
        {"A-09": count.Bin(609, frozenset({1, 2})), "A-08": count.Bin(608, frozenset())},
    )


def test_a_bin_nobody_asked_for_is_counted_all_the_same() -> None:
    worker = Operator("count", bins())
    told = worker.walk("L.A-09").sentence
    assert told == "Bin A-09: scan each item in it and count it, then !done. Nothing there: !empty."
    worker.walk(("MUG", 4), "JAR", "JAR", "!done")
    assert worker.scan("MUG").sentence == "MUG is counted here already: !undo if it was wrong."
    assert worker.walk("!done").sentence == "Bin A-09 is counted. Scan the next bin."
    assert worker.effects == [CountHere(609, 1, 4), CountHere(609, 3, 2), CountHere(609, 2, 0)]


def test_an_empty_bin_is_confirmed_with_one_word() -> None:
    worker = Operator("count", bins())
    assert worker.walk("L.A-08", "!empty").sentence == "Bin A-08 is noted as empty. Scan the next bin."
    worker.walk("L.A-09", "!empty")
    assert worker.effects == [CountHere(609, 1, 0), CountHere(609, 2, 0)]


def test_the_last_count_is_set_aside_in_the_same_words_whatever_it_found() -> None:
    worker = Operator("count", bins())
    worker.facts.tasks[0].location_id = 601
    worker.walk("L.A-01", ("MUG", 7))
    assert worker.walk("!undo").sentence == "The last count is set aside: count MUG in bin A-01 again."
    worker.walk("!skip", "L.A-09", ("MUG", 3), "!undo", ("MUG", 4))
    assert worker.effects == [
        CountBin(1, 7),
        CountAgain(((601, 1),)),
        CountHere(609, 1, 3),
        CountAgain(((609, 1),)),
        CountHere(609, 1, 4),
    ]


def test_a_count_is_keyed_in_or_scanned_one_by_one() -> None:
    worker = Operator("count", bins())
    assert worker.walk("L.A-01", ("MUG", 7)).sentence == "7 × MUG noted. Scan the next item of bin A-01."
    worker.walk("TEE", "TEE-CASE", "!done")
    assert worker.effects == [CountBin(1, 7), CountBin(2, 13)]
    assert worker.at == "bin"


def test_an_empty_bin_counts_zero_for_all_its_items() -> None:
    worker = Operator("count", bins())
    worker.walk("L.A-01", "!empty")
    assert worker.effects == [CountBin(1, 0), CountBin(2, 0)]
    assert not worker.scan("L.A-01").ok


def test_an_item_that_is_not_to_be_counted_here_is_refused() -> None:
    worker = Operator("count", bins())
    worker.walk("L.A-02")
    assert worker.scan("MUG", 1).sentence == "MUG is not to be counted in bin A-02."


def test_a_count_in_hand_is_finished_before_the_next_bin() -> None:
    worker = Operator("count", bins())
    worker.walk("L.A-01", "MUG")
    assert worker.scan("L.A-02").sentence == "Finish counting MUG first: !done, or !undo."
    worker.walk("!undo", "L.A-02", ("JAR", 0))
    assert worker.effects == [CountBin(3, 0)]


def test_the_count_is_blind() -> None:
    worker = Operator("count", bins())
    answers = [worker.walk("L.A-01"), worker.walk("MUG"), worker.walk("!done")]
    assert all("expected" not in answer.data for answer in answers)
