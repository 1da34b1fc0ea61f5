"""A large batch is written slice by slice while it is decided, and its books are those of one piece."""

from __future__ import annotations

import os
import random
from typing import Any

import psycopg
import pytest
from django.db import OperationalError

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.desk import capture_fresh
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.rehearse import rehearse
from orderhouse.oms.desk.tests.test_capture_together import Crowd, blocked, nobody_gets_past, rows, taken_meanwhile
from orderhouse.oms.orders.place_orders import place_orders
from orderhouse.oms.tests.shop import Shop

MANY = 40


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capture_fresh, "AT_ONCE", 7)


def books(shop: Shop) -> dict[str, list[tuple[Any, ...]]]:
    """What stands after a batch, told without the ids of its rows."""
    statements = {
        "orders": """SELECT number, state, goods, promised_at, ship_by, customer_id IS NULL FROM oms_order
                     WHERE tenant_id = %(tenant)s ORDER BY number""",
        "lines": """SELECT o.number, l.line_number, l.ordered, l.cancelled, l.backordered, l.reserved, r.node_id, r.quantity
                    FROM oms_order_line l JOIN oms_order o ON o.tenant_id = l.tenant_id AND o.id = l.order_id
                    LEFT JOIN oms_reservation r ON r.tenant_id = l.tenant_id AND r.order_line_id = l.id
                    WHERE l.tenant_id = %(tenant)s ORDER BY 1, 2, 7""",
        "accounts": """SELECT node_id, item_id, state, balance FROM ledger_account
                       WHERE tenant_id = %(tenant)s AND balance <> 0 ORDER BY 1, 2, 3""",
        "movements": """SELECT o.number, m.item_id, m.quantity, m.actor, f.state, t.state FROM ledger_movement m
                        JOIN oms_order o ON o.tenant_id = m.tenant_id AND o.id = m.cause_id
                        JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
                        JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
                        WHERE m.tenant_id = %(tenant)s ORDER BY 1, 2, 3""",
        "decisions": """SELECT o.number, d.explanation - 'splits' FROM oms_sourcing_decision d
                        JOIN oms_order o ON o.tenant_id = d.tenant_id AND o.id = d.order_id
                        WHERE d.tenant_id = %(tenant)s ORDER BY 1""",
        "story": """SELECT o.number, e.type, e.facts FROM contract_event e
                    JOIN oms_order o ON o.tenant_id = e.tenant_id AND o.id = e.subject_id
                    WHERE e.tenant_id = %(tenant)s ORDER BY o.number, e.id""",
        "letters": "SELECT subject, type, payload FROM contract_outbox WHERE tenant_id = %(tenant)s ORDER BY subject, id",
    }
    return {name: rows(shop, statement) for name, statement in statements.items()}


def mixed(shop: Shop, count: int) -> list[SubmitOrder]:
    """Orders of every channel and urgency for more than there is."""
    chance = random.Random(11)
    return [
        shop.submission(
            {sku: chance.randint(1, 4) for sku in chance.sample("ABC", chance.randint(1, 3))},
            chance.choice(("WEB", "WEB", "STRICT", "CAREFUL")),
            priority=chance.choice((None, 1, 90)),
            holds=chance.choice(((), ("fraud",))),
        )
        for _ in range(count)
    ]


def test_slices_come_to_the_books_of_one_piece(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    for node, units in (("MAIN", 40), ("NORTH", 25)):
        for sku in "ABC":
            shop.report(node, sku, units)
    orders = mixed(shop, 60)

    def captured() -> tuple[Any, ...]:
        answers = capture_orders(by=shop.by, submissions=orders)
        return [(a.outcome, a.number, a.state) for a in answers], books(shop)

    sliced = rehearse(shop.by.tenant_id, captured)
    monkeypatch.setattr(capture_fresh, "AT_ONCE", 1_000)
    whole = rehearse(shop.by.tenant_id, captured)
    assert len({state for _, _, state in sliced[0]}) > 3  # reserved, partly, waiting, cancelled, held: the stock was scarce
    assert sliced == whole


def test_a_batch_of_many_slices_stands_as_one_and_proves(shop: Shop) -> None:
    shop.report("MAIN", "A", MANY)
    answers = capture_orders(by=shop.by, submissions=[shop.submission({"A": 1}) for _ in range(MANY)])
    assert {(a.outcome, a.state) for a in answers} == {("placed", "reserved")}
    assert shop.promised("A") == {"reserved": MANY}
    assert shop.violations() == {}


@pytest.mark.parametrize("twin", [0, 17, MANY - 1])
def test_a_twin_placed_meanwhile_is_a_duplicate_whatever_its_slice(shop: Shop, twin: int) -> None:
    shop.report("MAIN", "A", MANY)
    orders = [shop.submission({"A": 1}) for _ in range(MANY)]
    answers = taken_meanwhile(
        shop,
        lambda: place_orders(by=shop.by, submissions=[orders[twin]]),
        lambda: capture_orders(by=shop.by, submissions=orders),
    )
    assert [place for place, answer in enumerate(answers) if answer.outcome != "placed"] == [twin]
    assert answers[twin].outcome == "duplicate"
    assert rows(shop, "SELECT count(*), count(DISTINCT number) FROM oms_order WHERE tenant_id = %(tenant)s") == [(MANY, MANY)]
    assert shop.promised("A") == {"available": 1, "reserved": MANY - 1}
    assert shop.violations() == {}


def test_stock_taken_meanwhile_undoes_every_slice_and_nobody_is_promised_it(shop: Shop) -> None:
    shop.report("MAIN", "A", MANY)
    with unit_of_work(shop.by.tenant_id):
        item, owner, node = fetch_all(
            """SELECT i.id, i.owner_id, n.id FROM catalog_item i, catalog_node n
               WHERE i.tenant_id = %(t)s AND n.tenant_id = %(t)s AND i.sku = 'A' AND n.code = 'MAIN'""",
            {"t": shop.by.tenant_id},
        )[0]
    lost = Move(promise(node, item, owner, "available"), promise(node, item, owner, "safety"), 1, "inventory", node)
    answers = taken_meanwhile(
        shop,
        lambda: post_movements(by=shop.by, moves=[lost]),
        lambda: capture_orders(by=shop.by, submissions=[shop.submission({"A": 1}) for _ in range(MANY)]),
    )
    assert sorted(answer.state for answer in answers) == ["backordered"] + ["reserved"] * (MANY - 1)
    assert shop.promised("A") == {"reserved": MANY - 1, "safety": 1}
    assert shop.violations() == {}


def test_a_connection_killed_among_slices_leaves_nothing_and_the_batch_may_come_again(shop: Shop) -> None:
    shop.report("MAIN", "A", MANY)
    orders = [shop.submission({"A": 1}) for _ in range(MANY)]
    crowd = Crowd()
    with nobody_gets_past(shop, "A"):
        crowd.come(lambda: capture_orders(by=shop.by, submissions=orders))
        (pid,) = blocked()  # the first slices are written
        with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as other:
            assert other.execute("SELECT pg_terminate_backend(%s)", (pid,)).fetchone() == (True,)
        (broken,) = crowd.leave()
    assert isinstance(broken, (OperationalError, psycopg.OperationalError)), broken
    assert rows(shop, "SELECT count(*) FROM oms_order WHERE tenant_id = %(tenant)s") == [(0,)]
    again = capture_orders(by=shop.by, submissions=orders)
    assert {answer.outcome for answer in again} == {"placed"}
    assert shop.promised("A") == {"reserved": MANY}
    assert shop.violations() == {}
