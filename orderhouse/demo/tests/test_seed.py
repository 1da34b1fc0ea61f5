"""The demonstration business is made once, whole, and by the house's own verbs."""

from __future__ import annotations

import threading

import pytest
from django.test import Client

from orderhouse.catalog.queries import nodes
from orderhouse.crew.day import Crew
from orderhouse.crew.worker import Mishaps
from orderhouse.database import fetch_value, fetch_values, unit_of_work
from orderhouse.demo.office import BEATS, Office
from orderhouse.demo.open_demo import open_demo
from orderhouse.demo.pace import Heartbeat
from orderhouse.demo.rhythm import arrivals
from orderhouse.demo.seed import FIRST_ORDERS, is_seeded, seed
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.ledger.prove_balances import prove_balances


class Killed(Exception):
    pass


def test_a_seed_that_was_killed_goes_on_and_a_second_one_changes_nothing() -> None:
    told: list[str] = []

    def until_rotterdam(step: str) -> None:
        told.append(step)
        if step.startswith("Rotterdam warehouse: putting"):
            raise Killed

    with pytest.raises(Killed):
        seed(tell=until_rotterdam, seed="moss")
    tenant_id = seed(tell=told.append)
    assert is_seeded(tenant_id)
    again: list[str] = []
    assert seed(tell=again.append) == tenant_id
    assert again == []
    with unit_of_work(tenant_id):
        orders = fetch_value("SELECT count(*) FROM oms_order WHERE tenant_id = %s", (tenant_id,))
        invalid = fetch_value("SELECT count(*) FROM oms_invalid_order WHERE tenant_id = %s", (tenant_id,))
        shipped = fetch_value("SELECT count(*) FROM oms_order WHERE tenant_id = %s AND state = 'shipped'", (tenant_id,))
        receipts = fetch_value("SELECT count(*) FROM wms_receipt WHERE tenant_id = %s AND state <> 'closed'", (tenant_id,))
        node_ids = {node.code: node.id for node in nodes(tenant_id).values()}
    assert orders + invalid == FIRST_ORDERS
    assert shipped > FIRST_ORDERS // 3
    assert receipts == 0
    proof = prove_balances(by=By(tenant_id, "test", clock.now()))
    assert {f.rule: f.violations for f in proof.findings if f.violations} == {}

    heart = Heartbeat(tenant_id, threading.Event())
    assert heart.pace.seed == "moss"
    office = Office(tenant_id, node_ids, heart)
    assert office.taken() == FIRST_ORDERS
    office.take_order(next(arrivals("moss", heart.now(), taken=office.taken())))
    assert office.taken() == FIRST_ORDERS + 1
    for name, _ in BEATS:
        getattr(office, name)()
    office.prove()
    with unit_of_work(tenant_id):
        facts = fetch_value(
            "SELECT facts::text FROM contract_event WHERE tenant_id = %s AND type = 'books-proven' ORDER BY id DESC LIMIT 1",
            (tenant_id,),
        )
    assert '"violations": 0' in facts

    careless = Crew(
        By(tenant_id, "test", clock.now()), node_id=node_ids["LON"], badges=["B-101"], totes=[], mishaps=Mishaps(damaged=1.0)
    )
    assert careless.clear_receiving()
    browser = Client()
    open_demo(email="seed@example.com", password="a long enough password", tell=again.append, has_key=True)
    assert browser.post("/sign-in", {"email": "seed@example.com", "password": "a long enough password"}).status_code == 302
    pages = ["/", "/orders", "/invalid", "/stock", *(f"/floor/{code}" for code in node_ids)]
    with unit_of_work(tenant_id):
        pages += [f"/orders/{each}" for each in fetch_values("SELECT id FROM oms_order WHERE tenant_id = %s", (tenant_id,))]
        pages += [
            f"/stock/{each}" for each in fetch_values("SELECT id FROM catalog_item WHERE tenant_id = %s LIMIT 5", (tenant_id,))
        ]
    assert {page: code for page in pages if (code := browser.get(page, follow=True).status_code) != 200} == {}
    assert "damaged" in browser.get("/floor/LON", follow=True).content.decode()
