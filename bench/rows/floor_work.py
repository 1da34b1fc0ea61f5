"""The floor: waves planned, scans of fifty pickers taken over HTTP, parcels shipped. Both wings stand in one database, so what the
floor tells the order desk is done in the same transactions, and counts."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import Any
from uuid import uuid4

import orjson

from bench.business import Business, lines_in, open_floor
from bench.http_load import Reply, Talk, request
from bench.meter import Stretch
from bench.rows.http import served
from bench.yard import Target, Yard

PICKERS = 50
PARCELS = 50
"""Shipped in one call."""


def wave(yard: Yard) -> None:
    """A wave of 200 and of 1,000 orders: chosen, their stock allocated, tours laid out and written. Floor: its rows by COPY."""
    for orders in (20,) if yard.quick else (1_000,) if yard.narrow else (200, 1_000):
        yard.duel(
            "wave",
            clients=1,
            batch=orders,
            prepare=lambda orders=orders: _ready_for_wave(yard, orders),  # type: ignore[misc]
            product=lambda lines, stretch, orders=orders: _plan(yard, orders, lines, stretch),  # type: ignore[misc]
            targets=[Target("p50_ms", 15_000, at_least=False)] if orders == 1_000 else [],
        )


def floor_scan(yard: Yard) -> None:
    """Fifty pickers at once, each scan a request of its own: bin, item, tote. Floor: the rows of each transaction by one statement."""
    server, _ = served(yard)
    key = _key(yard)
    walking: list[Hand] = []

    def prepare() -> list[Hand]:
        """Fifty new tours a turn: who has nothing left to pick would be a picker less."""
        _finish(walking)
        walking.extend(_hands(yard))
        return walking

    def product(hands: list[Hand], stretch: Stretch) -> None:
        def work(reply: Reply) -> int:
            return sum(answer["ok"] for answer in orjson.loads(reply.body)["answers"])

        server.talk(stretch, [hand.talk(key) for hand in hands], seconds=yard.seconds, work=work)

    yard.duel(
        "floor_scan",
        clients=PICKERS,
        batch=1,
        prepare=prepare,
        product=product,
        floor_clients=8,
        ours=[server.pid],
        targets=[Target("per_second", 1_000), Target("p99_ms", 25, at_least=False)],
    )
    _finish(walking)
    yard.catch_up()


def shipment(yard: Yard) -> None:
    """Parcels confirmed as shipped, 50 a call: both books, both wings, the advice to the channel. Floor: the same rows, a transaction
    each."""
    from orderhouse.wms.shipping.ship_parcels import ship_parcels

    parcels = iter(_labelled(yard))
    batch = 5 if yard.quick else PARCELS

    def product(calls: list[list[int]], stretch: Stretch) -> None:
        by = floor_of(yard).by
        for ids in calls:
            begun = perf_counter()
            ship_parcels(by=by, parcel_ids=ids)
            stretch.taken.append(perf_counter() - begun)
            stretch.work += len(ids)

    yard.duel(
        "shipment",
        clients=1,
        batch=batch,
        prepare=lambda: [ids for _ in range(1 if yard.quick else 2) if (ids := list(islice(parcels, batch)))],
        product=product,
    )


def open_business(*, quick: bool) -> Business:
    """The business these rows work in."""
    return open_floor(items=100 if quick else 1_000, units=20_000, pickers=PICKERS)


def floor_of(yard: Yard) -> Business:
    return yard.store["floor"]  # type: ignore[no-any-return]


def _ready_for_wave(yard: Yard, orders: int) -> int:
    """Orders captured, sourced and released to the floor; how many lines they have."""
    from orderhouse.oms.desk.capture_orders import capture_orders
    from orderhouse.oms.releases.release_orders import release_orders

    floor, lines = floor_of(yard), 0
    for at in range(0, orders, 500):
        taken = floor.demand.take(min(500, orders - at))
        lines += lines_in(taken)
        placed = capture_orders(by=floor.by, submissions=taken, source="bench")
        release_orders(by=floor.by, order_ids=[one.order_id for one in placed if one.order_id])
    return lines


def _plan(yard: Yard, orders: int, lines: int, stretch: Stretch) -> None:
    from orderhouse.wms.waves.plan_wave import plan_wave

    floor = floor_of(yard)
    begun = perf_counter()
    plan = plan_wave(by=floor.by, node_id=next(iter(floor.nodes.values())), max_orders=orders)
    stretch.taken = [perf_counter() - begun]
    if plan is None or plan.orders != orders:
        raise RuntimeError(f"a wave of {orders} orders was wanted: {plan}")
    stretch.work, stretch.lines = orders, lines
    yard.store["waves"].append(plan.wave_id)


@dataclass
class Hand:
    """A picker's scanner on its tour: the scans still to be made, of which one is dropped once it was answered."""

    floor: Business
    worker: Any
    session: Any
    scans: deque[tuple[str, str, int | None]]

    def talk(self, key: str) -> Talk:
        path = f"/api/v1/floor/sessions/{self.session.session_id}/scans"
        device = self.worker.device
        while self.scans:
            scan_id, text, quantity = self.scans[0]
            scan = {"scan_id": scan_id, "text": text, "quantity": quantity}
            body = orjson.dumps({"badge": device.badge, "device": device.by.device, "scans": [scan]})
            yield request("POST", path, key=key, body=body)
            self.scans.popleft()

    def finish(self) -> None:
        """Walk the rest of the tour."""
        self.worker.device.sync(self.session, [(text, quantity) for _, text, quantity in self.scans])
        self.worker.device.scan(self.session, "!end")


