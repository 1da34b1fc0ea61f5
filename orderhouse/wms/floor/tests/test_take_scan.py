"""The floor's doors, on the real books."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from orderhouse.kernel.errors import NotFound
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.queries import open_work, scans_of
from orderhouse.wms.floor.take_scan import NotYourSession, start_session
from orderhouse.wms.floor.tests.scanners import Said, Scanner
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, counted
from orderhouse.wms.picking.refusals import TourTaken

A, B = "02-002-1", "01-001-1"
"""In the order a tour walks them."""


def tote(shop: ShippingFloor, *codes: str) -> None:
    for code in codes:
        shop.tote(code)


def tour_of(shop: ShippingFloor, *releases: tuple[str, int, int]) -> int:
    """Release orders of (number, mugs, tees), plan their wave; the tour's id."""
    for number, mugs, tees in releases:
        shop.release(number, *((sku, units) for sku, units in (("MUG", mugs), ("TEE", tees)) if units))
    shop.wave()
    [tour_id] = shop.tour_ids()
    return tour_id


def stocked(shop: ShippingFloor) -> None:
    shop.keep("MUG", (A, 50), weight_grams=300)
    shop.keep("TEE", (B, 50), weight_grams=150)
    tote(shop, "T1", "T2", "T3", "T4")


def test_an_order_is_picked_and_packed_by_scans_alone(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 1)))
    assert picker.first.screen == "pick.bin"
    picker.walk(f"L.{A}", ("MUG", 2), "T.T1", f"L.{B}", "TEE")
    assert shop.out("R1").state == "picking"
    assert picker.walk("T.T1").sentence == "Done. Bring the cart to packing."
    assert shop.out("R1").state == "picked"

    packer = Scanner(shop, "pack", badge="B-2")
    packer.walk("T.T1", "MUG", "MUG", "TEE")
    assert shop.counts("R1", 1) == {"picked": 2}, "checks are posted with the closing"
    closed = packer.walk(("!close", 820))
    assert len(closed.data["sscc"]) == 18
    assert shop.out("R1").state == "packed"
    shop.ship([int(closed.data["parcel"])])
    assert shop.out("R1").state == "shipped"


def test_the_start_screen_holds_all_that_an_offline_picker_needs(shop: ShippingFloor) -> None:
    stocked(shop)
    sheet = Scanner(shop, "pick", tour_of(shop, ("R1", 1, 1), ("R2", 2, 0))).first.data["sheet"]
    assert sheet["orders"] == 2
    assert {(t["bin"], t["sku"], t["quantity"], t["order"]) for t in sheet["tasks"]} == {
        (A, "MUG", 1, "R1"),
        (B, "TEE", 1, "R1"),
        (A, "MUG", 2, "R2"),
    }
    assert {t["slot"] for t in sheet["tasks"]} == {1, 2}
    assert all(t["meters"] > 0 for t in sheet["tasks"])


def test_a_scan_id_is_done_once_and_answered_the_same_ever_after(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 0)))
    scans: list[Said] = [f"L.{A}", ("MUG", 1), ("MUG", 1), "T.T1"]
    ids = [uuid4() for _ in scans]
    first = picker.send(*scans[:2], ids=ids[:2])
    again = picker.send(*scans, ids=ids)
    assert again[:2] == first
    assert all(answer.ok for answer in again)
    assert picker.send(*scans, ids=ids) == again
    assert shop.counts("R1") == {"picked": 2}
    assert [row.text for row in scans_of(shop.tenant_id, picker.session_id)] == [f"L.{A}", "MUG", "MUG", "T.T1"]


def test_a_batch_sent_four_times_at_once_is_done_once(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 3, 0)))
    scans: list[Said] = [f"L.{A}", ("MUG", 2), "MUG", "T.T1"]
    ids = [uuid4() for _ in scans]

    def send(_: int) -> list[Answer]:
        try:
            return picker.send(*scans, ids=ids)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as senders:
        answers = list(senders.map(send, range(4)))
    assert all(each == answers[0] for each in answers)
    assert shop.counts("R1") == {"picked": 3}


