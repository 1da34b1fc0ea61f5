"""Picking a tour, scan by scan."""

from __future__ import annotations

from orderhouse.wms.floor.flows import pick
from orderhouse.wms.floor.flows.effects import ConfirmPick, LeaveInTote, ShortPick, UndoPick
from orderhouse.wms.floor.tests.operators import Operator

MUG, TEE, JAR = "04006381333931", "04012345678901", "00012345678905"


def task(id_: int, outbound: int, bin_: str, sku: str, quantity: int, *, lot: str = "", state: str = "started") -> pick.Task:
    item = {"MUG": 1, "TEE": 2, "JAR": 3}[sku]
    order, meters = f"SO-{outbound}", 100 - id_
    return pick.Task(id_, outbound, order, item, sku, sku.title(), lot, bin_, quantity, 0, state, meters_left=meters)


def tour(*tasks: pick.Task, totes: dict[str, int | None] | None = None) -> pick.Facts:
    carried = {"T1": None, "T2": None, "T3": None} if totes is None else totes
    units = {code: pick.Tote(n, code, "tote", outbound) for n, (code, outbound) in enumerate(carried.items(), 101)}
    units["PAL"] = pick.Tote(900, "PAL", "pallet", None)
    barcodes = {MUG: (1, 1), TEE: (2, 1), JAR: (3, 1), "TEE-CASE": (2, 12), "MUG": (1, 1)}
    return pick.Facts("B-7", "W1/1", list(tasks), units, barcodes, {1: "MUG", 2: "TEE Tea towel"})


def test_a_picker_scans_bin_item_and_tote_and_is_sent_to_the_next_bin() -> None:
    picker = Operator("pick", tour(task(1, 10, "A-12-3", "MUG", 1), task(2, 10, "A-14-1", "TEE", 1)))
    assert picker.scan("L.A-12-3").sentence == "Bin A-12-3. Pick 1 × MUG."
    assert picker.scan(MUG).sentence == "1 × MUG. Now scan the tote of order SO-10."
    assert picker.scan("T.T1").sentence == "Done. Next bin A-14-1."
    picker.walk("L.A-14-1", TEE, "T.T1")
    assert picker.at == "done"
    assert picker.effects == [ConfirmPick(1, 1, 101), ConfirmPick(2, 1, 101)]


def test_the_wrong_bin_is_named_beside_the_right_one() -> None:
    picker = Operator("pick", tour(task(1, 10, "A-12-3", "MUG", 1)))
    answer = picker.scan("L.A-12-4")
    assert not answer.ok
    assert answer.sentence == "Expected bin A-12-3, scanned A-12-4."
    assert picker.at == "bin"


def test_the_wrong_item_is_refused_and_changes_nothing() -> None:
    picker = Operator("pick", tour(task(1, 10, "A-12-3", "MUG", 1)))
    picker.walk("L.A-12-3")
    answer = picker.scan(TEE)
    assert (answer.ok, answer.sentence) == (False, "Expected MUG, scanned TEE Tea towel.")
    assert picker.state["counted"] == 0


def test_units_add_up_scan_by_scan_or_are_keyed_in_but_never_exceed_the_task() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "TEE", 30)))
    picker.walk("L.A", TEE, TEE, "TEE-CASE", (TEE, 10))
    assert picker.state["counted"] == 24
    answer = picker.scan(TEE, 7)
    assert answer.sentence == "Only 30 × TEE to pick; with this it would be 31."
    picker.walk((TEE, 6), "T.T1")
    assert picker.effects == [ConfirmPick(1, 30, 101)]


def test_a_second_task_in_the_same_bin_needs_no_second_bin_scan() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 1), task(2, 11, "A", "MUG", 2)))
    picker.walk("L.A", MUG, "T.T1")
    assert picker.at == "item"
    picker.walk((MUG, 2), "T.T2")
    assert picker.effects == [ConfirmPick(1, 1, 101), ConfirmPick(2, 2, 102)]


def test_another_orders_tote_is_refused_and_the_own_one_named() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 1), task(2, 11, "A", "MUG", 1), task(3, 10, "A", "TEE", 1)))
    picker.walk("L.A", MUG, "T.T1", MUG)
    answer = picker.scan("T.T1")
    assert answer.sentence == "Tote T1 carries another order. Put this into a free tote."
    picker.walk("T.T2", TEE)
    assert picker.scan("T.T2").sentence == "Tote T2 carries another order. Put this into T1."
    assert picker.scan("T.T3").sentence == "Order SO-10 has tote T1: put it there, or scan !full if nothing more fits."
    picker.walk("T.T1")


