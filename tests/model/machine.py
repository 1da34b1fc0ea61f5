"""Every verb of the flow, in any order, against the model; after each step both wings must say what the model says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.edit_order import OrderChanges, edit_order
from orderhouse.oms.desk.hold_order import hold_order
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.desk.recall_order import KIND, recall_order
from orderhouse.oms.promise.set_safety_stock import SafetyTarget, set_safety_stock
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.returns.authorize_returns import ReturnRequest, authorize_returns
from orderhouse.oms.sourcing.move_order import move_order
from orderhouse.oms.sourcing.source_again import source_again
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.count_here import count_here
from orderhouse.wms.inbound.grade_returned import grade_returned
from orderhouse.wms.inbound.queries import receipt_by_number
from orderhouse.wms.inbound.receive_returned import receive_returned
from orderhouse.wms.inbound.rules import Grade, Returned
from orderhouse.wms.packing.unpack_parcels import unpack_parcels
from orderhouse.wms.picking.short_picks import ShortPick, short_picks
from orderhouse.wms.putaway.move_stock import StockMove, move_stock
from orderhouse.wms.waves.cancel_wave import cancel_wave
from orderhouse.wms.waves.plan_wave import plan_wave
from tests.model.ledger import Job, Line, Model, Order
from tests.model.ledger import Returned as ReturnedUnits
from tests.model.serve import serve
from tests.model.sight import JOB, Sight, look
from tests.model.world import NODES, SKUS, World, build_world

PROVE_EVERY = 25
"""Steps between two examinations of all the books."""
WHICH = st.integers(0, 30)
UNITS = st.integers(1, 5)
NODE = st.sampled_from(NODES)
SKU = st.sampled_from(SKUS)


class _AllRules:
    """Hypothesis leaves out some rules of every example. A flow as long as this one then seldom reaches its end."""

    def is_enabled(self, name: str) -> bool:
        return True


def every_rule(machine: RuleBasedStateMachine) -> None:
    """Let the machine take any of its rules at any step."""
    machine._rules_strategy.enabled_rules_strategy = st.just(_AllRules())  # type: ignore[arg-type]


class Flow(RuleBasedStateMachine):
    """Two warehouses, three items, one channel. ``steps`` counts over all machines of the process."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        every_rule(self)

    @initialize()
    def open(self) -> None:
        self.world: World = build_world()
        self.model = Model()
        self.unproven = 0

    # ── goods in ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(node=NODE, sku=SKU, units=UNITS, away=st.booleans())
    def receive(self, node: str, sku: str, units: int, away: bool) -> None:
        tasks = self.world.receive(node, sku, units, "good")
        self.model.on_hand[node, sku] += units
        self.model.dock[node, sku] += units
        if away:
            for task in self.world.putaway_tasks("putaway"):
                if task[0] in tasks:
                    self._away(task, task[3])

    @rule(node=NODE, sku=SKU, units=UNITS)
    def receive_damaged(self, node: str, sku: str, units: int) -> None:
        self.world.receive(node, sku, units, "damaged")
        self.model.aside[node, sku, "damaged"] += units

    @rule(which=WHICH, units=UNITS)
    def put_away(self, which: int, units: int) -> None:
        if task := _one(self.world.putaway_tasks("putaway"), which):
            self._away(task, min(units, task[3]))

    def _away(self, task: tuple[Any, ...], units: int) -> None:
        self.world.put(task[0], task[4], units)
        self.model.dock[task[1], task[2]] -= units

    # ── the desk ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(
        lines=st.lists(st.tuples(SKU, UNITS), min_size=1, max_size=2, unique_by=lambda line: line[0]),
        priority=st.sampled_from((10, 50)),
    )
    def capture(self, lines: list[tuple[str, int]], priority: int) -> None:
        number = next(self.world.numbers)
        submission = self.world.submission(lines, priority, number)
        (placed,) = capture_orders(by=self.world.by, submissions=[submission])
        assert placed.outcome == "placed", placed
        assert placed.order_id
        kept = {n: Line(placed.order_id, n, sku, units, units) for n, (sku, units) in enumerate(lines, 1)}
        self.model.orders.append(Order(placed.order_id, priority, kept))

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH, units=UNITS)
    def capture_again(self, which: int, units: int) -> None:
        """The channel repeats itself, perhaps in other words."""
        place = which % len(self.model.orders)
        repeated = self.world.submission([("A", units)], 50, place + 1)
        (placed,) = capture_orders(by=self.world.by, submissions=[repeated])
        assert (placed.outcome, placed.order_id) == ("duplicate", self.model.orders[place].id)

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH, kind=st.sampled_from(("payment", "manual")))
    def hold(self, which: int, kind: str) -> None:
        order = self._order(which)
        if not self._asked(order, hold_order, kind=kind, reason="model"):
            assert order.state() in ("shipped", "closed", "cancelled")
        elif kind not in order.holds:
            order.holds.add(kind)
            for line in order.lines.values():
                self.model.recall(line)

    @precondition(lambda self: any(order.holds for order in self.model.orders))
    @rule(which=WHICH, release=st.booleans())
    def lift(self, which: int, release: bool) -> None:
        held = [order for order in self.model.orders if order.holds]
        order = held[which % len(held)]
        lift_hold(by=self.world.by, order_id=order.id, release=release)
        order.holds.clear()
        if release:
            self._released([order], only=True)

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        order = self._order(which)
        gone = any(line.shipped for line in order.lines.values()) and order.state() in ("shipped", "closed")
        assert self._asked(order, cancel_order, reason="model") is not gone
        if not gone:
            for line in order.lines.values():
                self.model.give_up(line, line.ordered)

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH, number=st.integers(1, 2), units=UNITS)
    def cancel_units(self, which: int, number: int, units: int) -> None:
        """Units of a line: those asked back already come last."""
        order = self._order(which)
        line = order.lines.get(number)
        left = line.ordered - line.cancelled - line.shipped - line.wanted if line else 0
        if line is None or not left:
            return
        units = min(units, left)
        parcels, packed = self.world.parcels(), {key: job.packed for key, job in self.model.jobs.items()}
        assert self._asked(order, cancel_order, reason="model", lines={number: units})
        self.model.give_up(line, units)
        self._opened(parcels, packed)

    def _opened(self, before: Sequence[tuple[Any, ...]], packed: dict[tuple[str, int], int]) -> None:
        """A parcel something is taken out of is opened, and what else lay in it is to be packed anew. Which parcel: the floor's
        choice, among those of a release that gave up packed units."""
        after = self.world.parcels()
        opened = {row[0] for row in before} - {row[0] for row in after}
        assert after == [row for row in before if row[0] not in opened], "a parcel is closed as it was, or open"
        taken = {key: units - self.model.jobs[key].packed for key, units in packed.items()}
        lay: Counter[tuple[str, int]] = Counter()
        for _, release, number, _, _, units in (row for row in before if row[0] in opened):
            assert any(units for key, units in taken.items() if key[0] == release), f"nobody took anything out of {release}"
            lay[release, number] += units
        for key, units in taken.items():
            stay = lay[key] - units
            assert stay >= 0, f"{units} of {key} were taken out of parcels that held {lay[key]}"
            self.model.jobs[key].packed -= stay
            self.model.jobs[key].picked += stay

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH, number=st.integers(1, 2), units=st.integers(0, 6))
    def edit(self, which: int, number: int, units: int) -> None:
        order = self._order(which)
        line = order.lines.get(number)
        if line is None:
            return
        now = line.ordered - line.cancelled
        over = order.state() in ("shipped", "closed", "cancelled")
        may = not over and units != now and now - units <= line.open
        done = self._asked(order, edit_order, changes=OrderChanges(quantities={number: units}), reason="model")
        if order.state() == "partly_shipped" and not done:
            return  # the desk may refuse to edit what has begun to leave
        assert done is may, (now, units, line)
        if units > now:
            line.ordered += units - now if may else 0
            line.open += units - now if may else 0
        elif may:
            line.open -= now - units
            line.cancelled += now - units

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH)
    def source_anew(self, which: int) -> None:
        order = self._order(which)
        source_again(by=self.world.by, order_ids=[order.id], reason="model")

    @precondition(lambda self: self.model.orders)
    @rule(which=st.one_of(st.none(), WHICH))
    def release(self, which: int | None) -> None:
        orders = self.model.orders if which is None else [self._order(which)]
        release_orders(by=self.world.by, order_ids=[order.id for order in orders])
        self._released(orders)

    def _released(self, orders: Sequence[Order], *, only: bool = False) -> None:
        """What was reserved of orders without a hold is at its nodes now; ``only``: it may have been sourced just before."""
        seen = look(self.world.tenant_id)
        went = {key: figures for key, figures in seen.jobs.items() if key not in self.model.jobs}
        for (release, number), figures in sorted(went.items()):
            node = seen.node_of[release, number]
            line = next(each for order in orders for each in order.lines.values() if seen_of(release, order, each, number, seen))
            units = sum(figures.values())
            assert figures["waiting"] == units
            if not only:
                assert line.reserved[node] == units, "what is released is what was reserved there"
            line.reserved[node] = 0
            line.reserved += type(line.reserved)()
            line.open -= units
            self.model.jobs[release, number] = Job(node, release, line, units)
        for order in orders:
            if not order.holds and not only:
                assert not any(line.reserved for line in order.lines.values()), "everything reserved goes"

    @precondition(lambda self: self.model.orders)
    @rule(which=WHICH)
    def recall(self, which: int) -> None:
        """The customer wants something else: everything back from the floors, and the order held until that is settled."""
        order = self._order(which)
        if not self._asked(order, recall_order, reason="model"):
            assert order.state() in ("shipped", "closed", "cancelled")
        elif KIND not in order.holds:
            order.holds.add(KIND)
            for line in order.lines.values():
                self.model.recall(line)

    @precondition(lambda self: any(line.open for line in self.model.lines()))
    @rule(which=WHICH, number=st.integers(1, 2), node=NODE, freely=st.booleans())
    def move_to(self, which: int, number: int, node: str, freely: bool) -> None:
        """The desk wants a line from another node, or decides anew: no unit that had a node waits after it."""
        orders = [order for order in self.model.orders if any(line.open for line in order.lines.values())]
        order = orders[which % len(orders)]
        before = {line.number: line.reserved.total() for line in order.lines.values()}
        done = self._asked(
            order, move_order, nodes=None if freely or number not in order.lines else {number: [node]}, reason="model"
        )
        after = look(self.world.tenant_id).reserved
        now = {line.number: sum(after.get((order.id, line.number), {}).values()) for line in order.lines.values()}
        assert all(now[each] >= units for each, units in before.items()), (before, now)
        if done and not freely and number in order.lines:
            assert set(after.get((order.id, number), {})) <= {node}

    @rule(node=NODE, sku=SKU, units=st.integers(0, 4))
    def keep_back(self, node: str, sku: str, units: int) -> None:
        freed = set_safety_stock(by=self.world.by, targets=[SafetyTarget(self.world.nodes[node], self.world.items[sku], units)])
        serve(self.world.by, freed)
        self.model.safety[node, sku] = units

    # ── the floor ────────────────────────────────────────────────────────────────────────────────────────────────────
    @precondition(lambda self: self.model.jobs)
    @rule(node=NODE, strategy=st.sampled_from(("cluster", "discrete")))
    def wave(self, node: str, strategy: str) -> None:
        model = self.model
        bins = {sku: model.physical(node, sku).get("good", 0) for sku in SKUS}
        self.world.wave(node, strategy)
        seen = look(self.world.tenant_id)
        for key, job in model.jobs.items():
            if job.node == node:
                now = seen.jobs[key]
                allocated, shorted = now["allocated"] - job.allocated, now["shorted"] - job.shorted
                assert min(allocated, shorted) >= 0
                bins[job.line.sku] -= allocated
                job.allocated += allocated
                job.waiting -= allocated + shorted
                self._short(job, shorted)
                if shorted:
                    assert bins[job.line.sku] + model.dock[job.place] < job.line.ordered
        assert min(bins.values()) >= 0, "no unit of a bin is allocated twice"
        for sku in SKUS:
            if not any(model.dock[node, other] for other in SKUS):
                assert not any(job.waiting for job in model.jobs.values() if job.place == (node, sku)), "what can be picked is"

    @precondition(lambda self: any(job.waiting for job in self.model.jobs.values()))
    @rule(node=NODE)
    def wave_taken_back(self, node: str) -> None:
        """A wave is planned and cancelled again: only what nobody has is otherwise after it."""
        plan = plan_wave(by=self.world.by, node_id=self.world.nodes[node], strategy="discrete")
        if plan is not None:  # else there was nothing to pick; what is not there was told as short all the same
            cancel_wave(by=self.world.by, wave_id=plan.wave_id)
        seen = look(self.world.tenant_id)
        for key, job in self.model.jobs.items():
            if job.node == node:
                shorted = seen.jobs[key]["shorted"] - job.shorted
                job.waiting -= shorted
                self._short(job, shorted)

    @precondition(lambda self: any(line.open for line in self.model.lines()))
    @rule(node=NODE, packed=st.booleans(), shipped=st.booleans())
    def day(self, node: str, packed: bool, shipped: bool) -> None:
        """Everything goes on as far as it can: many steps are far from the door otherwise."""
        self.release(None)
        self.wave(node, "discrete")
        if any(job.allocated for job in self.model.jobs.values()):
            self.pick_all()
        while packed and self.world.to_pack():
            self.pack(0)
        while packed and shipped and self.world.parcels():
            self.ship(0)

    @precondition(lambda self: any(job.allocated for job in self.model.jobs.values()))
    @rule(which=WHICH, units=UNITS)
    def pick(self, which: int, units: int) -> None:
        task = _one(self.world.tasks(), which)
        assert task, "what is allocated has a task"
        units = min(units, task[7] - task[8])
        self.world.pick(task, units)
        job = self.model.jobs[task[4], task[5]]
        job.allocated -= units
        job.picked += units

    @precondition(lambda self: any(job.allocated for job in self.model.jobs.values()))
    @rule()
    def pick_all(self) -> None:
        for task in self.world.tasks():
            units = task[7] - task[8]
            self.world.pick(task, units)
            job = self.model.jobs[task[4], task[5]]
            job.allocated -= units
            job.picked += units

    @precondition(lambda self: any(job.allocated for job in self.model.jobs.values()))
    @rule(which=WHICH, missing=UNITS, damaged=st.booleans())
    def short(self, which: int, missing: int, damaged: bool) -> None:
        """A bin holds less than the book says."""
        task = _one(self.world.tasks(), which)
        assert task
        node, sku, place = task[3], task[6], (task[3], task[6])
        missing = min(missing, task[7] - task[8])
        in_bins = sum(free for bin_id, free, _ in self.world.bins(node, sku) if bin_id != task[9])
        here = in_bins + self.model.dock[place]
        (answer,) = short_picks(by=self.world.walker(task[1]), shorts=[ShortPick(task[0], task[7] - missing, damaged)])
        found = min(missing, here)
        elsewhere, waits = (found, 0) if found <= in_bins else (0, found)
        assert (answer.elsewhere, answer.waiting, answer.shorted) == (elsewhere, waits, missing - found)
        job = self.model.jobs[task[4], task[5]]
        self.model.on_hand[place] -= missing
        if damaged:
            self.model.aside[node, sku, "damaged"] += missing
        job.allocated += elsewhere - missing
        job.waiting += waits
        self._short(job, missing - found)

    def _short(self, job: Job, units: int) -> None:
        job.shorted += units
        self.model.come_back(job.line, units)

    @precondition(lambda self: any(job.picked for job in self.model.jobs.values()))
    @rule(which=WHICH)
    def pack(self, which: int) -> None:
        """All that is in hand of an order goes into one parcel."""
        in_hand = self.world.to_pack()
        outbounds = sorted({row[0] for row in in_hand})
        outbound = outbounds[which % len(outbounds)]
        units: dict[tuple[int, int, int], int] = {}
        left = {row[2]: self.model.jobs[row[1], row[3]].picked for row in in_hand}
        for _, release, line_id, number, tote, lot, lies, _ in (row for row in in_hand if row[0] == outbound):
            packed = min(lies, left[line_id])
            if packed:
                units[line_id, lot, tote] = packed
                left[line_id] -= packed
                job = self.model.jobs[release, number]
                job.picked -= packed
                job.packed += packed
        self.world.pack(outbound, units)

    @precondition(lambda self: any(job.packed for job in self.model.jobs.values()))
    @rule(which=WHICH)
    def unpack(self, which: int) -> None:
        parcels = self.world.parcels()
        parcel_id = sorted({row[0] for row in parcels})[which % len({row[0] for row in parcels})]
        unpack_parcels(by=self.world.by, parcel_ids=[parcel_id])
        for _, release, number, _, _, units in (row for row in parcels if row[0] == parcel_id):
            job = self.model.jobs[release, number]
            job.packed -= units
            job.picked += units

    @precondition(lambda self: any(job.packed for job in self.model.jobs.values()))
    @rule(which=WHICH)
    def ship(self, which: int) -> None:
        parcels = self.world.parcels()
        parcel_id = sorted({row[0] for row in parcels})[which % len({row[0] for row in parcels})]
        self.world.ship(parcel_id)
        for _, release, number, sku, node, units in (row for row in parcels if row[0] == parcel_id):
            job = self.model.jobs[release, number]
            job.packed -= units
            job.shipped += units
            job.line.shipped += units
            self.model.on_hand[node, sku] -= units
            self.model.customer[sku] += units

    @precondition(lambda self: any(job.putting_back for job in self.model.jobs.values()))
    @rule(which=WHICH, units=UNITS)
    def put_back(self, which: int, units: int) -> None:
        task = _one(self.world.putaway_tasks("putback"), which)
        assert task, "what comes back has a task"
        units = min(units, task[3])
        self.world.put(task[0], task[4], units)
        self.model.put_back(self.model.jobs[task[5], task[6]], units)

    @rule(node=NODE, sku=SKU, which=WHICH, wrong=st.integers(-2, 2))
    def count(self, node: str, sku: str, which: int, wrong: int) -> None:
        """Somebody counts a bin, and the manager believes it."""
        bin_id, free, allocated = _one(self.world.bins(node, sku), which) or (0, 0, 0)
        wrong = max(wrong, -free)
        differing = count_here(by=self.world.by, counts=[(bin_id, self.world.items[sku], free + allocated + wrong)])
        assert bool(differing) == bool(wrong)
        if differing:
            assert approve_variances(by=self.world.by, task_ids=differing) == wrong
        self.model.on_hand[node, sku] += wrong

    @rule(node=NODE, sku=SKU, which=WHICH, to=WHICH)
    def move(self, node: str, sku: str, which: int, to: int) -> None:
        bins = self.world.bins(node, sku)
        lying = [row for row in bins if row[1]]
        target = bins[to % len(bins)][0]
        if lying and (source := lying[which % len(lying)][0]) != target:
            stock = [StockMove(source, target, self.world.items[sku], 0, 1)]
            move_stock(by=self.world.by, node_id=self.world.nodes[node], moves=stock)

    # ── goods back ───────────────────────────────────────────────────────────────────────────────────────────────────
    @precondition(lambda self: any(line.shipped > line.authorized for line in self.model.lines()))
    @rule(which=WHICH, units=UNITS)
    def authorize(self, which: int, units: int) -> None:
        lines = [line for line in self.model.lines() if line.shipped > line.authorized]
        line = lines[which % len(lines)]
        units = min(units, line.shipped - line.authorized)
        request = ReturnRequest(line.order, {line.number: units}, "model")
        (number,) = authorize_returns(by=self.world.by, requests=[request])
        ((node,),) = self.world.rows(
            """SELECT n.code FROM oms_return r JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
               WHERE r.tenant_id = %(t)s AND r.number = %(number)s""",
            number=number,
        )
        line.authorized += units
        self.model.returns.append(ReturnedUnits(number, node, line, units))

    @precondition(lambda self: any(back.expected for back in self.model.returns))
    @rule(which=WHICH, units=UNITS)
    def take_back(self, which: int, units: int) -> None:
        returns = [back for back in self.model.returns if back.expected]
        back = returns[which % len(returns)]
        units = min(units, back.expected)
        receive_returned(by=self.world.by, receipt_id=self._receipt(back), lines=[Returned(back.line.number, units)])
        back.expected -= units
        back.ungraded += units
        back.line.returned += units
        self.model.aside[back.node, back.line.sku, "returned_ungraded"] += units
        self.model.customer[back.line.sku] -= units

    @precondition(lambda self: any(back.ungraded for back in self.model.returns))
    @rule(which=WHICH, units=UNITS, disposition=st.sampled_from(("restock", "quarantine", "scrap")))
    def grade(self, which: int, units: int, disposition: str) -> None:
        returns = [back for back in self.model.returns if back.ungraded]
        back = returns[which % len(returns)]
        units = min(units, back.ungraded)
        grade_returned(by=self.world.by, receipt_id=self._receipt(back), grades=[Grade(back.line.number, units, disposition)])
        place = (back.node, back.line.sku)
        back.ungraded -= units
        self.model.aside[(*place, "returned_ungraded")] -= units
        if disposition == "restock":
            self.model.on_hand[place] += units
            self.model.dock[place] += units
        elif disposition == "quarantine":
            self.model.aside[(*place, "quarantine")] += units

    def _receipt(self, back: ReturnedUnits) -> int:
        with unit_of_work(self.world.tenant_id):
            return receipt_by_number(self.world.tenant_id, self.world.nodes[back.node], back.number).id

    # ── the post ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(seed=st.integers(0, 999), times=st.integers(1, 6))
    def deliver_again(self, seed: int, times: int) -> None:
        """Letters come once more, in any order: nothing changes."""
        letters = self.world.letters()
        for source, destination, letter in Random(seed).sample(letters, min(times, len(letters))):
            assert self.world.deliver(source, destination, letter).state == "repeated"

    # ── after each step ──────────────────────────────────────────────────────────────────────────────────────────────
    @invariant()
    def both_wings_say_what_the_model_says(self) -> None:
        if not hasattr(self, "world"):
            return
        Flow.steps += 1
        model, seen = self.model, look(self.world.tenant_id)
        before = {(line.order, line.number): line.reserved.total() for line in model.lines()}
        self._adopt(seen)
        for order in model.orders:
            assert seen.states[order.id] == order.state(), (order, seen.states[order.id])
        for key, job in model.jobs.items():
            assert seen.jobs[key] == {name: getattr(job, name) for name in JOB}, job
        assert seen.jobs.keys() == model.jobs.keys()
        for line in model.lines():
            said = {
                "ordered": line.ordered,
                "cancelled": line.cancelled,
                "backordered": line.waiting,
                "reserved": line.reserved.total(),
                "released": model.released(line),
                "shipped": line.shipped,
                "returned": line.returned,
                "wanted": line.wanted,
            }
            assert seen.lines[line.order, line.number] == said, line
        for node in NODES:
            for sku in SKUS:
                promised = _inside(seen.promise.get((node, sku), {}), "node", "customer")
                expected = model.promise(node, sku)
                assert promised == expected, f"{sku} at {node} is promised {promised}, not {expected}"
                lies = _inside(seen.physical.get((node, sku), {}), "supplier", "customer", "found", "lost", "scrapped")
                expected = model.physical(node, sku)
                assert lies == expected, f"{sku} at {node} stands {lies}, not {expected}"
        for sku in SKUS:
            assert sum(seen.physical.get((node, sku), {}).get("customer", 0) for node in NODES) == model.customer[sku]
        self._nobody_waits_in_vain(seen, before)
        self.unproven += 1
        if self.unproven >= PROVE_EVERY:
            self.prove()

    def _adopt(self, seen: Sight) -> None:
        """Which node has what is sourcing's to choose, among those that have it."""
        for line in self.model.lines():
            line.reserved.clear()
            line.reserved.update(seen.reserved.get((line.order, line.number), {}))

    def _nobody_waits_in_vain(self, seen: Sight, before: dict[tuple[int, int], int]) -> None:
        """No line waits while a node it may ask has its item free; who gains is never less urgent than who waits."""
        priority = {order.id: order.priority for order in self.model.orders}
        waiting = [line for line in self.model.lines() if line.waiting]
        for line in waiting:
            for node in NODES:
                free = self.model.promise(node, line.sku).get("available", 0)
                assert not free or (line.order, line.number, node) in seen.refused, f"{line} waits, {node} has {free} free"
        for line in waiting:
            if any((line.order, line.number, node) in seen.refused for node in NODES):
                continue
            for other in self.model.lines():
                gained = other.reserved.total() > before.get((other.order, other.number), 0)
                if other.sku == line.sku and gained and priority[other.order] > priority[line.order]:
                    raise AssertionError(f"{other} gained while the more urgent {line} waits")

    def prove(self) -> None:
        """Every rule of the books holds, and no letter was refused or lies dead."""
        self.unproven = 0
        assert self.world.violations() == {}
        assert not self.world.rows("SELECT type, refusal FROM contract_inbox WHERE tenant_id = %(t)s AND state = 'refused'")
        lost = "SELECT type, error FROM contract_outbox WHERE tenant_id = %(t)s AND state IN ('dead', 'waiting')"
        assert not self.world.rows(lost)

    def teardown(self) -> None:
        if hasattr(self, "world") and self.unproven:
            self.prove()

    # ── words ────────────────────────────────────────────────────────────────────────────────────────────────────────
    def _order(self, which: int) -> Order:
        """Mostly one that is not over: what is cancelled for good has little to tell."""
        live = [order for order in self.model.orders if order.state() not in ("cancelled", "closed")]
        among = live if live and which % 5 else self.model.orders
        return among[which % len(among)]

    def _asked(self, order: Order, verb: Callable[..., Any], **arguments: Any) -> bool:
        """Whether the desk did it; a refusal must leave everything as it was, which the step's end sees."""
        try:
            verb(by=self.world.by, order_id=order.id, **arguments)
        except Refusal:
            return False
        return True


def seen_of(release: str, order: Order, line: Line, number: int, seen: Sight) -> bool:
    """Whether a release's line is this line: releases are numbered under their order."""
    return line.number == number and seen.order_of[release] == order.id


def _one(rows: Sequence[tuple[Any, ...]], which: int) -> tuple[Any, ...] | None:
    return rows[which % len(rows)] if rows else None


def _inside(figures: dict[str, int], *outside: str) -> dict[str, int]:
    """Accounts of a book that stand for something inside; debts as positive units."""
    return {state: abs(units) for state, units in figures.items() if state not in outside and units}
