"""A crew's day on the real books: all of it through scans. The ``shop`` fixture examines the books after each test."""

from __future__ import annotations

from datetime import timedelta

import pytest

from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.crew.day import Crew
from orderhouse.crew.totes import NoToteLeft
from orderhouse.crew.worker import Mishaps
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.layout.open_totes import open_totes
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor

SKUS = [f"ITEM-{n:02d}" for n in range(8)]


def announced(shop: ShippingFloor, number: str = "ASN-1", units: int = 60) -> None:
    """A receipt of every item, one of them with lots that expire, one with serial numbers."""
    for sku in SKUS:
        shop.item(sku, weight_grams=250)
    shop.item("JAR", tracks_lots=True, minimum_life_days=30)
    shop.item("CAM", tracks_serials=True)
    quantities = [*((sku, units) for sku in SKUS), ("JAR", 20), ("CAM", 3)]
    lines = tuple(ExpectedLine(n, sku, shop.owner, quantity) for n, (sku, quantity) in enumerate(quantities, 1))
    receipt = ExpectReceipt(number, shop.node, "Supplier", shop.by.at, lines)
    put(by=shop.by, source="oms", letters=[Letter(f"node:{shop.node}", number, receipt)])


def ordered(shop: ShippingFloor, count: int) -> list[str]:
    numbers = [f"R{n:03d}" for n in range(count)]
    for n, number in enumerate(numbers):
        lines = [(SKUS[(n + k) % len(SKUS)], 1 + (n + k) % 3) for k in range(1 + n % 4)]
        shop.release(number, *lines, *([("JAR", 1)] if n % 5 == 0 else []), *([("CAM", 1)] if n % 7 == 0 else []))
    return numbers


def crew_of(shop: ShippingFloor, *, totes: int = 24, mishaps: Mishaps | None = None) -> Crew:
    badges, codes = ("B-1", "B-2"), [f"T-{n:03d}" for n in range(totes)]
    define_badges(by=shop.by, badges={badge: badge for badge in badges})
    open_totes(by=shop.by, node_id=shop.node_id, codes=codes)
    return Crew(shop.by, node_id=shop.node_id, badges=badges, totes=codes, mishaps=mishaps or Mishaps(), seed=7)


def test_a_crew_brings_a_day_from_the_dock_to_the_truck(shop: ShippingFloor) -> None:
    announced(shop)
    numbers = ordered(shop, 20)
    crew = crew_of(shop)
    left = crew.work_day(capacity=6)
    assert (left.parcels, left.without_label) == (20, 0)
    assert {shop.out(number).state for number in numbers} == {"shipped"}
    assert shop.tasks() == []
    assert len(crew.totes) == 24
    refused = shop.rows("SELECT text, answer::text FROM wms_scan WHERE tenant_id = %s AND refused")
    assert refused == []
    assert crew.scans == shop.value("SELECT count(*) FROM wms_scan WHERE tenant_id = %s")


def test_damage_and_short_bins_are_dealt_with_and_everything_found_ships(shop: ShippingFloor) -> None:
    announced(shop)
    ordered(shop, 24)
    crew = crew_of(shop, mishaps=Mishaps(damaged=0.5, short=0.2))
    crew.work_day(capacity=6)
    crew.work_day(capacity=6)
    states = dict(shop.rows("SELECT state, count(*) FROM wms_outbound WHERE tenant_id = %s GROUP BY state"))
    assert set(states) <= {"shipped", "shorted"}
    assert states["shipped"] >= 20
    assert shop.value("SELECT count(*) FROM wms_pick_task WHERE tenant_id = %s AND state = 'short'") > 0
    assert shop.value("SELECT sum(damaged) FROM wms_receipt_line WHERE tenant_id = %s") > 0


def test_orders_cancelled_under_way_are_put_back_and_the_rest_ships(shop: ShippingFloor) -> None:
    announced(shop)
    numbers = ordered(shop, 12)
    crew = crew_of(shop)
    crew.clear_receiving()
    crew.clear_putaway()
    walked = crew.run_waves(capacity=6, pack=False)
    assert (walked.unfinished, walked.picks > 20) == (0, True)
    for number in numbers[::3]:
        shop.cancel(number)
    crew.clear_packing()
    crew.clear_putaway()
    crew.at(shop.by.at + timedelta(hours=1))
    assert crew.dispatch().parcels == 8
    assert {shop.out(number).state for number in numbers[::3]} == {"cancelled"}
    assert shop.tasks() == []


def test_a_tour_interrupted_by_a_cancellation_is_finished_all_the_same(shop: ShippingFloor) -> None:
    announced(shop)
    ordered(shop, 6)
    crew = crew_of(shop)
    crew.clear_receiving()
    crew.clear_putaway()
    shop.wave(capacity=6)
    [tour_id] = shop.tour_ids()
    worker = crew.workers[0]
    work = worker.device.start("pick", tour_id)
    scans = list(worker._picks(work.sheet["tasks"], {}))
    shop.cancel("R001")
    answers = worker.device.sync(work, scans)
    assert "pick.stop" in {answer.screen for answer in answers}
    assert answers[-1].screen == "pick.done", "the stop holds up nothing else of the tour"
    worker.device.scan(work, "!end")
    crew.clear_packing()
    crew.clear_putaway()
    assert crew.dispatch().parcels == 5


def test_a_crew_without_totes_says_so(shop: ShippingFloor) -> None:
    announced(shop)
    ordered(shop, 3)
    crew = crew_of(shop, totes=1)
    crew.clear_receiving()
    crew.clear_putaway()
    shop.wave(capacity=3)
    with pytest.raises(NoToteLeft, match="All 1 totes"):
        crew.workers[0].walk_tour(shop.tour_ids()[0])
