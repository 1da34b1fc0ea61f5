"""Callers who come at once share a commit, and nobody notices but by the clock."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction

from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.contract.messages.orders import Address, Customer
from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.desk.capture_batch import TURN_FROM
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.capture_together import capture_together
from orderhouse.oms.orders.place_orders import Placed, place_orders
from orderhouse.oms.tests.shop import Shop

PATIENCE = 60


class Crowd:
    """Callers, each a thread with a connection of its own; what each got, or the error it met, in their order."""

    def __init__(self) -> None:
        self.results: list[Any] = []
        self._threads: list[threading.Thread] = []

    def come(self, *calls: Callable[[], Any]) -> None:
        for call in calls:
            self.results.append(None)
            thread = threading.Thread(target=self._run, args=(len(self.results) - 1, call), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _run(self, place: int, call: Callable[[], Any]) -> None:
        try:
            self.results[place] = call()
        except BaseException as error:
            self.results[place] = error
        finally:
            connection.close()

    def leave(self) -> list[Any]:
        for thread in self._threads:
            thread.join(PATIENCE)
        assert not [thread for thread in self._threads if thread.is_alive()], "somebody was left waiting"
        return self.results


def caller(shop: Shop, n: int) -> By:
    return By(shop.by.tenant_id, f"clerk-{n}", shop.by.at.replace(microsecond=n + 1), f"till-{n}", f"command-{n}")


def capture(shop: Shop, by: By, submission: Any) -> Callable[[], Placed]:
    return lambda: capture_together(by=by, submission=submission, source=f"shop of {by.actor}")


def rows(shop: Shop, statement: str) -> list[tuple[Any, ...]]:
    with unit_of_work(shop.by.tenant_id):
        return fetch_all(statement, {"tenant": shop.by.tenant_id})


@contextmanager
def nobody_gets_past(shop: Shop, sku: str) -> Iterator[None]:
    """Inside the block every batch that wants ``sku`` waits for its account, and whoever comes meanwhile gathers behind."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute(f"SET app.tenant = '{shop.by.tenant_id}'")
        other.execute(
            """SELECT 1 FROM ledger_account a JOIN catalog_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
               WHERE a.tenant_id = %s AND i.sku = %s AND a.book = 'promise' AND a.state = 'available' FOR UPDATE OF a""",
            (shop.by.tenant_id, sku),
        )
        yield