def test_an_order_goes_on_in_a_second_tote_once_the_first_is_full() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "TEE", 4)))
    picker.walk("L.A", (TEE, 3), "T.T1", TEE)
    assert not picker.scan("T.T2").ok
    picker.walk("!full", "T.T2")
    assert picker.effects == [ConfirmPick(1, 3, 101), ConfirmPick(1, 1, 102)]


def test_a_pallet_or_an_unknown_tote_takes_nothing() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 1)))
    picker.walk("L.A", MUG)
    assert picker.scan("T.PAL").sentence == "PAL is a pallet, not a tote."
    assert picker.scan("T.X9").sentence == "There is no tote X9."
    assert picker.at == "tote"


def test_an_empty_bin_is_short_at_once() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 2), task(2, 10, "B", "TEE", 1)))
    assert picker.scan("!short").sentence == "Go to bin A and scan it first."
    picker.walk("L.A")
    assert picker.scan("!short", 0).sentence == "Short noted. Go to bin B."
    assert picker.effects == [ShortPick(1, 0)]


def test_what_a_short_bin_did_hold_goes_into_the_tote_first() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 5)))
    picker.walk("L.A", MUG, MUG, "!short")
    assert picker.at == "tote"
    picker.walk("T.T1")
    assert picker.effects == [ConfirmPick(1, 2, 101), ShortPick(1, 2)]
    assert picker.at == "done"


def test_a_shortage_counts_what_lies_in_the_tote_already() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 5)))
    picker.walk("L.A", (MUG, 2), "T.T1", ("!short", 1), "T.T1")
    assert picker.effects == [ConfirmPick(1, 2, 101), ConfirmPick(1, 1, 101), ShortPick(1, 3)]


def test_damaged_units_are_said_to_be_damaged_not_missing() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 5)))
    picker.walk("L.A", (MUG, 2), "!damaged", "T.T1")
    assert picker.effects == [ConfirmPick(1, 2, 101), ShortPick(1, 2, damaged=True)]


def test_finding_everything_is_no_shortage() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 2)))
    picker.walk("L.A")
    assert picker.scan("!short", 2).sentence == "All 2 are there: nothing is short."


def test_undo_starts_the_count_again_and_takes_back_a_shortage() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 3)))
    picker.walk("L.A", (MUG, 1), "!short", "!undo")
    assert picker.state == {"at": "item", "task": 1, "left": 3, "counted": 0}
    assert not picker.scan("!undo").ok


def test_a_skipped_pick_comes_again_at_the_end() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 1), task(2, 10, "B", "TEE", 1)))
    assert picker.walk("!skip").sentence == "Skipped; it comes again at the end. Next bin B."
    picker.walk("L.B", TEE, "T.T1")
    assert picker.state["task"] == 1
    assert picker.scan("!skip").sentence == "Nothing else is left to pick: this one cannot be skipped."


def test_nobody_ends_work_with_units_in_hand() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 2)))
    picker.walk("L.A", MUG)
    assert picker.scan("!end").sentence == (
        "First put the 1 × MUG in your hand into a tote, or !undo and lay them back into bin A."
    )
    picker.walk("!undo", "!end")
    assert picker.scan("L.A").sentence == "This work has ended. Start again."


def test_a_cancelled_order_stops_the_next_scan_and_says_what_to_put_back() -> None:
    facts = tour(task(1, 10, "A", "MUG", 3), task(2, 11, "B", "TEE", 1))
    picker = Operator("pick", facts)
    picker.walk("L.A", (MUG, 2))
    facts.tasks[0].state = "cancelled"
    answer = picker.scan(MUG)
    assert answer.screen == "pick.stop"
    assert answer.sentence == "Stop: order SO-10 is cancelled. Put the 3 × MUG in your hand back into bin A and scan it."
    assert picker.scan("L.B").sentence.startswith("First put the 3 × MUG of the cancelled order back into bin A")
    assert picker.walk("L.A").sentence == "3 × MUG are back in bin A. Go to bin B."
    picker.walk("L.B", TEE, "T.T1")
    assert picker.effects == [ConfirmPick(2, 1, 101)]


def test_units_in_hand_may_go_into_a_tote_where_a_put_back_waits_for_them() -> None:
    facts = tour(task(1, 10, "A", "MUG", 3), task(2, 11, "B", "TEE", 1))
    picker = Operator("pick", facts)
    picker.walk("L.A", (MUG, 3))
    facts.tasks[0].state = "cancelled"
    answer = picker.scan("T.T1")
    assert (answer.ok, answer.screen) == (False, "pick.stop")
    assert answer.sentence == (
        "Stop: order SO-10 is cancelled. Leave the 3 × MUG in tote T1: a put-back task brings them to bin A. Go to bin B."
    )
    assert picker.effects == [LeaveInTote(1, 3, 101)]


