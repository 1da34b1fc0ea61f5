"""What the auditor found stands on the pages: on the books with its owner, on the home page, and the chain of deeds for who may see it."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
from django.test import Client

from orderhouse.contract.audit.examine_business import examine_business
from orderhouse.contract.events import story
from orderhouse.database import unit_of_work
from orderhouse.kernel.identifiers import new_id
from orderhouse.people.changes import note_change

Browser = Callable[..., Client]


def body(page: Any) -> str:
    assert page.status_code == 200, page.content[:400]
    return str(page.content.decode())


def beat(shop: Any, minutes: int) -> None:
    by = shop.business.by
    examine_business(by=by.when(by.at + timedelta(minutes=minutes)), safe_id=new_id())


def as_owner(shop: Any, statement: str) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as owner:
        owner.execute(f"SET app.tenant = '{shop.business.tenant_id}'".encode())
        owner.execute(statement.encode(), (shop.business.tenant_id,))


def test_books_and_home_say_up_to_which_movement_they_are_proven_without_anybody_asking(shop: Any, browser: Browser) -> None:
    shop.report("MAIN", "A", 7)
    desk = browser("admin")
    assert "The auditor was not here yet" in body(desk.get("/books"))
    beat(shop, 1)
    page = desk.get("/books")
    assert "balances proven" in body(page)
    assert page.context["audit"].movements == 1
    assert str(page.context["audit"].last_movement_id) in body(page)
    figures = desk.get("/").context["figures"]
    assert (figures.proof.movements, figures.proof.violations) == (1, 0)


def test_a_bent_balance_is_shown_with_its_owner_until_it_is_right_again(shop: Any, browser: Browser) -> None:
    shop.report("MAIN", "A", 7)
    beat(shop, 1)
    as_owner(shop, "UPDATE ledger_account SET balance = balance + 1 WHERE tenant_id = %s AND state = 'available'")
    beat(shop, 2)
    desk = browser("auditor")
    page = desk.get("/books")
    found = {each["rule"]: each for each in page.context["violations"]}
    assert str(found["balance_equals_recount"]["owner"]) == "admin"
    assert 'data-violation="balance_equals_recount"' in body(page)
    home = desk.get("/")
    assert home.context["figures"].proof.violations == len(found)
    assert any("broke a rule" in each["said"] and each["owner"] == "admin" for each in home.context["troubles"])
    as_owner(shop, "UPDATE ledger_account SET balance = balance - 1 WHERE tenant_id = %s AND state = 'available'")
    beat(shop, 3)
    assert desk.get("/books").context["violations"] == []
    assert desk.get("/").context["troubles"] == []


def test_what_breaks_a_rule_is_given_to_somebody_who_is_known_and_by_administrators_alone(shop: Any, browser: Browser) -> None:
    shop.report("MAIN", "A", 7)
    beat(shop, 1)
    as_owner(shop, "UPDATE ledger_account SET balance = balance + 1 WHERE tenant_id = %s AND state = 'available'")
    beat(shop, 2)
    admin, auditor = browser("admin"), browser("auditor")
    found = {each["rule"]: each["id"] for each in admin.get("/books").context["violations"]}
    one = {"violation": [found["balance_equals_recount"]], "act": "assign"}

    def owners() -> set[str]:
        return {str(each["owner"]) for each in admin.get("/books").context["violations"] if each["id"] in one["violation"]}

    assert auditor.post("/books/assign", one | {"owner": "order_desk"}).status_code == 403
    assert "books/assign" not in body(auditor.get("/books"))
    admin.post("/books/assign", one | {"owner": "nobody@example.com"})
    assert owners() == {"admin"}
    admin.post("/books/assign", one | {"owner": "order_desk"})
    assert owners() == {"order desk"}
    beat(shop, 3)  # who found it keeps out of whose it is
    assert owners() == {"order desk"}
    admin.post("/books/assign", one | {"act": "take"})
    (mine,) = owners()
    assert "@" in mine
    others = {each["owner"] for each in admin.get("/books").context["violations"] if each["id"] not in one["violation"]}
    assert others <= {"admin"}
    told = [
        event
        for event in story(shop.business.tenant_id, "business", shop.business.tenant_id)
        if event.type == "violations-assigned"
    ]
    assert [event.facts["owner"] for event in told] == ["order_desk", mine]
    assert told[0].facts["rules"] == {"balance_equals_recount": 1}


def test_the_chain_of_deeds_shows_whether_anybody_touched_it(shop: Any, browser: Browser) -> None:
    with unit_of_work(shop.business.tenant_id):
        for number in range(3):
            note_change(by=shop.business.by, deed="badge-issued", subject=f"B-{number}", detail="Pia")
    auditor = browser("auditor")
    rows = len(auditor.get("/books/deeds").context["rows"])
    assert "unbroken" in body(auditor.get("/books/deeds?now=1"))
    as_owner(shop, "UPDATE people_change SET detail = 'Eve' WHERE tenant_id = %s AND subject = 'B-1'")
    broken = auditor.get("/books/deeds?now=1")
    assert f'data-broken="{rows - 1}"' in body(broken)
    beat(shop, 1)
    assert f"Broken at row {rows - 1}" in body(auditor.get("/books/deeds"))
    assert "/books/deeds" in body(auditor.get("/books"))
    assert browser("order_desk").get("/books/deeds").status_code == 403
