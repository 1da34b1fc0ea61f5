"""Undoing, moving, counting on the way and looking up, on the real books, which the fixture proves after every test."""

from __future__ import annotations

from orderhouse.database import unit_of_work
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.queries import CountTask, counts_to_make, variances
from orderhouse.wms.floor.queries import open_work
from orderhouse.wms.floor.tests.scanners import Scanner
from orderhouse.wms.floor.tests.test_take_scan import A, B, stocked, tour_of
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor


def differing(shop: ShippingFloor) -> list[CountTask]:
    with unit_of_work(shop.tenant_id):
        return variances(shop.tenant_id, shop.node_id)


def test_offline_picks_for_a_cancelled_order_get_their_put_backs_and_the_tour_goes_on(shop: ShippingFloor) -> None:
    stocked(shop)
    tour_id = tour_of(shop, ("R1", 2, 1), ("R2", 0, 3))
    picker = Scanner(shop, "pick", tour_id)
    shop.cancel("R1")
    assert shop.stock(A, "MUG") == 50, "the book frees the units at once"
    answers = picker.send(f"L.{A}", ("MUG", 2), "T.T1", f"L.{B}", "TEE", "T.T1", ("TEE", 3), "T.T2")
    assert [answer.screen for answer in answers[:3]] == ["pick.stop", "pick.stop", "pick.bin"]
    assert "a put-back task brings them to bin" in answers[2].sentence
    assert shop.stock(A, "MUG") == 48, "two mugs lie in the tote"
    back = [(task.sku, task.quantity, task.source, task.location) for task in shop.tasks()]
    assert ("MUG", 2, "T1", A) in back
    assert ("TEE", 1, "T1", B) in back, "taken for the cancelled order from the bin where the next pick is"
    assert [answer.ok for answer in answers[6:]] == [True, True]
    assert shop.counts("R2") == {"picked": 3}

    refused = Scanner(shop, "pick", tour_of(shop, ("R3", 1, 0)), badge="B-4")
    refused.walk(f"L.{A}", "MUG")
    assert refused.scan("T.T1").sentence.startswith("Tote T1 carries another order"), "it is not free before it is empty"
    refused.walk("T.T3")
    worker = Scanner(shop, "putaway", badge="B-3")
    for task in shop.tasks():
        worker.walk("T.T1", task.sku, f"L.{task.location}")
    assert (shop.stock(A, "MUG") + shop.stock(A, "MUG", "allocated"), shop.tasks()) == (49, [])
    assert [kind for kind, _ in shop.said("R1") if kind == "ReleaseCancelled"] == ["ReleaseCancelled"], "told once, not twice"


def test_units_promised_to_another_order_meanwhile_are_laid_back_and_the_manager_is_told(shop: ShippingFloor) -> None:
    shop.keep("MUG", (A, 3))
    shop.tote("T1")
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 3, 0)))
    shop.cancel("R1")
    shop.release("R2", ("MUG", 2))
    shop.wave()
    answer = picker.send(f"L.{A}", ("MUG", 3), "T.T1")[-1]
    assert answer.sentence.endswith(
        "2 of them are promised to another order: lay those back into their bin now. The manager is told."
    )
    [task] = shop.tasks()
    assert (task.quantity, task.source) == (1, "T1")
    [(kind, facts)] = shop.exceptions()
    assert (kind, facts["missing"], facts["badge"]) == ("conflict", 2, "B-1")
    assert shop.stock(A, "MUG", "allocated") == 2


def test_the_last_pick_goes_back_from_tote_to_bin(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 1)))
    picker.walk(f"L.{A}", ("MUG", 2), "T.T1", "!undo")
    assert shop.counts("R1", 1) == {"allocated": 2}
    assert shop.stock(A, "MUG", "allocated") == 2
    picker.walk("MUG", "MUG", "T.T2", f"L.{B}", "TEE", "T.T2")
    assert (shop.counts("R1", 1), shop.out("R1").state) == ({"picked": 2}, "picked")
    assert Scanner(shop, "pack", badge="B-2").scan("T.T1").sentence == "Tote T1 is empty."


def test_a_batch_picks_undoes_and_picks_again_as_one_scan_after_the_other_would(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 1)))
    answers = picker.send(f"L.{A}", ("MUG", 2), "T.T1", "!undo", "MUG", "MUG", "T.T1", f"L.{B}", ("!short", 0))
    assert all(answer.ok for answer in answers)
    assert shop.counts("R1", 1) == {"picked": 2}


