"""Open the demonstration business: definitions, opening stock through the verbs, and a first morning of orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import islice
from math import ceil
from random import Random

from orderhouse.catalog.define_items import define_items
from orderhouse.catalog.define_nodes import define_nodes
from orderhouse.catalog.open_business import find_business, open_business
from orderhouse.catalog.queries import items_by_sku, owner_by_code
from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.crew.day import Crew
from orderhouse.database import fetch_value, fetch_values, unit_of_work
from orderhouse.demo import world
from orderhouse.demo.assortment import Good, goods, item_definitions
from orderhouse.demo.pace import pace_of, start_clock
from orderhouse.demo.rhythm import OPENING, Arrival, arrivals
from orderhouse.demo.shop import FIRST_NUMBER, Shop
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.oms.channels.define_channels import define_channels
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.freight.define_tariffs import define_tariffs
from orderhouse.oms.inventory.expect_receipts import expect_receipts
from orderhouse.oms.promise.set_safety_stock import SafetyTarget, set_safety_stock
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.layout.import_layout import import_layout
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.open_totes import open_totes
from orderhouse.wms.packing.define_cartons import define_cartons

LINES_A_RECEIPT = 30
FIRST_ORDERS = 48
Tell = Callable[[str], None]


def seed(*, tell: Tell, seed: str = "fern") -> int:
    """Make the business if it is not whole yet; answers its tenant id. Every step may be repeated, so a seed that was killed
    goes on where it was. ``tell`` hears of each step and may raise to stop between two. What it keeps and who buys is drawn
    from ``seed``; a business that began with another keeps that."""
    found = find_business(world.CODE)
    if found is None:
        found = open_business(code=world.CODE, name=world.NAME, at=clock.now(), owner_code=world.OWNER)
    by = By(found.tenant_id, "demo", clock.now())
    start_clock(by=by, seed=seed)
    drawn_from = pace_of(by.tenant_id).seed
    if is_seeded(by.tenant_id):
        return by.tenant_id
    tell("opening the business: items, nodes, channels")
    nodes = define(by)
    for site in world.SITES:
        receive_opening_stock(by, nodes[site.node.code], site, tell, drawn_from)
    first_morning(by, nodes, tell, drawn_from)
    record_events(by=by, events=[Event("business", by.tenant_id, "demo-seeded", {"orders": FIRST_ORDERS})])
    return by.tenant_id


def is_seeded(tenant_id: int) -> bool:
    """Whether the business was made to its end."""
    with unit_of_work(tenant_id):
        return bool(
            fetch_value(
                """SELECT true FROM contract_event
                   WHERE tenant_id = %s AND subject_kind = 'business' AND subject_id = %s AND type = 'demo-seeded' LIMIT 1""",
                (tenant_id, tenant_id),
            )
        )


def define(by: By) -> dict[str, int]:
    """Everything that is defined rather than done; answers node ids by code."""
    with unit_of_work(by.tenant_id):
        define_items(by=by, items=item_definitions(world.OWNER))
        nodes = define_nodes(by=by, nodes=[site.node for site in world.SITES])
        define_channels(by=by, channels=world.CHANNELS)
        define_tariffs(by=by, tariffs=world.tariffs())
        define_cartons(by=by, cartons=world.CARTONS)
        for site in world.SITES:
            code = site.node.code
            import_layout(by=by, node_code=code, text=make_layout(**site.plan))
            define_badges(by=by, badges=site.crew)
            open_totes(by=by, node_id=nodes[code], codes=tote_codes(site))
    return nodes


def tote_codes(site: world.Site) -> list[str]:
    """The labels on a site's totes."""
    return [f"{site.node.code}-T{n:02d}" for n in range(1, site.totes + 1)]


def free_totes(tenant_id: int, node_id: int) -> list[str]:
    """The node's totes that carry no order now."""
    with unit_of_work(tenant_id):
        return [
            str(code)
            for code in fetch_values(
                """SELECT code FROM wms_handling_unit
                   WHERE tenant_id = %s AND node_id = %s AND kind = 'tote' AND outbound_id IS NULL ORDER BY code""",
                (tenant_id, node_id),
            )
        ]


def usual_stock(good: Good, site: world.Site) -> int:
    """Units a site likes to keep: more of what is bought often; 0 where it does not carry the item at all."""
    carried = site.keeps >= 0.5 or good.pull >= 2
    return ceil((10 + 6 * good.pull) * site.keeps) if carried else 0