def test_the_same_id_twice_in_one_batch_counts_once(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 0)))
    twice = uuid4()
    answers = picker.send(f"L.{A}", "MUG", "MUG", ids=[uuid4(), twice, twice])
    assert answers[1] == answers[2]
    assert answers[2].data["counted"] == 1


def test_a_batch_leaves_the_books_as_one_scan_after_the_other_does(shop: ShippingFloor) -> None:
    stocked(shop)
    scans: list[Said] = [f"L.{A}", ("MUG", 2), "T.{}", "MUG", f"L.{B}", ("TEE", 3), "T.{}", "!skip"]
    packs: list[Said] = ["T.{}", ("MUG", 2), "MUG", ("TEE", 3), ("!close", 900)]

    def live(number: str, code: str, batch: bool) -> tuple[object, ...]:
        def named(each: Said) -> Said:
            return each.format(code) if isinstance(each, str) else each

        picker = Scanner(shop, "pick", tour_of(shop, (number, 2, 3)), badge=f"B-{number}")
        packer_scans = [named(each) for each in packs]
        told = []
        for flow, todo in (("pick", [named(each) for each in scans]), ("pack", packer_scans)):
            scanner = picker if flow == "pick" else Scanner(shop, "pack", badge=f"B-{number}")
            answers = scanner.send(*todo) if batch else [scanner.send(each)[0] for each in todo]
            told += [(a.ok, a.screen, a.sentence.replace(number, "R").replace(code, "T")) for a in answers]
        moved = shop.rows(
            """SELECT i.sku, f.state, t.state, sum(m.quantity) FROM ledger_movement m
               JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
               JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
               JOIN catalog_item i ON i.tenant_id = m.tenant_id AND i.id = m.item_id
               WHERE m.tenant_id = %s AND m.actor = %s GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
            f"B-{number}",
        )
        return told, moved, shop.counts(number, 1), shop.counts(number, 2), shop.out(number).state

    one_by_one, at_once = live("R1", "T1", False), live("R2", "T2", True)
    assert one_by_one == at_once
    assert one_by_one[4] == "packed"


def test_a_batch_takes_the_same_statements_however_long_it_is(shop: ShippingFloor) -> None:
    stocked(shop)
    tote(shop, *(f"X{n}" for n in range(30)))

    def statements(orders: int, name: str) -> int:
        tour_id = tour_of(shop, *((f"{name}{n}", 1, 0) for n in range(orders)))
        picker = Scanner(shop, "pick", tour_id, badge=name)
        scans: list[Said] = [f"L.{A}"]
        for task in picker.first.data["sheet"]["tasks"]:
            scans += ["MUG", f"T.X{int(task['slot']) - 1}"]
        with counted() as sent:
            answers = picker.send(*scans)
        assert all(answer.ok for answer in answers)
        assert answers[-1].screen == "pick.done"
        shop.pack(*(f"{name}{n}" for n in range(orders)))
        return len(sent)

    assert statements(2, "P") == statements(10, "Q")


def test_a_single_scan_is_cheap(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 0)))
    for text in (f"L.{A}", "MUG"):
        with counted() as sent:
            picker.walk(text)
        assert len(sent) <= 8, sent


def test_one_refusal_does_not_hold_up_the_rest_of_an_offline_batch(shop: ShippingFloor) -> None:
    for sku in ("MUG", "TEE", "JAR"):
        shop.item(sku)
        shop.receive(sku, 80)
    worker = Scanner(shop, "putaway")
    scans: list[Said] = ["MUG", f"L.{A}", f"L.{A}", "TEE", f"L.{A}", f"L.{A}", "!skip", "JAR", f"L.{B}", f"L.{B}"]
    answers = worker.send(*scans)
    refused = [n for n, answer in enumerate(answers) if "refusal" in answer.data]
    assert refused == [5]
    assert answers[5].sentence == f"Bin {A} has room for 20 more units of TEE, not 80. " + (
        "Put 20 here and the rest elsewhere, or scan a bin with more room."
    )
    assert (shop.stock(A, "MUG"), shop.stock(B, "JAR")) == (80, 80)
    [(kind, facts)] = [found for found in shop.exceptions() if found[0] == "conflict"]
    assert (kind, facts["refusal"], facts["badge"], facts["scanned"]) == ("conflict", "bin-is-full", "B-1", f"L.{A}")
    shop.stow(B) if not shop.tasks() else shop.stow()


def test_a_session_answers_its_own_badge_and_device_only(shop: ShippingFloor) -> None:
    stocked(shop)
    tour_id = tour_of(shop, ("R1", 2, 0))
    picker = Scanner(shop, "pick", tour_id, device="old")
    thief = Scanner(shop, "count", badge="B-2")
    thief.session_id = picker.session_id
    with pytest.raises(NotYourSession, match="belongs to badge B-1 on device old"):
        thief.scan(f"L.{A}")
    picker.walk(f"L.{A}", "MUG")

    successor = Scanner(shop, "pick", tour_id, device="new")
    assert successor.session_id == picker.session_id
    assert successor.first.screen == "pick.item"
    assert successor.first.data["counted"] == 1
    with pytest.raises(NotYourSession, match="on device new"):
        picker.scan("MUG")
    successor.walk("MUG", "T.T1")


def test_two_pickers_cannot_walk_one_tour_and_the_second_is_told_who_does(shop: ShippingFloor) -> None:
    stocked(shop)
    tour_id = tour_of(shop, ("R1", 1, 0))
    Scanner(shop, "pick", tour_id, badge="B-1")
    with pytest.raises(TourTaken, match="is walked by B-1"):
        Scanner(shop, "pick", tour_id, badge="B-2")


def test_nobody_works_without_a_badge_or_in_a_session_that_is_not_there(shop: ShippingFloor) -> None:
    scanner = Scanner(shop, "count")
    scanner.session_id += 1
    with pytest.raises(NotFound, match="no floor session"):
        scanner.scan("x")
    shop.rows("UPDATE people_badge SET active = false WHERE tenant_id = %s RETURNING code")
    with pytest.raises(NotFound, match="no badge B-1"):
        start_session(by=shop.by, node_id=shop.node_id, badge="B-1", flow="count")


def test_a_cancelled_order_stops_the_picker_and_its_goods_are_put_back_by_scans(shop: ShippingFloor) -> None:
    stocked(shop)
    shop.keep("JAR", (B, 10))
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 1)))
    first, second = picker.first.data["sheet"]["tasks"]
    picker.walk(f"L.{first['bin']}", (first["sku"], first["quantity"]), "T.T1", f"L.{second['bin']}", second["sku"])
    shop.cancel("R1")
    answer = picker.scan("T.T1")
    assert (answer.ok, answer.screen) == (False, "pick.stop")
    assert answer.sentence == (
        f"Stop: order R1 is cancelled. Leave the 1 × {second['sku']} in tote T1: a put-back task brings them to bin {second['bin']}. "
        "Done. Bring the cart to packing."
    )
    assert (shop.stock(second["bin"], second["sku"]), shop.on_hand(second["sku"])) == (49, 50), "it lies in the tote"
    assert not Scanner(shop, "pack", badge="B-2").scan("T.T1").ok

    assert len(shop.tasks()) == 2
    worker = Scanner(shop, "putaway", badge="B-3")
    worker.walk("T.T1", *(each for back in shop.tasks() for each in (back.sku, f"L.{back.location}")))
    assert (shop.out("R1").state, shop.tasks()) == ("cancelled", [])
    assert (shop.stock(first["bin"], first["sku"]), shop.stock(second["bin"], second["sku"])) == (50, 50)
    shop.release("R2", ("MUG", 1))
    picker = Scanner(shop, "pick", tour_of(shop))
    picker.walk(f"L.{A}", "MUG", "T.T1")


def test_a_short_bin_sends_the_picker_on_to_where_more_lies(shop: ShippingFloor) -> None:
    shop.keep("MUG", (A, 3), (B, 5))
    tote(shop, "T1")
    shop.release("R1", ("MUG", 3))
    shop.wave()
    picker = Scanner(shop, "pick", shop.tour_ids()[0])
    start = picker.first.data["bin"]
    other = B if start == A else A
    picker.walk(f"L.{start}", ("!short", 1))
    answer = picker.walk("T.T1")
    assert answer.sentence == f"More was found elsewhere: go to bin {other}."
    assert picker.walk(f"L.{other}", ("MUG", 2), "T.T1").screen == "pick.done"
    assert shop.out("R1").state == "picked"

    counter = Scanner(shop, "count", badge="B-4")
    counter.walk(f"L.{start}", ("MUG", shop.stock(start, "MUG")))
    left = {work.flow: work.open for work in open_work(shop.tenant_id, shop.node_id, "B-4")}
    assert (left["pack"], left.get("count")) == (1, None)


def test_goods_come_in_by_scans_with_lots_damage_and_strangers(shop: ShippingFloor) -> None:
    shop.item("MUG")
    shop.item("JAR", tracks_lots=True, minimum_life_days=30)
    dock = Scanner(shop, "receive")
    answers = dock.send("!blind", ("MUG", 9), "!damaged", "MUG", ("JAR", 6), "L77", "2027-03-31", "GHOST", ("!unknown", 2))
    assert [answer.ok for answer in answers] == [True] * 7 + [False, True]
    assert answers[0].data["receipt"].startswith("R")
    dock.walk(("MUG", 1), "!close")
    assert (shop.on_hand("MUG"), shop.on_hand("JAR")) == (10, 6)
    worker = Scanner(shop, "putaway")
    for task in shop.tasks():
        worker.walk(task.sku, f"L.{task.location}")
    assert shop.tasks() == []
    assert {"unknown", "damaged"} <= {kind for kind, _ in shop.exceptions()}


def test_bins_are_counted_by_scans_and_a_difference_waits_for_the_manager(shop: ShippingFloor) -> None:
    stocked(shop)
    bins = [(shop.bin(A).id, shop.item("MUG")), (shop.bin(B).id, shop.item("TEE"))]
    request_counts(by=shop.by, bins=bins, reason="schedule")
    assert ("count", 2) in [(work.flow, work.open) for work in open_work(shop.tenant_id, shop.node_id, "B-1")]
    counter = Scanner(shop, "count")
    answers = counter.send(f"L.{A}", ("MUG", 50), f"L.{B}", ("TEE", 49), "!end")
    assert all(answer.ok for answer in answers)
    assert [kind for kind, _ in shop.exceptions()] == ["count_variance"]


def test_whatever_a_scanner_sends_is_answered_and_kept(shop: ShippingFloor) -> None:
    scanner = Scanner(shop, "count")
    hostile = ["\x00", "\ud800", "L.", "9" * 600, "'; DROP TABLE wms_scan; --", "{sku}", "\U0001f4a5", "]d2010"]
    answers = scanner.send(*hostile, ("MUG", 10**12))
    assert not any(answer.ok for answer in answers)
    assert len(scans_of(shop.tenant_id, scanner.session_id)) == 9


def test_work_that_ended_stays_ended(shop: ShippingFloor) -> None:
    scanner = Scanner(shop, "count")
    scanner.walk("!end")
    assert scanner.scan(f"L.{A}").sentence == "This work has ended. Start again."
    assert Scanner(shop, "count").session_id != scanner.session_id