def test_units_scanned_one_by_one_for_a_cancelled_order_all_count() -> None:
    facts = tour(task(1, 10, "A", "MUG", 4, state="cancelled"), task(2, 11, "B", "TEE", 1))
    picker = Operator("pick", facts)
    told = [picker.scan("L.A"), picker.scan(MUG), picker.scan(MUG), picker.scan(MUG, 2)]
    assert [(answer.screen, answer.data["counted"]) for answer in told[1:]] == [
        ("pick.stop", 1),
        ("pick.stop", 2),
        ("pick.stop", 4),
    ]
    assert told[-1].sentence == "Stop: order SO-10 is cancelled. Put the 4 × MUG in your hand back into bin A and scan it."
    assert picker.scan(MUG).sentence == "Only 4 × MUG of the cancelled order were to be picked; with this it would be 5."
    assert picker.scan(TEE).sentence.startswith("First put the 4 × MUG of the cancelled order back into bin A")
    assert picker.scan(MUG, 0).sentence.startswith("First put the 4 × MUG"), "none is no quantity"
    assert picker.walk("T.T1").sentence.startswith("4 × MUG are in tote T1")
    assert picker.effects == [LeaveInTote(1, 4, 101)]


def test_one_unit_after_the_other_into_the_tote_of_a_cancelled_order_all_count_but_no_more_than_it_had_open() -> None:
    facts = tour(task(1, 10, "A", "MUG", 3), task(2, 10, "A", "TEE", 1), task(3, 11, "A", "JAR", 1))
    picker = Operator("pick", facts)
    picker.walk("L.A", MUG, "T.T1")
    for each in facts.tasks[:2]:
        each.stopped = True
    for text in (MUG, "T.T1", MUG, "T.T1", MUG, "T.T1", TEE, "T.T1"):
        picker.scan(text)
    assert picker.effects == [ConfirmPick(1, 1, 101), LeaveInTote(1, 1, 101), LeaveInTote(1, 1, 101), LeaveInTote(2, 1, 101)]
    picker.walk(JAR, "T.T2")


def test_the_undo_of_units_taken_for_a_cancelled_order_lets_them_lie_in_their_bin() -> None:
    facts = tour(task(1, 10, "A", "MUG", 3, state="cancelled"), task(2, 11, "B", "MUG", 1))
    picker = Operator("pick", facts)
    for text in ("L.A", MUG, MUG):
        picker.scan(text)
    assert picker.walk("!undo").sentence == "Undone: lay the 2 × MUG of the cancelled order back into bin A. Go to bin B."
    for text in (MUG, MUG, MUG):
        picker.scan(text)
    picker.walk("T.T1", "L.B", MUG, "T.T2")
    assert picker.effects == [LeaveInTote(1, 3, 101), ConfirmPick(2, 1, 102)], "counted again, and not taken for the next order"


def test_another_lot_than_that_of_the_cancelled_pick_is_not_counted_for_it() -> None:
    facts = tour(task(1, 10, "A", "JAR", 2, lot="L77", state="cancelled"))
    picker = Operator("pick", facts)
    for text in ("L.A", "(01)00012345678905(10)L77", "(01)00012345678905(10)L78"):
        picker.scan(text)
    picker.walk("T.T1")
    assert picker.effects == [LeaveInTote(1, 1, 101)]


def test_what_was_picked_offline_for_a_cancelled_order_is_known_to_lie_in_its_tote() -> None:
    facts = tour(
        task(1, 10, "A", "MUG", 2, state="cancelled"),
        task(2, 10, "B", "TEE", 1, state="cancelled"),
        task(3, 11, "C", "JAR", 1),
    )
    picker = Operator("pick", facts)
    scans = [("L.A", None), (MUG, 2), ("T.T1", None), ("L.B", None), (TEE, None), ("T.T1", None)]
    stops = [picker.scan(text, units) for text, units in scans]
    assert [answer.screen for answer in stops] == ["pick.stop", "pick.stop", "pick.bin", "pick.stop", "pick.stop", "pick.bin"]
    assert picker.effects == [LeaveInTote(1, 2, 101), LeaveInTote(2, 1, 101)]
    picker.walk("L.C", JAR, "T.T2")


def test_the_units_in_hand_do_not_hide_what_lies_in_the_tote_already() -> None:
    facts = tour(task(1, 10, "A", "MUG", 1), task(2, 10, "B", "TEE", 2), task(3, 11, "C", "JAR", 1))
    picker = Operator("pick", facts)
    picker.walk("L.A", MUG, "T.T1", "L.B", TEE)
    for each in facts.tasks[:2]:
        each.stopped = True
    assert picker.scan(TEE).sentence == (
        "Stop: order SO-10 is cancelled. Put the 2 × TEE in your hand back into bin B and scan it. "
        "Leave what is in tote T1: a put-back task brings it to its bin."
    )


