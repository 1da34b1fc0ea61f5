"""The one door: what it writes, what it refuses, and that no race gets past it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_id
from orderhouse.ledger import store
from orderhouse.ledger.accounts import Account, Move, physical, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.ledger.prove_balances import prove_balances
from orderhouse.ledger.queries import standings
from orderhouse.ledger.rules import InsufficientStock, balances_after


@pytest.fixture
def shelf(business: Any) -> tuple[Any, int, int]:
    """A business with one node and one item: (business, node id, item id)."""
    node_id, item_id = new_id(), new_id()
    with unit_of_work(business.tenant_id):
        execute(
            "INSERT INTO catalog_node (tenant_id, id, code, name, kind, country, latitude, longitude)"
            " VALUES (%s, %s, 'MAIN', 'Main', 'warehouse', 'GB', 52, -1)",
            (business.tenant_id, node_id),
        )
        execute(
            "INSERT INTO catalog_item (tenant_id, id, owner_id, sku, name) VALUES (%s, %s, %s, 'A', 'A')",
            (business.tenant_id, item_id, business.owner_id),
        )
    return business, node_id, item_id


def balance(business: Any, account: Account) -> int:
    with unit_of_work(business.tenant_id):
        rows = standings(business.tenant_id, book=account.book, item_ids=[account.item_id])
    return sum(row.balance for row in rows if (row.state, row.place_id) == (account.state, account.place_id))


LEDGER_RULES = {
    "movements_sum_to_zero",
    "balance_equals_recount",
    "no_inside_balance_negative",
    "movement_keeps_its_item",
    "serial_in_one_place",
}


def violations(business: Any) -> dict[str, int]:
    """What the ledger's own rules find; the wings' rules speak of documents that are not made here."""
    found = {finding.rule: finding.violations for finding in prove_balances(by=business.by).findings}
    assert found.keys() >= LEDGER_RULES
    return {rule: count for rule, count in found.items() if rule in LEDGER_RULES and count}


def test_goods_received_stand_in_the_bin_and_the_supplier_owes_them(shelf: tuple[Any, int, int]) -> None:
    business, node, item = shelf
    supplier, bin_ = physical(node, item, business.owner_id, "supplier"), physical(node, item, business.owner_id, "good", 7)
    post_movements(by=business.by, moves=[Move(supplier, bin_, 12, "receipt", 1, 1)])
    assert balance(business, bin_) == 12
    assert violations(business) == {}


def test_a_batch_that_would_overdraw_one_account_writes_nothing(shelf: tuple[Any, int, int]) -> None:
    business, node, item = shelf
    owner = business.owner_id
    supplier, a, b = (
        physical(node, item, owner, "supplier"),
        physical(node, item, owner, "good", 7),
        physical(node, item, owner, "good", 8),
    )
    post_movements(by=business.by, moves=[Move(supplier, a, 5, "receipt", 1)])
    with pytest.raises(InsufficientStock) as refusal:
        post_movements(by=business.by, moves=[Move(supplier, b, 3, "receipt", 2), Move(a, b, 6, "move", 3)])
    assert (refusal.value.facts["balance"], refusal.value.facts["wanted"]) == (5, 6)
    assert (balance(business, a), balance(business, b)) == (5, 0)


def test_stock_may_pass_through_an_account_within_one_batch(shelf: tuple[Any, int, int]) -> None:
    business, node, item = shelf
    owner = business.owner_id
    supplier, dock, bin_ = (physical(node, item, owner, s, p) for s, p in (("supplier", 0), ("good", 1), ("good", 2)))
    post_movements(by=business.by, moves=[Move(supplier, dock, 4, "receipt", 1), Move(dock, bin_, 4, "putaway", 2)])
    assert (balance(business, dock), balance(business, bin_)) == (0, 4)


def test_a_serial_is_never_two_units(shelf: tuple[Any, int, int]) -> None:
    business, node, item = shelf
    supplier = physical(node, item, business.owner_id, "supplier", 0, 99, single=True)
    bin_ = physical(node, item, business.owner_id, "good", 7, 99, single=True)
    post_movements(by=business.by, moves=[Move(supplier, bin_, 1, "receipt", 1)])
    with pytest.raises(Exception, match="serial_is_single"):
        post_movements(by=business.by, moves=[Move(supplier, bin_, 1, "receipt", 2)])


@pytest.mark.parametrize("wrong", ["quantity", "same", "item"])
def test_a_move_that_could_never_be_right_is_refused(shelf: tuple[Any, int, int], wrong: str) -> None:
    business, node, item = shelf
    a, b = promise(node, item, business.owner_id, "node"), promise(node, item, business.owner_id, "available")
    move = {
        "quantity": Move(a, b, 0, "x", 1),
        "same": Move(a, a, 1, "x", 1),
        "item": Move(a, b._replace(item_id=item + 1), 1, "x", 1),
    }[wrong]
    with pytest.raises(InvalidInput):
        post_movements(by=business.by, moves=[move])


def in_threads(work: Callable[[int], None], count: int) -> None:
    def one(n: int) -> None:
        try:
            work(n)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_the_last_units_go_to_one_of_many_racers_and_never_twice(shelf: tuple[Any, int, int]) -> None:
    business, node, item = shelf
    owner = business.owner_id
    outside, free, taken = (promise(node, item, owner, s) for s in ("node", "available", "reserved"))
    post_movements(by=business.by, moves=[Move(outside, free, 10, "inventory", 1)])
    won: list[int] = []

    def race(n: int) -> None:
        for _ in range(10):
            try:
                post_movements(by=business.by, moves=[Move(free, taken, 1, "order", n)])
            except InsufficientStock:
                continue
            won.append(n)

    in_threads(race, 8)
    assert len(won) == 10
    assert (balance(business, free), balance(business, taken)) == (0, 10)
    assert violations(business) == {}


def test_batches_that_meet_in_opposite_order_do_not_deadlock(shelf: tuple[Any, int, int]) -> None:
    business, node, item = shelf
    places = [physical(node, item, business.owner_id, "good", p) for p in range(1, 9)]
    supplier = physical(node, item, business.owner_id, "supplier")
    post_movements(by=business.by, moves=[Move(supplier, p, 1000, "receipt", 1) for p in places])
    failures: list[BaseException] = []

    def shuffle(n: int) -> None:
        ring = places if n % 2 else places[::-1]
        try:
            for _ in range(15):
                post_movements(by=business.by, moves=[Move(a, b, 1, "move", n) for a, b in itertools.pairwise(ring)])
        except BaseException as failure:
            failures.append(failure)

    in_threads(shuffle, 6)
    assert failures == []
    with unit_of_work(business.tenant_id):
        total = fetch_value("SELECT sum(balance) FROM ledger_account WHERE tenant_id = %s AND NOT outside", (business.tenant_id,))
    assert total == 8000


def test_another_tenant_sees_nothing_and_no_tenant_sees_nothing(shelf: tuple[Any, int, int], business: Any) -> None:
    _, node, item = shelf
    outside, free = promise(node, item, business.owner_id, "node"), promise(node, item, business.owner_id, "available")
    post_movements(by=business.by, moves=[Move(outside, free, 10, "inventory", 1)])
    with unit_of_work(new_id()):
        assert fetch_value("SELECT count(*) FROM ledger_movement") == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM ledger_movement")
        assert cursor.fetchone() == (0,)


def test_account_ids_of_a_database_that_was_swapped_away_are_not_trusted(shelf: tuple[Any, int, int]) -> None:
    business, node, item = shelf
    outside, free = promise(node, item, business.owner_id, "node"), promise(node, item, business.owner_id, "available")
    post_movements(by=business.by, moves=[Move(outside, free, 3, "inventory", 1)])
    known = store._known[business.tenant_id]
    known |= {account: account_id + 1 for account, account_id in known.items()}  # as another database would have them
    connection.close()  # as a restore ends every session
    post_movements(by=business.by, moves=[Move(outside, free, 4, "inventory", 2)])
    assert balance(business, free) == 7


states = st.sampled_from(["supplier", "good", "allocated", "picked", "customer", "lost"])
move_plans = st.lists(st.tuples(states, states, st.integers(1, 6)).filter(lambda m: m[0] != m[1]), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(move_plans, min_size=1, max_size=6))
def test_the_database_and_the_pure_twin_agree_on_every_batch(shelf: tuple[Any, int, int], batches: list[Any]) -> None:
    business, node, item = shelf
    run = new_id() % 10**9  # a bin of this example's own

    def account(state: str) -> Account:
        outside = state in {"supplier", "customer", "lost"}
        return physical(node, item, business.owner_id, state, 0 if outside else run)

    twin: dict[Account, int] = {}
    for plan in batches:
        moves = [Move(account(a), account(b), quantity, "test", run) for a, b, quantity in plan]
        try:
            expected: dict[Account, int] | None = balances_after(twin, moves)
        except InsufficientStock:
            expected = None
        if expected is None:
            with pytest.raises(InsufficientStock):
                post_movements(by=business.by, moves=moves)
        else:
            post_movements(by=business.by, moves=moves)
            twin = expected
    for state in ("good", "allocated", "picked"):
        assert balance(business, account(state)) == twin.get(account(state), 0)
