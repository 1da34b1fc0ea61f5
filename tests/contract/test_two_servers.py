"""Order management and a warehouse as two servers on two databases: killed at random, their books agree in the end.

``ORDERHOUSE_SEED`` repeats a run; the seed is printed.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Iterator

import pytest

from tests.contract.two_servers import TENANT, Installation, TwoServers, two_servers, wait_until

ORDERS = int(os.environ.get("ORDERHOUSE_TWO_SERVER_ORDERS", "200"))

KILLS = 8

BY = f"""
from orderhouse.catalog.open_business import find_business
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
business = find_business({TENANT!r})
by = By(business.tenant_id, "journey", clock.now())
"""
CATALOG = """
from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
nodes = define_nodes(by=by, nodes=[NodeDefinition("FAR", "Far", "3pl", "GB", 52.26, -1.16, time_zone="Europe/London")])
define_items(by=by, items=[ItemDefinition("OWN", sku, sku, weight_grams=300) for sku in "ABCDEFGH"])
"""
OMS_SETUP = (
    BY
    + CATALOG
    + """
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs
define_channels(by=by, channels=[ChannelDefinition("WEB", "Web", "web_shop", "OWN", "GBP")])
zones = {"zones": [{"zone": "all"}], "rates": [{"service": "standard", "zone": "all", "base": 390, "per_step": 50, "transit_days": 2}]}
define_tariffs(by=by, tariffs=[TariffDefinition("own_fleet", "standard", zones)])
"""
)
WMS_SETUP = (
    BY
    + CATALOG
    + """
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.layout.import_layout import import_layout
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.open_totes import open_totes
import_layout(by=by, node_code="FAR", text=make_layout(aisles=4, bins_per_side=4, levels=2, capacity_units=20_000))
open_totes(by=by, node_id=nodes["FAR"], codes=[f"T{n:03d}" for n in range(40)])
define_badges(by=by, badges={"P1": "Pia", "P2": "Pat"})
"""
)
ANNOUNCE = (
    BY
    + """
from datetime import timedelta
from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.oms.inventory.expect_receipts import expect_receipts
lines = tuple(ExpectedLine(n, sku, "OWN", 180) for n, sku in enumerate("ABCDEFGH", 1))
expect_receipts(by=by, receipts=[ExpectReceipt("ASN-1", "FAR", "Maker", by.at + timedelta(hours=1), lines)])
"""
)
CAPTURE = (
    BY
    + """
import random
from decimal import Decimal
from orderhouse.contract.messages import Address, SubmitLine, SubmitOrder
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.releases.release_orders import release_orders
rng = random.Random(FIRST)
ada = Address(name="Ada", country="GB", city="London", postal_code="E1", latitude=51.5, longitude=-0.1)
def order(n):
    skus = rng.sample("ABCDEFGH", rng.randint(1, 3))
    lines = tuple(SubmitLine(i, sku, rng.randint(1, 3), Decimal(2)) for i, sku in enumerate(skus, 1))
    return SubmitOrder(channel="WEB", channel_order_id=str(n), placed_at=by.at, currency="GBP", ship_to=ada, lines=lines)
placed = capture_orders(by=by, submissions=[order(n) for n in range(FIRST, FIRST + COUNT)])
release_orders(by=by)
for p in placed[::12]:
    cancel_order(by=by, order_id=p.order_id, reason="changed my mind")
"""
)
RELEASE = BY + "from orderhouse.oms.releases.release_orders import release_orders\nprint(len(release_orders(by=by)))\n"
WORK = (
    BY
    + """
from orderhouse.catalog.queries import node_by_code
from orderhouse.crew.day import Crew
from orderhouse.database import unit_of_work
with unit_of_work(by.tenant_id):
    node = node_by_code(by.tenant_id, "FAR")
Crew(by, node_id=node.id, badges=["P1", "P2"], totes=[f"T{n:03d}" for n in range(40)]).work_day()
"""
)
PROVE = (
    BY
    + """