def test_a_pick_that_was_packed_meanwhile_is_not_undone(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 0), ("R2", 0, 1)))
    picker.walk(f"L.{A}", ("MUG", 2), "T.T1")
    Scanner(shop, "pack", badge="B-2").walk("T.T1", ("MUG", 2), "!close")
    answer = picker.scan("!undo")
    assert (answer.ok, answer.data["refusal"]) == (False, "pick-stands")
    assert answer.sentence.startswith("The 2 × MUG cannot go back: they are not in that tote any more.")
    assert shop.counts("R1", 1) == {"packed": 2}


def test_the_last_put_goes_back_to_the_dock_while_nobody_wants_it(shop: ShippingFloor) -> None:
    shop.item("MUG")
    shop.receive("MUG", 10)
    worker = Scanner(shop, "putaway")
    [task] = shop.tasks()
    worker.walk("MUG", f"L.{task.location}", "!undo")
    assert (shop.stock(task.location, "MUG"), shop.tasks()[0].quantity) == (0, 10)
    worker.walk("MUG", f"L.{task.location}")
    shop.release("R1", ("MUG", 8))
    shop.wave()
    answer = worker.scan("!undo")
    assert not answer.ok
    assert answer.sentence.startswith(f"The 10 × MUG stay in {task.location}: they are allocated to an order or moved already.")
    assert shop.stock(task.location, "MUG") == 2


def test_whoever_comes_second_to_a_put_away_or_a_put_back_is_told_who_was_first(shop: ShippingFloor) -> None:
    shop.item("MUG")
    shop.receive("MUG", 4)
    faster, slower, late = (Scanner(shop, "putaway", badge=badge) for badge in ("B-2", "B-3", "B-4"))
    slower.walk("MUG")
    place = shop.tasks()[0].location
    faster.walk("MUG", f"L.{place}")
    answer = slower.scan(f"L.{place}")
    assert (answer.ok, answer.screen) == (False, "putaway.stop")
    assert answer.sentence == "Badge B-2 has put away the 4 × MUG already."
    assert late.send("MUG", f"L.{place}")[0].sentence == "Badge B-2 has put away the 4 × MUG already."
    assert faster.scan("MUG").sentence.startswith("No MUG"), "nobody is told of themselves"

    shop.tote("T1")
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 0)))
    shop.cancel("R1")
    picker.send(f"L.{place}", ("MUG", 2), "T.T1")
    slower.walk("T.T1", "MUG")
    faster.walk("T.T1", "MUG", f"L.{shop.tasks()[0].location}")
    assert slower.scan(f"L.{place}").sentence == "Badge B-2 has put away the 2 × MUG from T1 already."
    assert slower.scan("MUG").sentence == "Badge B-2 has put away the 2 × MUG from T1 already."
    assert late.scan("T.T1").sentence == "Nothing in T1 is to be put back: badge B-2 has done it already."
    assert faster.scan("T.T1").sentence == "Nothing in T1 is to be put back."


def test_stock_moves_by_scans_and_the_next_pick_goes_where_it_lies(shop: ShippingFloor) -> None:
    shop.keep("MUG", (A, 10))
    shop.tote("T1")
    mover = Scanner(shop, "move")
    assert mover.walk(f"L.{A}", ("MUG", 7), f"L.{B}").sentence == f"7 × MUG moved from {A} to bin {B}."
    assert (shop.stock(A, "MUG"), shop.stock(B, "MUG"), shop.on_hand("MUG")) == (3, 7, 10)
    mover.walk("!undo")
    assert (shop.stock(A, "MUG"), shop.stock(B, "MUG")) == (10, 0)
    answers = mover.send(f"L.{A}", ("MUG", 10), f"L.{B}", f"L.{B}", ("MUG", 10), f"L.{B}", f"L.{A}")
    assert [answer.ok for answer in answers] == [True, True, True, True, True, False, True]
    mover.walk(f"L.{A}", ("MUG", 10), f"L.{B}")
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 4, 0)))
    assert picker.first.data["bin"] == B
    assert mover.walk(f"L.{B}").ok
    assert mover.scan("MUG", 7).sentence == f"Only 6 × MUG in {B} may be moved: 4 are picked for orders soon."
    picker.walk(f"L.{B}", ("MUG", 4), "T.T1")


def test_a_full_bin_takes_no_more_and_says_how_much_it_would(shop: ShippingFloor) -> None:
    shop.keep("MUG", (A, 60))
    shop.keep("TEE", (B, 70))
    mover = Scanner(shop, "move")
    mover.walk(f"L.{A}", ("MUG", 60))
    assert mover.scan(f"L.{B}").sentence.startswith(f"Bin {B} has room for 30 more units of MUG, not 60.")
    mover.walk("!undo", ("MUG", 30), f"L.{B}")
    assert (shop.stock(A, "MUG"), shop.stock(B, "MUG")) == (30, 30)


