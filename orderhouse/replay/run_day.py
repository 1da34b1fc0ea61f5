"""One day of the file, lived through everything: the verbs of both wings, with scanners on the floor.

Each step may be done again without harm after a kill: orders are known by the channel's id, waves and parcels are taken up where
they stand. The steps that could not (announcing goods, credits, corrections) mark themselves in their own transaction.

While the floors pick and ship, the order desk captures what is placed meanwhile, as people do; the two meet in the database.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time

from orderhouse.catalog.define_items import define_items
from orderhouse.contract.messages import SubmitOrder
from orderhouse.crew.totes import Totes
from orderhouse.crew.worker import Worker
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.sourcing.serve_waiting import serve_waiting
from orderhouse.replay import world
from orderhouse.replay.corrections import BinStock, CountPlan, plan_counts
from orderhouse.replay.hands import Hands
from orderhouse.replay.interpret import ZONE, Correction, Credit, Day
from orderhouse.replay.journal import Journal
from orderhouse.replay.node_shift import StuckOnTheFloor, again
from orderhouse.replay.open_world import ACTOR, Floor
from orderhouse.replay.restock import Restock
from orderhouse.replay.settle_credits import settle_credits
from orderhouse.replay.stages import Clock, Stages
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.request_counts import request_counts

ORDERS_AT_ONCE = 100
SHIFTS = (time(12), time(16))
"""When orders captured so far are released and worked; what comes after the last waits for tomorrow."""


@dataclass(slots=True)
class Shop:
    """The business under replay with its people; ``ids`` and ``grams`` of the items known so far, by SKU. ``scans`` by node."""

    tenant_id: int
    floors: Sequence[Floor]
    hands: Hands
    working_days: str
    seed: int
    journal: Journal
    restock: Restock
    refresh_statistics: Callable[[], None]
    stages: Stages = field(default_factory=Stages)
    ids: dict[str, int] = field(default_factory=dict)
    grams: dict[str, int] = field(default_factory=dict)
    scans: dict[str, int] = field(default_factory=dict)
    _watch: Clock = field(default_factory=Clock)
    _own: float = 0.0
    _database: float = 0.0

    def by(self, at: datetime) -> By:
        """The manager of the replay at a moment."""
        return By(self.tenant_id, ACTOR, at)

    def works_on(self, day: date) -> bool:
        return self.working_days[day.weekday()] == "1"

    def begin(self, work: str, at: datetime, **by_node: Mapping[str, object]) -> None:
        """Let every floor begin a piece of work; :meth:`wait` before the next."""
        self.hands.begin(work, {f.site.code: (at, *(values[f.site.code] for values in by_node.values())) for f in self.floors})

    def wait(self) -> None:
        """Until the floors are done; their figures are added to the day's."""
        with self.stages.stage("waiting for the floors"):
            told = self.hands.wait()
        self._own, self._database = self._own + told.own, self._database + told.database
        for facts in told.facts:
            self.stages.add(facts["stages"])
            self.scans |= facts["scans"]

    def processor_seconds(self) -> tuple[float, float]:
        """Of all our processes, and of the database processes that served them, since this was last asked."""
        own, database = self._watch.look()
        passed = own + self._own, database + self._database
        self._own = self._database = 0.0
        return passed


def run_day(shop: Shop, day: Day) -> None:
    """Live through one day."""
    _open_morning(shop, day)
    works = shop.works_on(day.date)
    orders, credits = list(day.orders), list(day.credits)
    for shift in SHIFTS:
        at = moment(day.date, shift)
        orders = _capture(shop, orders, at)
        if works:
            shop.wait()
            _look_at_tables(shop)
        credits = _credit(shop, day.date, shift.isoformat(), credits, at)
        if works:
            with shop.stages.stage("release"):
                while release_orders(by=shop.by(at)):
                    pass
            _look_at_tables(shop)
            shop.begin("ship", at, cutoff={f.site.code: moment(day.date, f.site.cutoff) for f in shop.floors})
    evening = moment(day.date, time(23, 59, 59))
    _capture(shop, orders, evening)
    shop.wait()
    _credit(shop, day.date, "evening", credits, evening)
    if works:
        shop.begin("take_back", moment(day.date, time(17, 30)))
        shop.wait()
    _correct(shop, day.date, day.corrections)
    with shop.stages.stage("reorder"):
        _reorder(shop, day.date)


def moment(day: date, at: time) -> datetime:
    """A local time of day in UTC."""
    return datetime.combine(day, at, ZONE).astimezone(UTC)


# --- Morning -------------------------------------------------------------------------------------------------------------


