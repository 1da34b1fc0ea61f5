"""The page of the books: what is proven, what stands where, every figure one click from its movements."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from orderhouse.console.trust.movements import quoted
from orderhouse.contract.proofs import proofs
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.ledger.accounts import Move, physical, promise
from orderhouse.ledger.post_movements import post_movements

Browser = Callable[..., Client]


def stock_up(shop: Any, units: int = 7, actor: str = "tester") -> None:
    """Units of the shop's first item at its first node, in both books."""
    node, item, owner = _place(shop)
    moves = [
        Move(promise(node, item, owner, "node"), promise(node, item, owner, "available"), units, "inventory", 1),
        Move(physical(node, item, owner, "supplier"), physical(node, item, owner, "good", place_id=1), units, "receipt", 1),
    ]
    post_movements(by=replace(shop.business.by, actor=actor), moves=moves)


def _place(shop: Any) -> tuple[int, int, int]:
    tenant_id = shop.business.tenant_id
    with unit_of_work(tenant_id):
        node = fetch_value("SELECT id FROM catalog_node WHERE tenant_id = %s ORDER BY code LIMIT 1", (tenant_id,))
        item = fetch_value("SELECT id FROM catalog_item WHERE tenant_id = %s ORDER BY sku LIMIT 1", (tenant_id,))
    return node, item, shop.business.owner_id


def body(page: Any) -> str:
    assert page.status_code == 200, page.content[:400]
    return str(page.content.decode())


def test_prove_now_examines_the_books_and_says_what_came_out(shop: Any, browser: Browser) -> None:
    shop.report("MAIN", "A", 7)
    desk = browser("admin")
    assert "Not examined yet" in body(desk.get("/books"))
    page = body(desk.post("/books/prove", follow=True))
    assert "The books are proven" in page
    assert "The books hold" in page
    (proof,) = proofs(shop.business.tenant_id)
    assert proof.violations == 0
    assert proof.movements == 1
    assert page.count("data-rule=") == proof.rules
    assert "Every balance is what its movements add up to." in page


def test_an_auditor_may_prove_the_books_and_nothing_else(shop: Any, browser: Browser) -> None:
    auditor = browser("auditor")
    assert auditor.post("/books/prove").status_code == 302
    assert len(proofs(shop.business.tenant_id)) == 1
    assert auditor.post("/connections/letters/replay", {"all": "1"}).status_code == 403
    assert auditor.post("/connections/letters/drop", {"all": "1", "reason": "because"}).status_code == 403
    assert auditor.post("/connections/route", {"destination": "oms", "url": "https://x.example"}).status_code == 403


@pytest.mark.parametrize("role", ["order_desk", "warehouse_manager"])
def test_others_see_the_books_but_do_not_prove_them(shop: Any, browser: Browser, role: str) -> None:
    desk = browser(role)
    assert "for admins and auditors" in body(desk.get("/books"))
    assert desk.post("/books/prove").status_code == 403
    assert proofs(shop.business.tenant_id) == []


def test_the_floor_does_not_see_the_books(business: Any, browser: Browser) -> None:
    for address in ("/books", "/books/movements", "/connections", "/connections/letters"):
        assert browser("floor").get(address).status_code == 403


def test_a_figure_leads_to_the_movements_that_make_it(shop: Any, browser: Browser) -> None:
    stock_up(shop, 7)
    desk = browser("auditor")
    page = body(desk.get("/books"))
    (link,) = re.findall(r'href="([^"]+)" aria-label="\w+, good: (\d+)"', page)
    assert link[1] == "7"
    listed = desk.get(link[0].replace("&amp;", "&"))
    rows = [row["m"] for row in listed.context["rows"]]
    assert sum(row.quantity for row in rows if row.to_state == "good") == 7
    assert {row.book for row in rows} == {"physical"}