def test_another_orders_tote_takes_nothing_of_a_cancelled_one() -> None:
    facts = tour(task(1, 10, "A", "MUG", 3), totes={"T1": None, "T2": 11})
    picker = Operator("pick", facts)
    picker.walk("L.A", (MUG, 2))
    facts.tasks[0].state = "cancelled"
    assert picker.scan("T.T2").screen == "pick.stop"
    assert not picker.scan("T.T2").ok
    assert picker.effects == []
    picker.walk("L.A")
    assert picker.at == "done"


def test_the_last_pick_is_taken_out_of_its_tote_again() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 2), task(2, 10, "B", "TEE", 1)))
    picker.walk("L.A", (MUG, 2), "T.T1")
    assert picker.walk("!undo").sentence == "Taken back: 2 × MUG from tote T1 belong into bin A again. Pick again."
    assert picker.effects == [ConfirmPick(1, 2, 101), UndoPick(1, 2, 101)]
    assert not picker.scan("!undo").ok
    picker.walk((MUG, 2), "T.T2", "L.B")
    assert picker.scan("!undo").sentence == "Nothing to undo: what is done stands in the books.", "something happened since"


def test_what_cannot_be_undone_says_why() -> None:
    facts = tour(task(1, 10, "A", "MUG", 2), task(2, 10, "B", "TEE", 1))
    picker = Operator("pick", facts)
    picker.walk("L.A", ("!short", 0))
    assert picker.scan("!undo").sentence.startswith("A short cannot be undone")
    picker.walk("L.B", TEE, "T.T1")
    assert picker.scan("!undo").sentence.startswith("The tour is done and closed")


def test_what_lies_in_the_tote_of_a_cancelled_order_stays_there() -> None:
    facts = tour(task(1, 10, "A", "MUG", 1), task(2, 10, "B", "TEE", 1), task(3, 11, "C", "JAR", 1))
    picker = Operator("pick", facts)
    picker.walk("L.A", MUG, "T.T1")
    for each in facts.tasks[:2]:
        each.stopped = True
    answer = picker.scan("L.B")
    assert answer.sentence == (
        "Stop: order SO-10 is cancelled. Leave what is in tote T1: a put-back task brings it to its bin. Go to bin C."
    )


def test_a_picker_who_went_to_a_bin_for_a_cancelled_order_is_told_to_take_nothing() -> None:
    facts = tour(task(1, 10, "A", "MUG", 1, state="cancelled"), task(2, 11, "B", "TEE", 1))
    answer = Operator("pick", facts).scan("L.A")
    assert answer.screen == "pick.stop"
    assert answer.sentence == (
        "Stop: order SO-10 is cancelled. Take nothing from bin A for it, and put back what you took. Go to bin B."
    )


def test_an_order_that_takes_fewer_now_sends_the_rest_back() -> None:
    facts = tour(task(1, 10, "A", "MUG", 3))
    picker = Operator("pick", facts)
    picker.walk("L.A", (MUG, 3))
    facts.tasks[0].quantity = 2
    assert picker.scan("T.T1").sentence == "Stop: order SO-10 now takes 2 × MUG. Put 1 back into bin A."
    picker.walk("T.T1")
    assert picker.effects == [ConfirmPick(1, 2, 101)]


def test_a_pick_somebody_else_did_names_the_badge_and_goes_on() -> None:
    facts = tour(task(1, 10, "A", "MUG", 1), task(2, 10, "B", "TEE", 1))
    picker = Operator("pick", facts)
    facts.tasks[0].state, facts.tasks[0].badge = "picked", "B-9"
    assert picker.scan("L.A").sentence == "Badge B-9 has done this pick already. Go to bin B."


def test_the_lot_on_the_label_must_be_the_lot_of_the_task() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "JAR", 1, lot="L77")))
    picker.walk("L.A")
    answer = picker.scan("(01)00012345678905(10)L78")
    assert answer.sentence == "Expected lot L77 of JAR, scanned lot L78."
    picker.walk("(01)00012345678905(10)L77", "T.T1")


def test_the_screen_tells_how_far_it_is() -> None:
    picker = Operator("pick", tour(task(1, 10, "A", "MUG", 1), task(2, 10, "B", "TEE", 1)))
    data = picker.scan("L.A").data
    assert (data["stop"], data["stops"], data["meters"]) == (1, 2, 99)


def test_a_found_replacement_reopens_a_tour_that_was_done() -> None:
    facts = tour(task(1, 10, "A", "MUG", 1, state="picked"), task(2, 10, "Z", "MUG", 1))
    picker = Operator("pick", facts, {"at": "done"})
    picker.walk("L.Z", MUG, "T.T1")
    assert picker.effects == [ConfirmPick(2, 1, 101)]