def _open_morning(shop: Shop, day: Day) -> None:
    """New items enter the range and their launch is announced; what is due comes in and goes to its bins."""
    dawn, at = moment(day.date, time(6)), moment(day.date, time(7))
    with shop.stages.stage("items"), unit_of_work(shop.tenant_id):
        definitions = [world.item_definition(item) for item in day.new_items]
        shop.ids |= define_items(by=shop.by(dawn), items=definitions)
        shop.grams |= {definition.sku: definition.weight_grams for definition in definitions}
        launches = shop.restock.learn(day.date, day.new_items, shop.ids)
        if launches and not shop.journal.is_done(day.date, "launch"):
            shop.restock.announce(shop.by(dawn), launches)
            shop.journal.mark(shop.by(dawn), day.date, "launch")
    if not (shop.works_on(day.date) or launches):
        return
    _look_at_tables(shop)
    for floor in shop.floors:  # one after the other: what comes in is promised at once, over the stock of every node
        shop.hands.begin("receive", {floor.site.code: (at,)})
        shop.wait()
    _look_at_tables(shop)
    with shop.stages.stage("serve backorders"):
        again(lambda: serve_waiting(by=shop.by(at)))
    shop.begin("put_away", at)


def _look_at_tables(shop: Shop) -> None:
    """On the first day every table was empty a moment ago, and a database plans by what it last saw."""
    if not shop.journal.days:
        with shop.stages.stage("statistics"):
            shop.refresh_statistics()


# --- Orders --------------------------------------------------------------------------------------------------------------


def _capture(shop: Shop, orders: Sequence[SubmitOrder], until: datetime) -> list[SubmitOrder]:
    """Take the orders placed before ``until``, in the order they were placed; each travels by what it weighs. The rest."""
    now = [order for order in orders if order.placed_at < until]
    for first in range(0, len(now), ORDERS_AT_ONCE):
        batch = [
            replace(order, service=world.service_for(sum(shop.grams[line.sku] * line.quantity for line in order.lines)))
            for order in now[first : first + ORDERS_AT_ONCE]
        ]
        by = shop.by(batch[-1].placed_at)
        with shop.stages.stage("capture and source") as lines:
            answers = again(lambda by=by, batch=batch: capture_orders(by=by, submissions=batch, source="replay"))  # type: ignore[misc]
            lines["capture and source"] += sum(len(order.lines) for order in batch)
        if wrong := [answer for answer in answers if answer.outcome == "invalid"]:
            raise StuckOnTheFloor(f"order {wrong[0].channel_order_id} was not accepted: {wrong[0].reasons[0]}")
    return [order for order in orders if order.placed_at >= until]


def _credit(shop: Shop, day: date, step: str, credits: Sequence[Credit], until: datetime) -> list[Credit]:
    """Settle the credit notes of before ``until``; the rest."""
    with shop.stages.stage("credits") as lines:
        lines["credits"] += settle_credits(shop, day, step, [credit for credit in credits if credit.at < until])
    return [credit for credit in credits if credit.at >= until]


# --- Evening -------------------------------------------------------------------------------------------------------------


def _correct(shop: Shop, day: date, corrections: Sequence[Correction]) -> None:
    """Count what the file says was written off or found: asked for, scanned, approved, in one transaction."""
    if not corrections or shop.journal.is_done(day, "corrections"):
        return
    at = moment(day, time(20, 30))
    by = shop.by(at)
    with shop.stages.stage("correct") as lines, unit_of_work(shop.tenant_id):
        wanted = [(shop.ids[correction.sku], correction.quantity) for correction in corrections]
        items = sorted({item_id for item_id, _ in wanted})
        bins = fetch_all(sql.load(__file__, "bins_to_correct"), {"tenant": shop.tenant_id, "items": items}, of=BinStock)
        plan = plan_counts(wanted, bins)
        _count(shop, by, plan)
        shop.journal.mark(
            by,
            day,
            "corrections",
            units_lost=plan.lost,
            units_found=plan.found,
            units_beyond_stock=plan.beyond_stock,
            units_nowhere=plan.nowhere,
        )
        lines["correct"] += len(corrections)


def _count(shop: Shop, by: By, plan: CountPlan) -> None:
    names = {item_id: sku for sku, item_id in shop.ids.items()}
    counters = {floor.node_id: floor.counter for floor in shop.floors}
    by_node = defaultdict(list)
    for count in plan.counts:
        by_node[count.node_id].append(count)
    for node_id, counts in by_node.items():
        tasks = request_counts(by=by, bins=[(c.location_id, c.item_id) for c in counts], reason="correction of stock")
        found = {(count.bin, names[count.item_id]): count.found for count in counts}
        counter = Worker(by, node_id=node_id, badge=counters[node_id], totes=Totes([]))
        if not counter.count(lambda keys, found=found: {key: found[key] for key in keys}).finished:  # type: ignore[misc]
            raise StuckOnTheFloor(f"a count of {len(counts)} bins was not finished")
        approve_variances(by=by, task_ids=sorted(tasks.values()))


def _reorder(shop: Shop, day: date) -> None:
    """Learn what left today; buy."""
    begin, end = moment(day, time.min), moment(day, time.max)
    shop.restock.observe(shop.restock.recall(begin, end).get(day))
    if not shop.works_on(day) or shop.journal.is_done(day, "reorder"):
        return
    by = shop.by(moment(day, time(22)))
    with unit_of_work(shop.tenant_id):
        shop.restock.announce(by, shop.restock.order(day))
        shop.journal.mark(by, day, "reorder")
