"""What the desks of the demonstration do, each on its own beat: release, wave, send off, reorder, lift holds, take back, prove the books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from orderhouse.contract.messages import ExpectedLine, ExpectReceipt, OrderCancelled
from orderhouse.contract.prove_books import prove_books
from orderhouse.crew.day import Crew
from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.demo import world
from orderhouse.demo.assortment import Good, goods
from orderhouse.demo.pace import Heartbeat
from orderhouse.demo.rhythm import Arrival
from orderhouse.demo.seed import orders_sent, usual_stock
from orderhouse.demo.shop import Shop
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.cancel_channel_orders import cancel_channel_orders
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.inventory.expect_receipts import expect_receipts
from orderhouse.oms.orders.discard_invalid_order import discard_invalid_order
from orderhouse.oms.orders.queries import invalid_orders
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.returns.authorize_returns import ReturnRequest, authorize_returns
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.queries import variances
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.stock.expire_lots import expire_lots
from orderhouse.wms.stock.queries import open_exceptions
from orderhouse.wms.stock.settle_exceptions import settle_exceptions
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import waves
from orderhouse.wms.waves.release_wave import release_wave

MOST_OPEN = 150
"""Open orders beyond which no new ones come in: a demonstration must not drown while its crew is away."""


@dataclass
class Office:
    """The desks of the business. Methods are single beats; :mod:`.live` decides when. All waits are in the demo's seconds."""

    tenant_id: int
    nodes: dict[str, int]
    heart: Heartbeat
    random: Random = field(default_factory=Random)
    _crews: dict[str, Crew] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shop = Shop(goods(), seed=self.heart.pace.seed)

    def by(self, actor: str) -> By:
        return By(self.tenant_id, actor, clock.now(), device="demo")

    def _ago(self, seconds: float) -> datetime:
        return clock.now() - timedelta(seconds=seconds / self.heart.pace.speed)

    # ── selling ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def taken(self) -> int:
        """The number of the customers' last order: every one stands in one of two tables, so no number comes twice."""
        return orders_sent(self.tenant_id)

    def has_room(self) -> bool:
        """Whether there are not too many open orders yet."""
        with unit_of_work(self.tenant_id):
            open_orders = fetch_value(
                """SELECT count(*) FROM oms_order WHERE tenant_id = %s AND state NOT IN ('shipped', 'delivered', 'closed', 'cancelled')""",
                (self.tenant_id,),
            )
        return bool(open_orders < MOST_OPEN)

    def take_order(self, arrival: Arrival) -> None:
        """One customer buys; once in a while the channel sends it twice, as web hooks do."""
        family = arrival.campaign.family if arrival.campaign else ""
        order = self.shop.order(arrival.number, clock.now(), arrival.channel, family=family)
        for _ in range(2 if self.random.random() < 0.03 else 1):
            capture_orders(by=self.by(f"channel:{arrival.channel}"), submissions=[order], source=arrival.channel)

    def change_minds(self) -> None:
        """Some customer cancels, wherever the order stands by now."""
        if self.random.random() < 0.75:
            return
        with unit_of_work(self.tenant_id):
            found = fetch_all(
                """SELECT o.channel_order_id, c.code FROM oms_order o JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
                   WHERE o.tenant_id = %s AND o.state IN ('reserved', 'released', 'backordered') ORDER BY o.received_at DESC LIMIT 16""",
                (self.tenant_id,),
            )
        if found:
            number, channel = self.random.choice(found)
            withdrawn = OrderCancelled(channel=channel, channel_order_id=number, reason="customer changed their mind")
            cancel_channel_orders(by=self.by(f"channel:{channel}"), messages=[withdrawn])

    def take_back(self) -> None:
        """A customer sends something back: it is agreed to, and comes over the dock a while later."""
        if self.random.random() < 0.4:
            return
        with unit_of_work(self.tenant_id):
            found = fetch_all(
                """SELECT l.order_id, l.line_number FROM oms_order o
                   JOIN oms_order_line l ON l.tenant_id = o.tenant_id AND l.order_id = o.id AND l.shipped > 0
                   WHERE o.tenant_id = %s AND o.state = 'shipped' AND o.received_at > %s
                     AND NOT EXISTS (SELECT FROM oms_return r WHERE r.tenant_id = o.tenant_id AND r.order_id = o.id)
                   ORDER BY o.received_at DESC LIMIT 40""",
                (self.tenant_id, clock.now() - timedelta(days=2)),
            )
        if found:
            order_id, line = self.random.choice(found)
            wish = ReturnRequest(order_id=order_id, lines={line: 1}, reason=self.random.choice(REASONS))
            authorize_returns(by=self.by("order.desk"), requests=[wish])

    def clear_out(self) -> None:
        """What is past its date is taken out of what may be sold."""
        for node_id in self.nodes.values():
            expire_lots(by=self.by("floor.manager"), node_id=node_id)

    def lift_old_holds(self) -> None:
        """Somebody looked at what was held: most of it may go."""
        with unit_of_work(self.tenant_id):
            held = fetch_all(
                """SELECT DISTINCT order_id, kind FROM oms_hold WHERE tenant_id = %s AND lifted_at IS NULL AND placed_at < %s LIMIT 20""",
                (self.tenant_id, self._ago(100)),
            )
        for order_id, kind in held:
            if self.random.random() < 0.5:
                lift_hold(by=self.by("order.desk"), order_id=order_id, kinds=[kind], reason="checked with the customer")

    def clear_invalid(self) -> None:
        """The list of invalid orders stays a list one can read: the oldest are given up."""
        waiting = invalid_orders(self.tenant_id, limit=50)
        for invalid in waiting[: max(0, len(waiting) - 12)]:
            discard_invalid_order(by=self.by("order.desk"), invalid_id=invalid.id, reason="the channel sent it again, corrected")

    def release(self) -> None:
        """What is reserved goes to its nodes."""
        release_orders(by=self.by("release.desk"))

    # ── the floor's manager ──────────────────────────────────────────────────────────────────────────────────────────
    def plan_waves(self) -> None:
        """A wave wherever orders wait and the last ones are well under way."""
        for site in world.SITES:
            node_id = self.nodes[site.node.code]
            under_way = sum(wave.state not in ("done", "cancelled") for wave in waves(self.tenant_id, node_id, limit=6))
            if under_way < 1 + len(site.crew):
                plan = plan_wave(by=self.by("floor.manager"), node_id=node_id, capacity=6, max_orders=18)
                if plan:
                    release_wave(by=self.by("floor.manager"), wave_id=plan.wave_id)

    def send_off(self) -> None:
        """Label what is packed, and let the van take it."""
        for site in world.SITES:
            code = site.node.code
            if code not in self._crews:
                self._crews[code] = Crew(self.by("dispatch"), node_id=self.nodes[code], badges=[], totes=[])
            self._crews[code].at(clock.now())
            self._crews[code].dispatch()

    def ask_for_counts(self) -> None:
        """A bin or two are counted by the way."""
        site = self.random.choice(world.SITES)
        with unit_of_work(self.tenant_id):
            bins = fetch_all(
                """SELECT a.place_id, a.item_id FROM ledger_account a
                   JOIN wms_location l ON l.tenant_id = a.tenant_id AND l.id = a.place_id AND l.kind = 'bin'
                   WHERE a.tenant_id = %s AND a.node_id = %s AND a.book = 'physical' AND a.state = 'good' AND a.balance > 0
                   ORDER BY random() LIMIT 2""",
                (self.tenant_id, self.nodes[site.node.code]),
            )
        request_counts(by=self.by("floor.manager"), bins=[(place, item) for place, item in bins], reason="schedule")

    def settle_floor(self) -> None:
        """The manager looks at what differed a while ago, believes the count, and closes what was talked over."""
        by = self.by("floor.manager")
        for node_id in self.nodes.values():
            with unit_of_work(self.tenant_id):
                counted = variances(self.tenant_id, node_id)
                old = [e for e in open_exceptions(self.tenant_id, node_id) if e.raised_at < self._ago(420)]
            tasks = [task.id for task in counted if task.counted_at and task.counted_at < self._ago(150)]
            if tasks:
                approve_variances(by=by, task_ids=tasks)
            subjects: dict[str, set[int]] = {}
            for exception in old:
                subjects.setdefault(exception.subject_kind, set()).add(exception.subject_id)
            for kind, ids in sorted(subjects.items()):
                if kind != "count_task":
                    settle_exceptions(by=by, subject_kind=kind, subject_ids=sorted(ids))

    # ── buying ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def reorder(self) -> None:
        """Order what has run low, a delivery a node; it comes in a few minutes. Some of what is popular runs out on the way."""
        for site in world.SITES:
            low = list(self._low(site))[:12]
            if len(low) >= 4 or (low and self.random.random() < 0.3):
                number = f"PO-{site.node.code}-{self._receipts() + 1:04d}"
                lines = tuple(ExpectedLine(n, sku, world.OWNER, units) for n, (sku, units) in enumerate(low, 1))
                receipt = ExpectReceipt(
                    receipt=number,
                    node=site.node.code,
                    supplier=self.random.choice(world.SUPPLIERS),
                    expected_at=clock.now() + timedelta(seconds=self.random.uniform(90, 300) / self.heart.pace.speed),
                    lines=lines,
                )
                expect_receipts(by=self.by("buyer"), receipts=[receipt])

    def _receipts(self) -> int:
        with unit_of_work(self.tenant_id):
            return int(
                fetch_value(
                    "SELECT count(DISTINCT (node_id, receipt_number)) FROM oms_incoming WHERE tenant_id = %s", (self.tenant_id,)
                )
            )

    def _low(self, site: world.Site) -> Iterator[tuple[str, int]]:
        with unit_of_work(self.tenant_id):
            rows = fetch_all(
                """SELECT i.sku, coalesce(sum(a.balance) FILTER (WHERE a.state = 'available'), 0)::int,
                     bool_or(EXISTS (SELECT FROM oms_incoming c WHERE c.tenant_id = i.tenant_id AND c.item_id = i.id
                       AND c.node_id = %(node)s AND c.settled_at IS NULL))
                   FROM catalog_item i LEFT JOIN ledger_account a ON a.tenant_id = i.tenant_id AND a.item_id = i.id
                     AND a.book = 'promise' AND a.node_id = %(node)s
                   WHERE i.tenant_id = %(tenant)s GROUP BY i.sku""",
                {"tenant": self.tenant_id, "node": self.nodes[site.node.code]},
            )
        usual: dict[str, Good] = {good.sku: good for good in goods()}
        lows: list[tuple[float, str, int]] = []
        for sku, available, coming in rows:
            target = usual_stock(usual[sku], site) if sku in usual else 0
            if target and not coming and available < 0.3 * target:
                lows.append((available / target, sku, target - available))
        for _, sku, units in sorted(lows):
            yield sku, units

    # ── the books ────────────────────────────────────────────────────────────────────────────────────────────────────
    def prove(self) -> None:
        """Recount the books and keep what came out as an event of the business, where the console finds it."""
        prove_books(by=self.by("prove"))


REASONS = ("does not fit the kitchen", "arrived chipped", "ordered twice", "not as pictured")

BEATS: Sequence[tuple[str, float]] = (
    ("release", 22),
    ("plan_waves", 30),
    ("send_off", 55),
    ("reorder", 40),
    ("lift_old_holds", 35),
    ("change_minds", 45),
    ("take_back", 110),
    ("clear_out", 150),
    ("settle_floor", 60),
    ("ask_for_counts", 65),
    ("clear_invalid", 90),
)
"""Which desk acts how often, in seconds at speed 1. Orders come by chance, the proof by its own cost."""
