from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace

from django.db import connection

from orderhouse.kernel.errors import Refusal
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.picking.confirm_picks import PickDone, confirm_picks
from orderhouse.wms.picking.queries import next_tour, tour_stops
from orderhouse.wms.picking.short_picks import ShortPick, short_picks
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.putaway.put_away import Put, put_away

SKUS = ("MUG", "TEE", "CAP", "JAR")


def test_pickers_packers_cancellations_and_waves_at_once_leave_the_books_in_order(shop: ShippingFloor) -> None:
    for n, sku in enumerate(SKUS):
        shop.keep(sku, (f"01-00{n + 1}-1", 25), (f"02-00{n + 1}-2", 20))
    chance = random.Random(7)
    numbers = [f"R{n:02d}" for n in range(36)]
    for number in numbers:
        shop.release(number, *[(sku, chance.randint(1, 3)) for sku in chance.sample(SKUS, 2)])
    totes = {number: shop.tote(f"T-{number}") for number in numbers}

    def waves(chance: random.Random) -> None:
        for _ in range(6):
            shop.wave(max_orders=8, capacity=3)

    def picks(chance: random.Random) -> None:
        by = replace(shop.by, actor=f"picker-{chance.random()}")
        for _ in range(60):
            tour = next_tour(shop.tenant_id, shop.node_id, by.actor)
            if tour is None:
                continue
            try:
                start_tour(by=by, tour_id=tour.id)
                for stop in tour_stops(shop.tenant_id, tour.id):
                    if stop.state != "started":
                        continue
                    try:
                        if chance.random() < 0.1:
                            short_picks(by=by, shorts=[ShortPick(stop.task_id, stop.picked)])
                        else:
                            confirm_picks(
                                by=by, picks=[PickDone(stop.task_id, stop.quantity - stop.picked, totes[stop.release_number])]
                            )
                    except Refusal:
                        pass  # cancelled, or shrunk, between the screen and the scan
            except Refusal:
                pass  # another picker was first

    def cancels(chance: random.Random) -> None:
        for number in chance.sample(numbers, 18):
            shop.cancel(number, *([(1, 1)] if chance.random() < 0.5 else []))

    def packs(chance: random.Random) -> None:
        for _ in range(40):
            for number in chance.sample(numbers, 4):
                try:
                    if shop.out(number).state == "picked":
                        shop.ship(shop.pack(number))
                except Refusal:
                    pass  # cancelled meanwhile, or another packer has it

    def backs(chance: random.Random) -> None:
        for _ in range(30):
            for task in shop.tasks():
                with suppress(Refusal):  # the other has put it away
                    put_away(by=shop.by, puts=[Put(task.id, task.location_id, task.quantity)])

    def run(job: tuple[int, Callable[[random.Random], None]]) -> None:
        try:
            job[1](random.Random(job[0]))
        finally:
            connection.close()

    jobs = list(enumerate([waves, waves, picks, picks, picks, cancels, packs, packs, backs]))
    with ThreadPoolExecutor(len(jobs)) as threads:
        list(threads.map(run, jobs))

    # The stragglers, one after the other: nothing may be stuck.
    for job in enumerate([waves, picks, cancels, backs, packs, waves, picks, packs, backs]):
        job[1](random.Random(job[0]))
    states = {number: shop.out(number).state for number in numbers}
    assert set(states.values()) <= {"shipped", "cancelled", "shorted", "picked", "picking", "packed"}
    assert list(states.values()).count("shipped") > 5
    assert shop.value("SELECT count(*) FROM wms_outbound_line WHERE tenant_id = %s AND putting_back > 0") == 0