def blocked(count: int = 1) -> list[int]:
    """The backends that wait for a lock, once there are ``count``."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
        for _ in range(PATIENCE * 50):
            pids = other.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            ).fetchall()
            if len(pids) >= count:
                return [pid for (pid,) in pids]
            time.sleep(0.02)
    raise AssertionError("nobody waits for a lock")


def waiting(shop: Shop, count: int) -> None:
    """Until so many callers stand in line."""
    from orderhouse.oms.desk import capture_together as module

    for _ in range(PATIENCE * 50):
        if module._together.standing(shop.by.tenant_id) >= count:
            return
        time.sleep(0.02)
    raise AssertionError(f"{count} callers never stood in line")


@pytest.mark.parametrize(("callers", "each"), [(8, 12), (64, 2)])
def test_a_crowd_captures_every_order_once_under_its_own_name(shop: Shop, callers: int, each: int) -> None:
    shop.report("MAIN", "A", 10_000)
    shop.report("NORTH", "B", 50)
    orders = [[shop.submission({"A": 2, "B": 1}) for _ in range(each)] for _ in range(callers)]
    crowd = Crowd()

    def calls(n: int) -> Callable[[], list[Placed]]:
        return lambda: [capture(shop, caller(shop, n), order)() for order in orders[n]]

    with nobody_gets_past(shop, "A"):
        crowd.come(*(calls(n) for n in range(callers)))
        waiting(shop, callers - 1)
    answers = crowd.leave()
    assert [[a.outcome for a in got] for got in answers] == [["placed"] * each] * callers
    assert [[a.channel_order_id for a in got] for got in answers] == [[o.channel_order_id for o in own] for own in orders]
    count = callers * each
    assert rows(shop, "SELECT count(*), count(DISTINCT xmin::text) < count(*) FROM oms_order WHERE tenant_id = %(tenant)s") == [
        (count, True)
    ]
    told = rows(
        shop,
        """SELECT o.channel_order_id, e.actor, e.device, e.at, e.facts->>'source', o.received_at, array_agg(DISTINCT m.actor),
             array_agg(DISTINCT m.command_id), array_agg(DISTINCT m.at), array_agg(DISTINCT b.actor), array_agg(DISTINCT d.decided_at)
           FROM oms_order o
           JOIN contract_event e ON e.tenant_id = o.tenant_id AND e.subject_id = o.id AND e.type = 'order-placed'
           JOIN ledger_movement m ON m.tenant_id = o.tenant_id AND m.cause = 'order' AND m.cause_id = o.id
           JOIN contract_outbox b ON b.tenant_id = o.tenant_id AND b.subject = o.number
           JOIN oms_sourcing_decision d ON d.tenant_id = o.tenant_id AND d.order_id = o.id
           WHERE o.tenant_id = %(tenant)s GROUP BY 1, 2, 3, 4, 5, 6""",
    )
    expected = []
    for n, own in enumerate(orders):
        by = caller(shop, n)
        rest = ([by.at], [by.actor], [by.at])
        expected += [
            (o.channel_order_id, by.actor, by.device, by.at, f"shop of {by.actor}", by.at, [by.actor], [by.command_id], *rest)
            for o in own
        ]
    assert sorted(told) == sorted(expected)
    assert shop.promised("B", "NORTH") == {"reserved": 50}  # not one more than there is
    assert rows(shop, "SELECT sum(backordered) FROM oms_order_line WHERE tenant_id = %(tenant)s") == [(count - 50,)]
    assert shop.violations() == {}


def test_the_same_order_from_all_callers_is_placed_once(shop: Shop) -> None:
    shop.report("MAIN", "A", 100)
    order = shop.submission({"A": 1})
    crowd = Crowd()
    with nobody_gets_past(shop, "A"):
        crowd.come(*(capture(shop, caller(shop, n), order) for n in range(16)))
        waiting(shop, 15)
    answers = crowd.leave()
    assert sorted(a.outcome for a in answers) == ["duplicate"] * 15 + ["placed"]
    assert len({a.order_id for a in answers}) == 1
    assert shop.promised("A") == {"available": 99, "reserved": 1}
    assert shop.violations() == {}


def gathered_behind(shop: Shop, *calls: Callable[[], Any]) -> list[Any]:
    """The results of calls that share one batch, behind a first order that holds them up (its result is the first)."""
    crowd = Crowd()
    with nobody_gets_past(shop, "A"):
        crowd.come(capture(shop, caller(shop, 99), shop.submission({"A": 1})))
        blocked()
        for n, call in enumerate(calls, 1):
            crowd.come(call)
            waiting(shop, n)  # in this order
    return crowd.leave()


def placed_once(shop: Shop, results: Sequence[Any]) -> None:
    assert [result.outcome if isinstance(result, Placed) else result for result in results] == ["placed"] * len(results)
    assert len({result.order_id for result in results}) == len(results)


@pytest.mark.parametrize("place", [0, 2])
def test_a_poisonous_order_fails_its_own_caller_and_no_neighbor(shop: Shop, place: int) -> None:
    shop.report("MAIN", "A", 100)
    calls = [capture(shop, caller(shop, n), shop.submission({"A": 1})) for n in range(5)]
    poison = By(shop.by.tenant_id, "cl\x00rk", shop.by.at)  # what no text of PostgreSQL can hold
    calls.insert(place, capture(shop, poison, shop.submission({"A": 1})))
    _, *results = gathered_behind(shop, *calls)
    assert isinstance(results.pop(place), psycopg.DataError)
    placed_once(shop, results)
    assert shop.promised("A") == {"available": 94, "reserved": 6}
    assert shop.violations() == {}


class Doomed(By):
    """Whoever asks for this one's name has its thread ended."""

    def __getattribute__(self, name: str) -> Any:
        if name == "actor":
            raise SystemExit
        return super().__getattribute__(name)


def test_when_the_leader_dies_those_it_led_are_captured_and_the_next_begins(shop: Shop) -> None:
    shop.report("MAIN", "A", 100)
    calls = [capture(shop, caller(shop, n), shop.submission({"A": 1})) for n in range(5)]
    doomed, order = Doomed(shop.by.tenant_id, "", shop.by.at), shop.submission({"A": 1})
    _, dead, *results = gathered_behind(shop, lambda: capture_together(by=doomed, submission=order), *calls)
    assert isinstance(dead, SystemExit)
    placed_once(shop, results)
    assert capture(shop, shop.by, shop.submission({"A": 1}))().outcome == "placed"
    assert shop.promised("A") == {"available": 93, "reserved": 7}
    assert shop.violations() == {}


