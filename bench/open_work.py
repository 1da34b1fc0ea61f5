"""A busy morning for a business whose year is over, so that no list is empty: all of it by the verbs of the house.

The last :data:`ORDERS` orders come again under new numbers: sourced, released where stock allows, the rest waiting. At the node
with the most to ship a wave of :data:`WAVE` is planned and released, some tours are walked and packed, others stop halfway.
Trucks are announced, one stands half counted; bins are to be counted; some orders are held, one cannot be read, one bulk action is
asked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice
from typing import Any

import orjson

from orderhouse.contract.messages import Address, ExpectedLine, ExpectReceipt, SubmitLine, SubmitOrder
from orderhouse.contract.messages.orders import Customer
from orderhouse.crew.totes import Totes
from orderhouse.crew.worker import Mishaps, Worker
from orderhouse.database import fetch_all, fetch_value, fetch_values, unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.prepare_bulk import prepare_bulk
from orderhouse.oms.inventory.expect_receipts import expect_receipts
from orderhouse.oms.orders.hold_orders import hold_orders
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import tours
from orderhouse.wms.waves.release_wave import release_wave

ORDERS, WAVE, AT_ONCE = 3_000, 1_000, 100
WALKED, HALFWAY = 6, 6
MARK = "MORNING-"


def open_work(tenant_id: int) -> None:
    """Give the business its morning, unless it had one."""
    by = By(tenant_id, "pages-benchmark", clock.now())
    with unit_of_work(tenant_id):
        if fetch_value(
            "SELECT 1 FROM oms_order WHERE tenant_id = %s AND channel_order_id LIKE %s LIMIT 1", (tenant_id, f"{MARK}%")
        ):
            return
    placed: list[int] = []
    orders = _orders(tenant_id, by)
    while batch := list(islice(orders, AT_ONCE)):
        placed += [
            a.order_id for a in capture_orders(by=by.when(clock.now()), submissions=batch, source="benchmark") if a.order_id
        ]
    capture_orders(by=by, submissions=[{"channel": "nobody", "channel_order_id": f"{MARK}broken"}], source="benchmark")
    hold_orders(by=by, order_ids=placed[:120], kind="payment", reason="the bank asks")
    while release_orders(by=by.when(clock.now())):
        pass
    prepare_bulk(by=by, verb="hold", arguments={"kind": "manual", "reason": "stocktaking"}, order_ids=placed[-500:])
    with unit_of_work(tenant_id):
        node_id, code = fetch_all(
            """SELECT o.node_id, n.code FROM wms_outbound o JOIN catalog_node n ON n.tenant_id = o.tenant_id AND n.id = o.node_id
               WHERE o.tenant_id = %s AND o.wave_id IS NULL GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 1""",
            (tenant_id,),
        )[0]
    _wave(by, node_id)
    _trucks(by, node_id, code)
    _counts(by, node_id)


def _orders(tenant_id: int, by: By) -> Iterator[SubmitOrder]:
    """The latest orders of the business once more, under new numbers."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT o.number, c.code, o.currency, o.ship_to::text, o.service, coalesce(u.name, ''), coalesce(u.reference, ''),
                 (SELECT json_agg(json_build_array(i.sku, l.ordered, l.unit_price::text) ORDER BY l.id)::text
                  FROM oms_order_line l JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
                  WHERE l.tenant_id = o.tenant_id AND l.order_id = o.id)
               FROM oms_order o JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
               LEFT JOIN oms_customer u ON u.tenant_id = o.tenant_id AND u.id = o.customer_id
               WHERE o.tenant_id = %s ORDER BY o.id DESC LIMIT %s""",
            (tenant_id, ORDERS),
        )
    for n, (number, channel, currency, ship_to, service, name, reference, lines) in enumerate(rows):
        yield SubmitOrder(
            channel=channel,
            channel_order_id=f"{MARK}{number}",
            placed_at=by.at - timedelta(seconds=len(rows) - n),
            currency=currency,
            ship_to=_address(orjson.loads(ship_to)),
            service=service,
            customer=Customer(reference=reference, name=name),
            lines=tuple(
                SubmitLine(at, sku, units, unit_price=price) for at, (sku, units, price) in enumerate(orjson.loads(lines), 1)
            ),
        )


def _address(known: dict[str, Any]) -> Address:
    fields = {name: value for name, value in known.items() if name in Address.__dataclass_fields__}
    return Address(**fields | {"lines": tuple(fields.get("lines") or ())})


def _wave(by: By, node_id: int) -> None:
    """A wave under way: tours walked to their end and packed, tours stopped halfway, tours nobody took."""
    plan = plan_wave(by=by.when(clock.now()), node_id=node_id, max_orders=WAVE)
    if plan is None:
        raise SystemExit("Nothing of the morning can be picked.")
    release_wave(by=by.when(clock.now()), wave_id=plan.wave_id)
    with unit_of_work(by.tenant_id):
        badges = fetch_values("SELECT code FROM people_badge WHERE tenant_id = %s AND active ORDER BY code", (by.tenant_id,))
        free = fetch_values(
            """SELECT code FROM wms_handling_unit
               WHERE tenant_id = %s AND node_id = %s AND kind = 'tote' AND outbound_id IS NULL ORDER BY code""",
            (by.tenant_id, node_id),
        )
    totes = Totes(free)
    every = tours(by.tenant_id, wave_id=plan.wave_id)
    for n, tour in enumerate(every[: WALKED + HALFWAY]):
        worker = Worker(
            by.when(clock.now()), node_id=node_id, badge=badges[n % len(badges)], totes=totes, mishaps=Mishaps(short=0.01)
        )
        if n < WALKED:
            worker.walk_tour(tour.id)
        else:
            _half(worker, tour.id)
    Worker(by.when(clock.now()), node_id=node_id, badge=badges[0], totes=totes).pack_totes()
    plan_wave(by=by.when(clock.now()), node_id=node_id, max_orders=WAVE // 5)  # one more, not yet let go


def _half(worker: Worker, tour_id: int) -> None:
    """Half the picks of a tour; the scanner stays at it."""
    work = worker.device.start("pick", tour_id)
    tasks = work.sheet["tasks"]
    worker.device.sync(work, list(worker._picks(tasks[: max(1, len(tasks) // 2)], {})))


def _trucks(by: By, node_id: int, node: str) -> None:
    """Twelve trucks on their way; the first is received, the second put away as well."""
    with unit_of_work(by.tenant_id):
        skus = fetch_values(
            "SELECT sku FROM catalog_item WHERE tenant_id = %s AND active ORDER BY sku LIMIT 600", (by.tenant_id,)
        )
        owner = fetch_value("SELECT code FROM catalog_owner WHERE tenant_id = %s ORDER BY id LIMIT 1", (by.tenant_id,))
    receipts = [
        ExpectReceipt(
            receipt=f"{MARK}{n:02d}",
            node=node,
            supplier="Morning trucks",
            expected_at=by.at + timedelta(hours=n),
            lines=tuple(ExpectedLine(at, sku, owner, 24) for at, sku in enumerate(skus[50 * n : 50 * n + 50], 1)),
        )
        for n in range(12)
    ]
    expect_receipts(by=by, receipts=receipts)
    worker = Worker(
        by.when(clock.now()),
        node_id=node_id,
        badge=_badge(by),
        totes=Totes([]),
        mishaps=Mishaps(damaged=0.1, missing=0.1, surplus=0.1),
    )
    with unit_of_work(by.tenant_id):
        found = fetch_values(
            "SELECT id FROM wms_receipt WHERE tenant_id = %s AND node_id = %s AND number LIKE %s ORDER BY number LIMIT 2",
            (by.tenant_id, node_id, f"{MARK}%"),
        )
    for receipt_id in found:
        worker.receive(receipt_id)


def _badge(by: By) -> str:
    with unit_of_work(by.tenant_id):
        return str(
            fetch_value("SELECT code FROM people_badge WHERE tenant_id = %s AND active ORDER BY code LIMIT 1", (by.tenant_id,))
        )


def _counts(by: By, node_id: int) -> None:
    """Three hundred bins to count."""
    with unit_of_work(by.tenant_id):
        bins: Sequence[tuple[int, int]] = fetch_all(
            """SELECT a.place_id, a.item_id FROM ledger_account a
               JOIN wms_location l ON l.tenant_id = a.tenant_id AND l.id = a.place_id AND l.kind = 'bin' AND l.node_id = %(node)s
               WHERE a.tenant_id = %(tenant)s AND a.place_id <> 0 AND a.balance > 0 ORDER BY l.code LIMIT 300""",
            {"tenant": by.tenant_id, "node": node_id},
        )
        request_counts(by=by, bins=bins, reason="schedule")