import json
from orderhouse.ledger.prove_balances import prove_balances
print(json.dumps({f.rule: f.violations for f in prove_balances(by=by).findings if f.violations}))
"""
)
WAITING = "SELECT count(*) FROM contract_outbox WHERE state = 'waiting'"


@pytest.fixture
def pair() -> Iterator[TwoServers]:
    with two_servers() as pair:
        pair.oms.run(OMS_SETUP)
        pair.wms.run(WMS_SETUP)
        yield pair


def settled(pair: TwoServers) -> bool:
    return pair.oms.rows(WAITING) == [(0,)] and pair.wms.rows(WAITING) == [(0,)]


def test_hundreds_of_orders_go_through_and_the_books_agree_though_either_side_is_killed(pair: TwoServers) -> None:
    seed = int(os.environ.get("ORDERHOUSE_SEED", time.time_ns() % 10**6))
    print(f"ORDERHOUSE_SEED={seed}")
    rng = random.Random(seed)
    pair.oms.run(ANNOUNCE)
    wait_until(lambda: pair.wms.rows("SELECT count(*) FROM wms_receipt") == [(1,)], "the warehouse hears of the goods")
    pair.wms.run(WORK)  # receives and puts away
    wait_until(lambda: settled(pair), "the promise book hears of the stock", seconds=60)

    stop = threading.Event()
    kills: list[str] = []

    def killer() -> None:
        while not (stop.is_set() and len(kills) >= KILLS):  # however quick the machine, as many kills
            time.sleep(rng.uniform(0.1, 0.7))
            side: Installation = rng.choice([pair.oms, pair.wms])
            which = rng.choice(["server", "worker"])
            side.kill(which)
            kills.append(f"{side.name} {which}")
            time.sleep(rng.uniform(0, 0.4))
            side.start()

    reaper = threading.Thread(target=killer)
    reaper.start()
    try:
        for first in range(0, ORDERS, 70):
            count = min(70, ORDERS - first)
            pair.oms.run(CAPTURE.replace("FIRST", str(first)).replace("COUNT", str(count)))
            pair.wms.run(WORK)
    finally:
        stop.set()
        reaper.join()
    print(f"{len(kills)} kills: {', '.join(kills)}")
    assert len(kills) >= KILLS

    for side in (pair.oms, pair.wms):
        side.start()
    for _ in range(6):
        wait_until(lambda: settled(pair), "every letter is delivered", seconds=90)
        released = pair.oms.run(RELEASE)
        wait_until(lambda: settled(pair), "every letter is delivered", seconds=90)
        pair.wms.run(WORK)
        wait_until(lambda: settled(pair), "every letter is delivered", seconds=90)
        if released == "0" and pair.oms.rows("SELECT count(*) FROM oms_order_line WHERE released > 0") == [(0,)]:
            break

    assert pair.oms.run(PROVE) == "{}"
    assert pair.wms.run(PROVE) == "{}"
    assert pair.oms.rows("SELECT count(*) FROM oms_order") == [(ORDERS,)]
    left = pair.oms.rows(
        "SELECT state, count(*) FROM oms_order WHERE state NOT IN ('shipped', 'cancelled', 'backordered') GROUP BY 1"
    )
    assert left == []
    shipped_by_floor = pair.wms.rows("SELECT coalesce(sum(shipped), 0)::int FROM wms_outbound_line")
    shipped_by_promise = pair.oms.rows("SELECT coalesce(sum(shipped), 0)::int FROM oms_order_line")
    assert shipped_by_floor == shipped_by_promise
    assert shipped_by_floor[0][0] > ORDERS
    on_the_floor = pair.wms.rows(
        """SELECT i.sku, s.on_hand::int FROM wms_node_stock s JOIN catalog_item i ON i.id = s.item_id ORDER BY 1"""
    )
    promised = pair.oms.rows(
        """SELECT i.sku, sum(a.balance)::int FROM ledger_account a JOIN catalog_item i ON i.id = a.item_id
           WHERE a.book = 'promise' AND a.state IN ('available', 'reserved', 'released', 'safety', 'shortage') GROUP BY 1 ORDER BY 1"""
    )
    assert on_the_floor == promised
    dead = "SELECT type, error FROM contract_outbox WHERE state = 'dead' UNION ALL SELECT type, refusal::text FROM contract_inbox WHERE state = 'refused'"
    assert pair.oms.rows(dead) == []
    assert pair.wms.rows(dead) == []