def test_lots_keep_apart_on_the_move(shop: ShippingFloor) -> None:
    shop.item("JAR", tracks_lots=True)
    for lot in ("L1", "L2"):
        shop.receive("JAR", 5, lot=lot)
        shop.stow(A)
    mover = Scanner(shop, "move")
    assert mover.walk(f"L.{A}", ("JAR", 3)).screen == "move.lot"
    mover.walk("L2", f"L.{B}")
    lots = shop.rows(
        """SELECT b.lot_number, a.balance FROM ledger_account a JOIN ledger_lot b ON b.tenant_id = a.tenant_id AND b.id = a.lot_id
           WHERE a.tenant_id = %s AND a.place_id = %s AND a.balance > 0""",
        shop.bin(B).id,
    )
    assert lots == [("L2", 3)]


def test_the_bin_one_stands_at_is_counted_and_a_slip_is_counted_again(shop: ShippingFloor) -> None:
    stocked(shop)
    counter = Scanner(shop, "count")
    counter.walk(f"L.{A}", ("MUG", 45))
    assert len(differing(shop)) == 1
    counter.walk("!undo")
    assert (differing(shop), shop.exceptions()) == ([], [])
    counter.walk(("MUG", 48), ("TEE", 2), "!done")
    found = {(task.sku, task.expected, task.counted): task.id for task in differing(shop)}
    assert set(found) == {("MUG", 50, 48), ("TEE", 0, 2)}
    approve_variances(by=shop.by, task_ids=list(found.values()))
    assert (shop.stock(A, "MUG"), shop.stock(A, "TEE")) == (48, 2)
    with unit_of_work(shop.tenant_id):
        assert counts_to_make(shop.tenant_id, shop.node_id) == []


def test_an_empty_bin_is_confirmed_and_one_that_should_not_be_differs(shop: ShippingFloor) -> None:
    stocked(shop)
    counter = Scanner(shop, "count")
    empty = "01-001-2"
    assert counter.walk(f"L.{empty}", "!empty").sentence == f"Bin {empty} is noted as empty. Scan the next bin."
    assert shop.exceptions() == []
    counter.walk(f"L.{B}", "!empty")
    assert [(task.sku, task.counted) for task in differing(shop)] == [("TEE", 0)]


def test_anything_can_be_looked_up_and_nothing_changes(shop: ShippingFloor) -> None:
    stocked(shop)
    shop.item("JAR", tracks_lots=True)
    shop.receive("JAR", 4, lot="LOT-9")
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 0)))
    picker.walk(f"L.{A}", ("MUG", 2), "T.T1")
    [parcel] = shop.pack("R1")
    (sscc,) = shop.rows("SELECT sscc FROM wms_parcel WHERE tenant_id = %s AND id = %s", parcel)[0]
    looker = Scanner(shop, "lookup", badge="B-2")
    told = {text: looker.walk(text) for text in (f"L.{A}", "MUG", "LOT-9", "R1", f"00{sscc}", "B.B-1", "T.T2")}
    assert told[f"L.{A}"].sentence == f"Bin {A}: 48 units of 1 item."
    assert [A, "48 free"] in told["MUG"].data["rows"]
    assert told["LOT-9"].sentence == "JAR lot LOT-9: 4 here."
    assert told["R1"].sentence == "Order R1 is packed."
    assert told[f"00{sscc}"].sentence == f"Parcel {sscc}: 2 units of 1 item, order R1 packed."
    assert told["B.B-1"].sentence == "Badge B-1: Worker B-1, at work: pick."
    assert told["T.T2"].sentence == "Tote T2: empty."
    assert not looker.scan("WHAT?").ok
    with_before = shop.rows("SELECT count(*) FROM ledger_movement WHERE tenant_id = %s")
    looker.walk(f"L.{B}")
    assert shop.rows("SELECT count(*) FROM ledger_movement WHERE tenant_id = %s") == with_before


def test_what_can_be_done_at_any_time_is_offered_only_when_asked_for(shop: ShippingFloor) -> None:
    assert open_work(shop.tenant_id, shop.node_id, "B-1") == []
    offered = open_work(shop.tenant_id, shop.node_id, "B-1", anytime=True)
    assert {(work.flow, work.state, work.open) for work in offered} == {(f, "anytime", 0) for f in ("count", "move", "lookup")}


def test_a_split_order_leaves_in_two_parcels(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 1)))
    picker.walk(f"L.{A}", ("MUG", 2), "T.T1", f"L.{B}", "TEE", "T.T1")
    closed = Scanner(shop, "pack", badge="B-2").walk("T.T1", ("MUG", 2), ("!box", 700), "TEE", ("!close", 200))
    assert len({parcel["sscc"] for parcel in closed.data["parcels"]}) == 2
    assert shop.out("R1").state == "packed"
    shop.ship([int(parcel["parcel"]) for parcel in closed.data["parcels"]])
    assert shop.out("R1").state == "shipped"