def test_a_killed_connection_in_the_middle_of_a_batch_loses_and_doubles_nothing(shop: Shop) -> None:
    shop.report("MAIN", "A", 100)
    crowd = Crowd()
    with nobody_gets_past(shop, "A"):
        crowd.come(capture(shop, caller(shop, 0), shop.submission({"A": 1})))
        (first,) = blocked()
        crowd.come(*(capture(shop, caller(shop, n), shop.submission({"A": 1})) for n in range(1, 8)))
        waiting(shop, 7)
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s)", (first,))  # the first alone: its caller's own error
            second = next(pid for _ in range(PATIENCE * 50) for pid in blocked() if pid != first)
            other.execute("SELECT pg_terminate_backend(%s)", (second,))  # the leader of seven
    alone, *results = crowd.leave()
    assert isinstance(alone, psycopg.OperationalError)
    placed_once(shop, results)
    assert shop.promised("A") == {"available": 93, "reserved": 7}
    assert shop.violations() == {}


def test_inside_a_transaction_the_order_is_the_callers_own(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    with unit_of_work(shop.by.tenant_id):
        assert capture_together(by=shop.by, submission=shop.submission({"A": 1})).outcome == "placed"
        transaction.set_rollback(True)
    assert rows(shop, "SELECT count(*) FROM oms_order WHERE tenant_id = %(tenant)s") == [(0,)]
    assert shop.promised("A") == {"available": 5}


def taken_meanwhile(shop: Shop, by_whom: Callable[[], Any], call: Callable[[], Any]) -> Any:
    """The result of ``call``, which looked before ``by_whom`` committed and writes after."""
    crowd = Crowd()
    with unit_of_work(shop.by.tenant_id):
        by_whom()
        crowd.come(call)
        blocked()
    (result,) = crowd.leave()
    return result


def test_stock_taken_between_look_and_writing_is_not_promised(shop: Shop) -> None:
    shop.report("MAIN", "A", 1)
    with unit_of_work(shop.by.tenant_id):
        item, owner, node = fetch_all(
            """SELECT i.id, i.owner_id, n.id FROM catalog_item i, catalog_node n
               WHERE i.tenant_id = %(t)s AND n.tenant_id = %(t)s AND i.sku = 'A' AND n.code = 'MAIN'""",
            {"t": shop.by.tenant_id},
        )[0]
    lost = Move(promise(node, item, owner, "available"), promise(node, item, owner, "safety"), 1, "inventory", node)
    answer = taken_meanwhile(
        shop, lambda: post_movements(by=shop.by, moves=[lost]), capture(shop, shop.by, shop.submission({"A": 1}))
    )
    assert (answer.outcome, answer.state) == ("placed", "backordered")
    assert shop.promised("A") == {"safety": 1}
    assert shop.violations() == {}


def test_a_channels_buffer_holds_when_another_channel_takes_from_it_between_look_and_writing(shop: Shop) -> None:
    shop.report("MAIN", "A", 4)
    shop.report("NORTH", "A", 4)
    glasgow = Address(name="Bo", country="GB", city="Glasgow", postal_code="G1", latitude=55.86, longitude=-4.25)
    other = shop.submission({"A": 4})  # takes all of MAIN
    careful = replace(shop.submission({"A": 2}, "CAREFUL"), ship_to=glasgow)  # from NORTH; of 8 it may take 4, of 4 one
    answer = taken_meanwhile(shop, lambda: capture_orders(by=shop.by, submissions=[other]), capture(shop, shop.by, careful))
    assert (answer.outcome, answer.state) == ("placed", "partly_reserved")
    assert shop.line(answer.order_id) == {"reserved": 1, "backordered": 1}
    assert shop.violations() == {}


def test_stock_that_came_between_look_and_commit_serves_the_order_that_did_not_see_it(shop: Shop) -> None:
    shop.report("MAIN", "A", 10)
    order = shop.submission({"B": 1, "A": 1})
    crowd = Crowd()
    with nobody_gets_past(shop, "A"):
        crowd.come(capture(shop, shop.by, order))
        blocked()  # it has looked, and found no B
        shop.report("MAIN", "B", 1)  # and this has not seen the order
    (answer,) = crowd.leave()
    assert answer.outcome == "placed"
    assert shop.state(answer.order_id) == "reserved"
    assert shop.promised("B") == {"reserved": 1}
    assert shop.violations() == {}


def test_a_twin_placed_between_look_and_writing_is_a_duplicate(shop: Shop) -> None:
    shop.report("MAIN", "A", 1)
    order = shop.submission({"A": 1})
    answer = taken_meanwhile(shop, lambda: place_orders(by=shop.by, submissions=[order]), capture(shop, shop.by, order))
    assert answer.outcome == "duplicate"
    assert rows(shop, "SELECT count(*) FROM oms_order WHERE tenant_id = %(tenant)s") == [(1,)]


def test_a_changed_channel_or_node_counts_from_the_next_order_on(shop: Shop) -> None:
    shop.report("MAIN", "A", 5)
    shop.report("NORTH", "A", 5)
    capture_orders(by=shop.by, submissions=[shop.submission({"A": 1})])
    assert shop.promised("A", "MAIN") == {"available": 4, "reserved": 1}
    define_nodes(
        by=shop.by,
        nodes=[NodeDefinition("MAIN", "Daventry", "warehouse", "GB", 52.26, -1.16, time_zone="Europe/London", active=False)],
    )
    capture_orders(by=shop.by, submissions=[shop.submission({"A": 1})])
    assert shop.promised("A", "NORTH") == {"available": 4, "reserved": 1}
    define_channels(by=shop.by, channels=[ChannelDefinition("WEB", "Web shop", "web_shop", "OWN", "GBP", active=False)])
    (closed,) = capture_orders(by=shop.by, submissions=[shop.submission({"A": 1})])
    assert (closed.outcome, closed.reasons[0].field) == ("invalid", "channel")


def test_large_batches_take_turns_and_single_orders_pass_them(shop: Shop) -> None:
    shop.report("MAIN", "A", 1_000)
    batch = [shop.submission({"A": 1}) for _ in range(TURN_FROM)]
    capture_orders(by=shop.by, submissions=[shop.submission({"A": 1}) for _ in range(TURN_FROM)])  # the turn exists
    crowd = Crowd()
    with psycopg.connect(os.environ["DATABASE_URL"]) as other:
        other.execute(f"SET app.tenant = '{shop.by.tenant_id}'")
        other.execute("SELECT 1 FROM oms_capture_turn WHERE tenant_id = %s FOR UPDATE", (shop.by.tenant_id,))
        crowd.come(lambda: capture_orders(by=shop.by, submissions=batch))
        blocked()
        single = Crowd()
        single.come(capture(shop, shop.by, shop.submission({"A": 1})))
        assert single.leave()[0].outcome == "placed"
        assert crowd.results == [None]
    (answers,) = crowd.leave()
    assert {answer.outcome for answer in answers} == {"placed"}


def test_batches_and_single_orders_at_once_on_scarce_stock_oversell_nothing_and_never_deadlock(shop: Shop) -> None:
    have = {"A": 60, "B": 45, "C": 30}
    for sku, units in have.items():
        shop.report("MAIN", sku, units // 3)
        shop.report("NORTH", sku, units - units // 3)
    skus = list(have)

    def orders(count: int, turn: int, channel: str) -> list[Any]:
        return [
            shop.submission({skus[(n + turn + k) % 3]: 1 for k in range(3)}, channel, customer=Customer(email=f"c{n % 4}@x.org"))
            for n in range(count)
        ]

    batches = [orders(TURN_FROM + 4, turn, channel) for turn, channel in enumerate(("WEB", "STRICT", "WHOLE", "CAREFUL"))]
    singles = [orders(6, turn, "WEB") for turn in range(6)]
    crowd = Crowd()

    def several(n: int, own: list[Any]) -> Callable[[], list[Placed]]:
        return lambda: [capture(shop, caller(shop, n), order)() for order in own]

    def batch(own: list[Any]) -> Callable[[], list[Placed]]:
        return lambda: capture_orders(by=shop.by, submissions=own)

    with nobody_gets_past(shop, "A"):
        crowd.come(*(batch(own) for own in batches), *(several(n, own) for n, own in enumerate(singles)))
        blocked(3)
    answers = crowd.leave()
    assert not [answer for answer in answers if isinstance(answer, BaseException)]
    assert {one.outcome for answer in answers for one in answer} == {"placed"}
    reserved = dict(
        rows(
            shop,
            """SELECT i.sku, sum(l.reserved) FROM oms_order_line l JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
               WHERE l.tenant_id = %(tenant)s GROUP BY i.sku""",
        )
    )
    for sku, units in have.items():
        left = sum(shop.promised(sku, node).get("available", 0) for node in ("MAIN", "NORTH"))
        assert reserved[sku] + left == units
        assert left <= 3, "the careful channel keeps three of each; nobody else leaves any"
    assert shop.violations() == {}


def test_an_order_of_several_lines_costs_five_statements_and_one_look_after_its_commit(shop: Shop) -> None:
    for sku in "ABC":
        shop.report("MAIN", sku, 100)
    capture_orders(by=shop.by, submissions=[shop.submission({"A": 1, "B": 1, "C": 1})])
    with unit_of_work(shop.by.tenant_id):
        before = fetch_value("SELECT count(*) FROM oms_order WHERE tenant_id = %s", (shop.by.tenant_id,))
    from orderhouse.oms.orders.tests.shop import Statements

    with Statements() as statements:
        capture_orders(by=shop.by, submissions=[shop.submission({"A": 1, "B": 1, "C": 1})])
    assert before == 1
    assert len(statements.sent) <= 3  # with begin, tenant and commit five; then one look for a cancellation that crossed it