def test_the_two_books_agree_or_say_by_how_much_they_do_not(shop: Any, browser: Browser) -> None:
    stock_up(shop, 7)
    desk = browser("admin")
    assert {row.apart for book in desk.get("/books").context["books"] for row in book.rows} == {0}
    node, item, owner = _place(shop)
    found = Move(physical(node, item, owner, "found"), physical(node, item, owner, "good", place_id=1), 2, "count", 1)
    post_movements(by=shop.business.by, moves=[found])
    apart = {book.name: [row.apart for row in book.rows if row.apart] for book in desk.get("/books").context["books"]}
    assert apart == {"promise": [-2], "physical": [2]}


def test_movements_are_filtered_and_paged_without_a_gap(shop: Any, browser: Browser) -> None:
    for n in range(30):
        stock_up(shop, n + 1, actor="ada" if n % 2 else "grace")
    desk = browser("auditor")
    seen: list[int] = []
    address = "/books/movements?"
    while address:
        page = desk.get(address)
        seen += [row["m"].id for row in page.context["rows"]]
        address = f"/books/movements?{page.context['more']}" if page.context["more"] else ""
    assert len(seen) == len(set(seen)) >= 60
    assert seen == sorted(seen, reverse=True)
    by_ada = desk.get("/books/movements?actor=ada&book=promise").context["rows"]
    assert [row["m"].quantity for row in by_ada] == list(range(30, 0, -2))
    account = by_ada[0]["m"].to_account_id
    assert {row["m"].to_account_id for row in desk.get(f"/books/movements?account={account}").context["rows"]} == {account}
    one = desk.get(f"/books/movements?movement={seen[0]}").context["rows"]
    assert [row["m"].id for row in one] == [seen[0]]
    assert desk.get("/books/movements?cause=count").context["rows"] == []


@pytest.mark.parametrize("query", ["node=NOWHERE", "sku=NOTHING", "from=yesterday", "from=2026-03-03&to=2026-03-01"])
def test_a_filter_that_cannot_be_is_told_and_kept(shop: Any, browser: Browser, query: str) -> None:
    page = browser("auditor").get(f"/books/movements?{query}")
    assert page.status_code in (404, 422)
    assert b'role="alert"' in page.content
    assert query.split("=")[1].split("&")[0].encode() in page.content


def test_a_periods_movements_come_as_a_file_that_no_spreadsheet_takes_for_formulas(shop: Any, browser: Browser) -> None:
    stock_up(shop, 7, actor='=HYPERLINK("http://evil")')
    desk = browser("auditor")
    answer = desk.get("/books/movements.csv?from=2026-03-01&to=2026-03-02")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(b"".join(answer.streaming_content).decode().splitlines()))  # type: ignore[attr-defined]
    assert sorted(row["quantity"] for row in rows if "HYPERLINK" in row["actor"]) == ["7", "7"]
    assert all(row["actor"].startswith("'=") for row in rows if "HYPERLINK" in row["actor"])
    nothing = desk.get("/books/movements.csv?from=2026-03-03&to=2026-03-04")
    assert len(b"".join(nothing.streaming_content).decode().splitlines()) == 1  # type: ignore[attr-defined]
    assert desk.get("/books/movements.csv").status_code == 422


def test_text_that_would_be_a_formula_is_quoted_and_numbers_are_not() -> None:
    assert [quoted(value) for value in ("=1", "+1", "-1", "@a", "\tx", "a=1", -5)] == [
        "'=1",
        "'+1",
        "'-1",
        "'@a",
        "'\tx",
        "a=1",
        -5,
    ]


def test_a_rule_shows_what_it_is_and_a_rule_that_is_none_is_not_found(shop: Any, browser: Browser) -> None:
    desk = browser("auditor")
    assert "not examined yet" in body(desk.get("/books/rules/balance_equals_recount"))
    assert "no row breaks it" in body(desk.get("/books/rules/balance_equals_recount?now=1"))
    desk.post("/books/prove")
    assert "no row breaks it" in body(desk.get("/books/rules/balance_equals_recount"))
    assert desk.get("/books/rules/no_such_rule").status_code == 404
    assert desk.get("/books/rules/no_such_rule?now=1").status_code == 404
