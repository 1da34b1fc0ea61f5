"""The wings apart: letters wait, come late, come twice and in any order, as between two servers. When all have come, both wings
must agree, whatever the order was."""

from __future__ import annotations

from random import Random
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orderhouse.contract.receivers import handlers_of, registered
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.hold_order import hold_order
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.promise.set_safety_stock import SafetyTarget, set_safety_stock
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.sourcing.serve_waiting import serve_waiting
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.count_here import count_here
from orderhouse.wms.picking.short_picks import ShortPick, short_picks
from tests.model.machine import Flow, every_rule
from tests.model.serve import serve
from tests.model.sight import look
from tests.model.world import NODES, SKUS, World, build_world

WHICH = st.integers(0, 30)
UNITS = st.integers(1, 5)
NODE = st.sampled_from(NODES)
SKU = st.sampled_from(SKUS)


class Apart(RuleBasedStateMachine):
    """The same house, with a road between desk and floors that loses nothing but order."""

    def __init__(self) -> None:
        super().__init__()
        every_rule(self)

    @initialize()
    def open(self) -> None:
        self.world: World = build_world()
        self.tables = {"oms": handlers_of("oms"), "node:": handlers_of("node:")}
        self.gone = [registered(name, None) for name in self.tables]
        for each in self.gone:
            each.__enter__()
        self.orders: list[int] = []
        self.asked: dict[int, int] = {}  # units the customer cancelled, by order
        self.came: set[int] = set()

    # ── the road ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(seed=st.integers(0, 999), most=st.integers(1, 12))
    def deliver(self, seed: int, most: int) -> None:
        """Some of all letters ever written come, in any order, whether they came before or not."""
        draw = Random(seed)
        letters = self.world.letters()
        late = [letter for letter in letters if letter[2].message_id not in self.came]
        chosen = draw.sample(late, min(most, len(late))) + draw.sample(letters, min(2, len(letters)))
        draw.shuffle(chosen)
        self._deliver(chosen)

    @rule(seed=st.integers(0, 999))
    def quiet(self, seed: int) -> None:
        """Everything comes; then both wings agree."""
        draw = Random(seed)
        while late := [letter for letter in self.world.letters() if letter[2].message_id not in self.came]:
            draw.shuffle(late)
            self._deliver(late)
        self.agree()

    def _deliver(self, letters: list[tuple[str, str, Any]]) -> None:
        for source, destination, letter in letters:
            box = "oms" if destination == "oms" else "node:"
            with registered(box, self.tables[box]):
                receipt = self.world.deliver(source, destination, letter)
            if receipt.state == "failed" or (receipt.refusal and receipt.refusal["code"] in MAY_COME_TOO_EARLY):
                continue
            assert receipt.state == ("repeated" if letter.message_id in self.came else "done"), (receipt, letter)
            self.came.add(letter.message_id)

    # ── the desk ─────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(lines=st.lists(st.tuples(SKU, UNITS), min_size=1, max_size=2, unique_by=lambda line: line[0]))
    def capture(self, lines: list[tuple[str, int]]) -> None:
        submission = self.world.submission(lines, 50, next(self.world.numbers))
        (placed,) = capture_orders(by=self.world.by, submissions=[submission])
        assert placed.order_id
        self.orders.append(placed.order_id)

    @rule()
    def release(self) -> None:
        release_orders(by=self.world.by)

    @precondition(lambda self: self.orders)
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        order = self.orders[which % len(self.orders)]
        before = self._lines(order)
        try:
            cancel_order(by=self.world.by, order_id=order, reason="model")
        except Refusal:
            return
        self.asked[order] = sum(line["ordered"] for line in before)

    @precondition(lambda self: self.orders)
    @rule(which=WHICH, on=st.booleans())
    def hold(self, which: int, on: bool) -> None:
        order = self.orders[which % len(self.orders)]
        try:
            if on:
                hold_order(by=self.world.by, order_id=order, reason="model")
            else:
                lift_hold(by=self.world.by, order_id=order)
        except Refusal:
            return

    @rule(node=NODE, sku=SKU, units=st.integers(0, 3))
    def keep_back(self, node: str, sku: str, units: int) -> None:
        target = SafetyTarget(self.world.nodes[node], self.world.items[sku], units)
        serve(self.world.by, set_safety_stock(by=self.world.by, targets=[target]))

    # ── the floor ────────────────────────────────────────────────────────────────────────────────────────────────────
    @rule(node=NODE, sku=SKU, units=UNITS)
    def receive(self, node: str, sku: str, units: int) -> None:
        tasks = self.world.receive(node, sku, units, "good")
        for task in self.world.putaway_tasks("putaway"):
            if task[0] in tasks:
                self.world.put(task[0], task[4], task[3])

    @rule(node=NODE)
    def wave(self, node: str) -> None:
        self.world.wave(node, "cluster")

    @rule(which=WHICH)
    def pick(self, which: int) -> None:
        tasks = self.world.tasks()
        for task in tasks[: 1 + which % 4]:
            self.world.pick(task, task[7] - task[8])

    @rule(which=WHICH, damaged=st.booleans())
    def short(self, which: int, damaged: bool) -> None:
        tasks = self.world.tasks()
        if tasks:
            task = tasks[which % len(tasks)]
            short_picks(by=self.world.walker(task[1]), shorts=[ShortPick(task[0], task[7] - 1, damaged)])

    @rule(which=WHICH)
    def pack(self, which: int) -> None:
        in_hand = self.world.to_pack()
        if not in_hand:
            return
        outbounds = sorted({row[0] for row in in_hand})
        outbound = outbounds[which % len(outbounds)]
        left: dict[int, int] = {}
        units: dict[tuple[int, int, int], int] = {}
        for _, _, line_id, _, tote, lot, lies, picked in (row for row in in_hand if row[0] == outbound):
            packed = min(lies, left.setdefault(line_id, picked))
            if packed:
                units[line_id, lot, tote] = packed
                left[line_id] -= packed
        self.world.pack(outbound, units)

    @rule(which=WHICH)
    def ship(self, which: int) -> None:
        parcels = sorted({row[0] for row in self.world.parcels()})
        if parcels:
            self.world.ship(parcels[which % len(parcels)])

    @rule(which=WHICH)
    def put_back(self, which: int) -> None:
        tasks = self.world.putaway_tasks("putback")
        if tasks:
            task = tasks[which % len(tasks)]
            self.world.put(task[0], task[4], task[3])

    @rule(node=NODE, sku=SKU, which=WHICH, wrong=st.integers(-1, 1))
    def count(self, node: str, sku: str, which: int, wrong: int) -> None:
        bins = self.world.bins(node, sku)
        bin_id, free, allocated = bins[which % len(bins)]
        counts = [(bin_id, self.world.items[sku], free + allocated + max(wrong, -free))]
        if differing := count_here(by=self.world.by, counts=counts):
            approve_variances(by=self.world.by, task_ids=differing)

    @invariant()
    def counted(self) -> None:
        Flow.steps += 1

    # ── when all letters have come ───────────────────────────────────────────────────────────────────────────────────
    def agree(self) -> None:
        """Both books have the same stock, what was cancelled is, or is on its way back, and no letter was refused."""
        assert self.world.violations() == {}
        seen = look(self.world.tenant_id)
        for node in NODES:
            for sku in SKUS:
                here = {s: u for s, u in seen.physical.get((node, sku), {}).items() if s in GOOD}
                promised = {s: u for s, u in seen.promise.get((node, sku), {}).items() if s not in ("node", "customer")}
                debt = abs(promised.pop("shortage", 0))
                assert sum(here.values()) == sum(promised.values()) - debt, (node, sku, here, promised, debt)
        for (order, number), line in seen.lines.items():
            jobs = [job for key, job in seen.jobs.items() if key[1] == number and seen.order_of[key[0]] == order]
            at_node = sum(job[name] for job in jobs for name in ("waiting", "allocated", "picked", "packed", "putting_back"))
            assert line["released"] == at_node, (line, jobs)
            assert line["wanted"] <= sum(job["putting_back"] for job in jobs), (line, jobs)
            assert line["shipped"] == sum(job["shipped"] for job in jobs), (line, jobs)
        for order, units in self.asked.items():
            given = sum(line["cancelled"] + line["shipped"] + line["wanted"] for line in self._lines(order))
            assert given >= units, f"{units} units of order {order} were cancelled, {given} are, left or come back"

    def _lines(self, order: int) -> list[dict[str, int]]:
        return [line for key, line in look(self.world.tenant_id).lines.items() if key[0] == order]

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            serve_waiting(by=self.world.by)
            self.quiet(0)
        finally:
            for each in reversed(self.gone):
                each.__exit__(None, None, None)


GOOD = ("good", "dock", "allocated", "picked", "packed")
MAY_COME_TOO_EARLY: frozenset[str] = frozenset()