def _finish(walking: list[Hand]) -> None:
    """Everybody walks to the end of the tour, so that the badge is free for the next."""
    while walking:
        walking.pop().finish()


def _hands(yard: Yard) -> list[Hand]:
    """Fifty pickers, each with a tour begun."""
    floor = floor_of(yard)
    hands = []
    for badge, tour_id in zip(floor.badges[: 5 if yard.quick else PICKERS], _tours(yard), strict=False):
        worker = _worker(yard, badge)
        session = worker.device.start("pick", tour_id)
        scans = deque((str(uuid4()), text, quantity) for text, quantity in worker._picks(session.sheet["tasks"], {}))
        hands.append(Hand(floor, worker, session, scans))
    return hands


def _tours(yard: Yard) -> Iterator[int]:
    """Tours nobody has begun; another wave is planned and released where there are none."""
    from orderhouse.wms.waves.queries import tours
    from orderhouse.wms.waves.release_wave import release_wave

    floor, waves = floor_of(yard), yard.store["waves"]
    while True:
        if not waves:
            orders = 60 if yard.quick else 1_000
            _plan(yard, orders, _ready_for_wave(yard, orders), Stretch())
        wave_id = waves.pop()
        release_wave(by=floor.by, wave_id=wave_id)
        yield from [tour.id for tour in tours(floor.tenant_id, wave_id=wave_id)]


def _labelled(yard: Yard) -> list[int]:
    """Parcels picked, packed and labelled, as many as the row ships."""
    from orderhouse.wms.shipping.print_labels import print_labels
    from orderhouse.wms.shipping.queries import parcels_to_ship

    floor = floor_of(yard)
    node_id, wanted = next(iter(floor.nodes.values())), 10 if yard.quick else 2 * PARCELS * (yard.repeats + 1)
    worker = _worker(yard, floor.badges[0])
    tours = _tours(yard)
    while True:
        worker.pack_totes()
        packed = [parcel.id for parcel in parcels_to_ship(floor.tenant_id, node_id)]
        if len(packed) >= wanted:
            break
        worker.walk_tour(next(tours))
    packed = packed[:wanted]
    for at in range(0, wanted, 500):
        print_labels(by=floor.by, parcel_ids=packed[at : at + 500])
    return packed


def _worker(yard: Yard, badge: str) -> Any:
    from orderhouse.crew.totes import Totes
    from orderhouse.crew.worker import Worker

    floor = floor_of(yard)
    totes = yard.store.setdefault("totes", Totes(floor.totes))
    return Worker(floor.by, node_id=next(iter(floor.nodes.values())), badge=badge, totes=totes)


def _key(yard: Yard) -> str:
    from orderhouse.people.api_keys import SCOPES, issue_api_key

    return issue_api_key(by=floor_of(yard).by, name="bench", scopes=SCOPES)
