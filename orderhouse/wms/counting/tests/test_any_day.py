"""Whatever a day on the floor brings, the books stay right."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderhouse.database import fetch_values, unit_of_work
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.count_locations import Count, count_locations
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.putaway.put_away import Put, put_away
from orderhouse.wms.stock.expire_lots import expire_lots
from orderhouse.wms.stock.queries import stock_by_item
from orderhouse.wms.stock.set_lot_hold import set_lot_hold
from orderhouse.wms.stock.tests.floor import Floor

SKUS = ("TEA", "MILK", "PHONE")
BINS = ("01-001-1", "01-002-1", "02-001-1")
STEP = st.one_of(
    st.tuples(st.just("receive"), st.sampled_from(SKUS), st.integers(1, 60), st.sampled_from(["good", "damaged"])),
    st.tuples(st.just("put"), st.integers(0, 9), st.sampled_from(BINS), st.integers(1, 60)),
    st.tuples(st.just("count"), st.sampled_from(BINS), st.sampled_from(SKUS), st.integers(-5, 5), st.booleans()),
    st.tuples(st.just("hold"), st.booleans()),
    st.tuples(st.just("expire")),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=5, max_size=15))
def test_any_sequence_of_receiving_putting_away_and_counting_keeps_every_rule_of_the_books(floor: Floor, steps: list) -> None:
    floor.item("TEA", weight_grams=300)
    floor.item("MILK", tracks_lots=True)
    floor.item("PHONE", tracks_serials=True)
    floor.later(days=1)
    said_no: Counter[str] = Counter()
    for at, step in enumerate(steps):
        try:
            _do(floor, step, at)
        except Refusal as refusal:
            said_no[refusal.code] += 1
    assert not said_no.keys() - {"bin-is-full"}, said_no
    assert floor.broken_rules() == []
    told: dict[str, int] = {}
    for sku, delta, on_hand, _, _ in floor.told():
        told[sku] = told.get(sku, 0) + delta
        assert told[sku] == on_hand
    with unit_of_work(floor.tenant_id):
        for stock in stock_by_item(floor.tenant_id, floor.node_id):
            assert told.get(stock.sku, 0) == stock.on_hand


def _do(floor: Floor, step: tuple, at: int) -> None:
    match step:
        case ("receive", "MILK", quantity, condition):
            day = floor.by.at.date()
            floor.receive(
                "MILK",
                quantity,
                lot=f"L{quantity % 3}-{day}",
                expires_on=date.fromordinal(day.toordinal() + 1),
                condition=condition,
            )
        case ("receive", "PHONE", quantity, condition):
            floor.receive("PHONE", 1, serial=f"S{floor.by.at.date()}-{at}", condition=condition)
        case ("receive", sku, quantity, condition):
            floor.receive(sku, quantity, condition=condition)
        case ("put", which, code, quantity):
            if tasks := floor.tasks():
                task = tasks[which % len(tasks)]
                put_away(by=floor.by, puts=[Put(task.id, floor.bin(code).id, min(quantity, task.quantity))])
        case ("count", code, sku, off, approve):
            key = (floor.bin(code).id, floor.items[sku])
            task = request_counts(by=floor.by, bins=[key], reason="test")[key]
            units = max(0, floor.stock(code, sku) + off)
            if count_locations(by=floor.by, counts=[Count(task, units)]) and approve:
                approve_variances(by=floor.by, task_ids=[task])
        case ("hold", held):
            with unit_of_work(floor.tenant_id):
                lots = fetch_values("SELECT id FROM ledger_lot WHERE tenant_id = %s AND serial_number = ''", (floor.tenant_id,))
            set_lot_hold(by=floor.by, lot_ids=lots, held=held)
        case ("expire",):
            floor.later(days=1)
            expire_lots(by=floor.by, node_id=floor.node_id)