def opening_stock(good: Good, site: world.Site, seed: str) -> int:
    """Units a site begins with: mostly what it usually keeps, of some items little, of a few none anywhere, as on any day."""
    today = Random(f"{seed}/sold out/{good.sku}").random()
    if today < 0.06:
        return 0
    share = 0.25 if Random(f"{seed}/low/{good.sku}/{site.node.code}").random() < 0.2 else 0.6 + 0.4 * today
    return ceil(usual_stock(good, site) * share)


def receive_opening_stock(by: By, node_id: int, site: world.Site, tell: Tell, seed: str) -> None:
    """Announce the first deliveries, count them in and put them away, as the floor does it."""
    lines = [(good.sku, units) for good in goods() if (units := opening_stock(good, site, seed))]
    receipts = [lines[at : at + LINES_A_RECEIPT] for at in range(0, len(lines), LINES_A_RECEIPT)]
    with unit_of_work(by.tenant_id):
        known = set(
            fetch_values(
                "SELECT DISTINCT receipt_number FROM oms_incoming WHERE tenant_id = %s AND node_id = %s", (by.tenant_id, node_id)
            )
        )
    announced = [
        ExpectReceipt(
            receipt=f"OPEN-{site.node.code}-{n:02d}",
            node=site.node.code,
            supplier=world.SUPPLIERS[n % len(world.SUPPLIERS)],
            expected_at=by.at,
            lines=tuple(ExpectedLine(m, sku, world.OWNER, units) for m, (sku, units) in enumerate(receipt, 1)),
        )
        for n, receipt in enumerate(receipts, 1)
    ]
    fresh = [receipt for receipt in announced if receipt.receipt not in known]
    if fresh:
        expect_receipts(by=by, receipts=fresh)
    crew = Crew(by, node_id=node_id, badges=list(site.crew), totes=free_totes(by.tenant_id, node_id))
    tell(f"{site.node.name}: receiving {sum(units for _, units in lines):,} units of {len(lines)} items")
    crew.clear_receiving()
    tell(f"{site.node.name}: putting away")
    crew.clear_putaway()


def first_morning(by: By, nodes: dict[str, int], tell: Tell, seed: str) -> None:
    """The orders of the last hours, most of them worked, so that the day does not begin with empty lists."""
    tell(f"the first {FIRST_ORDERS} orders")
    with unit_of_work(by.tenant_id):
        owner = owner_by_code(by.tenant_id, world.OWNER)
        hot = items_by_sku(by.tenant_id, owner.id, [good.sku for good in goods() if good.pull >= 6])
    set_safety_stock(by=by, targets=[SafetyTarget(nodes["LON"], item.id, 3) for item in hot.values()])
    shop = Shop(goods(), seed=seed)
    began = by.at - timedelta(hours=3)
    waiting = list(islice(arrivals(seed, OPENING - timedelta(hours=1)), FIRST_ORDERS))
    worked = (2 * FIRST_ORDERS) // 3
    _take(by, shop, began, waiting[:worked])
    release_orders(by=by)
    for site in world.SITES:
        node_id = nodes[site.node.code]
        crew = Crew(by, node_id=node_id, badges=list(site.crew), totes=free_totes(by.tenant_id, node_id))
        crew.work_day(max_orders=site.totes // 2)
    _take(by, shop, began + timedelta(hours=2), waiting[worked:])


def _take(by: By, shop: Shop, began: datetime, coming: Sequence[Arrival]) -> None:
    first, last = coming[0].at, coming[-1].at
    submissions = [
        shop.order(arrival.number, began + timedelta(minutes=50) * ((arrival.at - first) / (last - first)), arrival.channel)
        for arrival in coming
    ]
    capture_orders(by=by, submissions=submissions, source="demo")


def orders_sent(tenant_id: int) -> int:
    """The number of the last order that customers sent, right or wrong; some numbers are never used."""
    with unit_of_work(tenant_id):
        last = fetch_value(
            """SELECT max(number::bigint) FROM (
                 SELECT channel_order_id AS number FROM oms_order WHERE tenant_id = %(tenant)s
                 UNION ALL SELECT channel_order_id FROM oms_invalid_order WHERE tenant_id = %(tenant)s) AS sent
               WHERE number ~ '^[1-9][0-9]{4,7}$'""",
            {"tenant": tenant_id},
        )
    return max(0, int(last or 0) - FIRST_NUMBER)
