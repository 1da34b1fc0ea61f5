"""The order queue: tabs, filters, pages, saved views."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from orderhouse.console.oms import queue
from orderhouse.console.oms.filters import STAGES, VIEWS, Filter, read_filter
from orderhouse.console.oms.home import figures_at, questions
from orderhouse.contract.messages.orders import Customer
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel import clock
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.orders.hold_orders import hold_orders
from orderhouse.oms.releases.release_orders import release_orders

POLYGLOT = "jaVasCript:/*-/*`/*\\`/*'/*\"/**/(/* */oNcliCk=alert() )//%0D%0A</stYle/</titLe/</scRipt/--!>\\x3csVg/<sVg/oNloAd=alert()//>\\x3e"


def ids(browser: Client, query: str = "") -> list[int]:
    """Every order a list shows, page after page."""
    found: list[int] = []
    address = f"/orders?{query}"
    for _ in range(30):
        context = browser.get(address).context
        found += [row.id for row, _ in context["rows"]]
        if not context["next"]:
            return found
        address = f"/orders?{context['next']}"
    raise AssertionError("pages without end")


def business_day(shop: Any) -> dict[str, int]:
    """One order of every fate, as of now."""
    shop.report("MAIN", "A", 10)
    made = {"reserved": shop.order({"A": 1}), "late": shop.order({"A": 1}), "soon": shop.order({"A": 1})}
    made["held"] = shop.order({"A": 1})
    hold_orders(by=shop.by, order_ids=[made["held"]], kind="payment", reason="not paid")
    made["released"] = shop.order({"A": 2})
    release_orders(by=shop.by, order_ids=[made["released"]])
    made["waiting"] = shop.order({"C": 1})
    made["partly"] = shop.order({"A": 3, "C": 1})
    now = clock.now()
    with unit_of_work(shop.by.tenant_id):
        execute("UPDATE oms_order SET ship_by = %s WHERE tenant_id = %s", (now + timedelta(days=2), shop.by.tenant_id))
        for name, due in (("late", timedelta(hours=-1)), ("soon", timedelta(hours=1))):
            execute(
                "UPDATE oms_order SET ship_by = %s WHERE tenant_id = %s AND id = %s", (now + due, shop.by.tenant_id, made[name])
            )
    return made


def test_every_tab_shows_exactly_its_orders_and_counts_them(shop: Any, browser: Callable[..., Client]) -> None:
    made = business_day(shop)
    names = {order_id: name for name, order_id in made.items()}
    admin = browser("admin")
    shown = {tab: {names[i] for i in ids(admin, f"tab={tab}")} for tab in VIEWS}
    assert shown["all"] == set(made)
    assert shown["held"] == {"held"}
    assert shown["backordered"] == {"waiting", "partly"}
    assert shown["late"] == {"late", "soon"}
    assert shown["attention"] == {"held", "waiting", "partly", "late", "soon"}
    assert shown["to-release"] == {"reserved", "late", "soon", "partly"}
    assert shown["floor"] == {"released"}
    counts = {tab["code"]: tab["count"] for tab in admin.get("/orders").context["tabs"]}
    assert counts == {tab: len(found) for tab, found in shown.items()}


def test_packed_orders_due_soon_are_no_risk_but_past_their_time_they_are(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 5)
    order_id = shop.order({"A": 1})
    release_orders(by=shop.by, order_ids=[order_id])
    admin = browser("admin")

    def risk(state: str, due: timedelta) -> list[str]:
        with unit_of_work(shop.by.tenant_id):
            execute("UPDATE oms_order SET ship_by = %s WHERE tenant_id = %s", (clock.now() + due, shop.by.tenant_id))
            execute("UPDATE oms_release SET state = %s WHERE tenant_id = %s", (state, shop.by.tenant_id))
        return [row.risk for row, _ in admin.get("/orders?tab=late").context["rows"]]

    assert risk("picking", timedelta(hours=1)) == ["soon"]
    assert risk("packed", timedelta(hours=1)) == []
    assert risk("packed", timedelta(hours=-1)) == ["late"]
    assert risk("picking", timedelta(hours=3)) == []


def test_every_figure_of_home_is_the_number_of_rows_behind_its_link(shop: Any, browser: Callable[..., Client]) -> None:
    business_day(shop)
    now = shop.by.when(clock.now())
    capture_orders(by=now, submissions=[shop.submission({"A": 1})])
    admin = browser("admin")
    at = queue.moment(shop.by.tenant_id, clock.now())
    figures = figures_at(at)
    for name in questions(figures.cutoff_at):
        link = figures.links[name].partition("?")[2]
        assert len(ids(admin, link)) == figures.counts[name], name
    assert figures.counts["today"] == 1
    assert figures.counts["flow:captured"] == 1
    assert (figures.counts["late"], figures.counts["past"], figures.counts["held"]) == (2, 1, 1)
    assert sum(figures.stages[stage] for stage in STAGES[:-1]) + figures.counts["waiting"] == 8
    page = admin.get("/").content.decode()
    assert 'data-figure="late"' in page
    assert "1 order is held: payment" in page


@pytest.mark.parametrize("sort", ["", "-age", "ship_by", "-ship_by", "promise", "value", "-value"])
def test_pages_neither_skip_nor_repeat_in_any_sort(shop: Any, sort: str) -> None:
    shop.report("MAIN", "A", 4)
    made = [shop.order({"A": 1 + n % 3}) for n in range(9)]
    at, wanted = queue.moment(shop.by.tenant_id, clock.now()), Filter(sort=sort)
    found: list[int] = []
    after, made_late = "", 0
    for _ in range(9):
        page = queue.page(at, wanted, after=after, limit=2)
        found += [row.id for row in page.rows]
        after = page.after
        if not after:
            break
        if len(found) == 4:
            made_late = shop.order({"A": 1})  # an order that comes meanwhile moves nothing that was not seen
    assert sorted(i for i in found if i != made_late) == sorted(made)
    assert len(found) == len(set(found))


def test_value_sorts_and_filters_by_what_was_ordered(shop: Any, browser: Callable[..., Client]) -> None:
    small, big = shop.order({"A": 1}), shop.order({"A": 5, "B": 5})
    admin = browser("admin")
    assert ids(admin, "sort=value") == [big, small]
    assert ids(admin, "sort=-value") == [small, big]
    assert ids(admin, "value_from=10") == [big]
    assert ids(admin, "value_to=2.50") == [small]
    assert admin.get("/orders").context["rows"][0][0].goods == Decimal("25.00")


def test_filters_narrow_are_shown_as_chips_and_come_off_one_by_one(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 9)
    web = shop.order({"A": 1})
    (placed,) = capture_orders(by=shop.by, submissions=[shop.submission({"A": 1}, channel="CAREFUL")])
    strict = placed.order_id
    admin = browser("admin")
    assert ids(admin, "channel=CAREFUL") == [strict]
    assert ids(admin, "channel=WEB&node=MAIN&country=gb&service=standard") == [web]
    assert ids(admin, "node=NORTH") == []
    assert ids(admin, "promised_from=2026-03-01&promised_to=2026-03-31&channel=WEB") == [web]
    assert ids(admin, "promised_from=2026-04-01") == []
    chips = admin.get("/orders?channel=WEB&country=GB").context["chips"]
    assert [(chip["name"], chip["href"]) for chip in chips] == [("channel", "country=GB"), ("country", "channel=WEB")]


def test_a_filter_that_cannot_be_read_says_so_and_filters_nothing(shop: Any, browser: Callable[..., Client]) -> None:
    order_id = shop.order({"A": 1})
    answer = browser("admin").get("/orders?value_from=much&promised_from=soon&stage=moon&tab=none")
    assert [row.id for row, _ in answer.context["rows"]] == [order_id]
    assert set(answer.context["wanted"].wrong) == {"value_from", "promised_from", "stage", "tab"}
    assert b"could not be read and filters nothing" in answer.content
    assert browser("admin").get("/orders?after=nonsense_1").status_code == 422


def test_a_polyglot_in_any_filter_does_no_harm(shop: Any, browser: Callable[..., Client]) -> None:
    shop.order({"A": 1})
    admin = browser("admin")
    for name in ("q", "channel", "node", "country", "service", "hold", "leaves_by", "sort", "value_from", "promised_to"):
        answer = admin.get("/orders", {name: POLYGLOT + "\x00"})
        assert answer.status_code == 200, name
        assert b"<sVg/" not in answer.content


def test_a_customer_is_found_by_name(shop: Any, browser: Callable[..., Client]) -> None:
    order_id = shop.order({"A": 1})
    (placed,) = capture_orders(
        by=shop.by, submissions=[shop.submission({"A": 1}, customer=Customer(email="x@example.com", name="Ömer Demir_50%"))]
    )
    admin = browser("admin")
    assert ids(admin, "q=demir_50%25") == [placed.order_id]
    assert order_id not in ids(admin, "q=demir")
    assert ids(admin, "q=demirX50") == []


def test_views_are_saved_shared_renamed_and_deleted(shop: Any, browser: Callable[..., Client]) -> None:
    shop.report("MAIN", "A", 1)
    shop.order({"A": 1})
    mine, other = browser("order_desk"), browser("order_desk")
    mine.post("/orders/views", {"name": "  Web   in GB ", "query": "channel=WEB&country=GB", "shared": "yes"})
    mine.post("/orders/views", {"name": POLYGLOT[:40], "query": "tab=held&evil=1"})
    views = mine.get("/orders").context["saved"]
    assert {(v["view"].name, v["view"].query, v["count"]) for v in views} == {
        ("Web in GB", "channel=WEB&country=GB", 1),
        (POLYGLOT[:40], "tab=held", 0),
    }
    (shared,) = other.get("/orders").context["saved"]
    assert (shared["view"].name, shared["view"].mine, shared["here"]) == ("Web in GB", False, False)
    assert other.get("/orders?country=GB&channel=WEB").context["here"].name == "Web in GB"
    other.post(f"/orders/views/{shared['view'].id}", {"act": "delete"})
    assert len(mine.get("/orders").context["saved"]) == 2
    mine.post(f"/orders/views/{shared['view'].id}", {"act": "rename", "name": "Ours"})
    assert other.get("/orders").context["saved"] == []
    mine.post(f"/orders/views/{shared['view'].id}", {"act": "delete"})
    assert [v["view"].name for v in mine.get("/orders").context["saved"]] == [POLYGLOT[:40]]
    assert b"is empty" in mine.post("/orders/views", {"name": " ", "query": ""}, follow=True).content


def test_columns_are_remembered_in_the_browser(shop: Any, browser: Callable[..., Client]) -> None:
    shop.order({"A": 1})
    admin = browser("admin")
    admin.post("/orders/columns", {"column": ["value", "age", "nothing"], "query": "tab=held"})
    answer = admin.get("/orders")
    assert answer.context["shown"] == ("value", "age")
    assert b">Customer</th>" not in answer.content


def test_a_filter_reads_back_what_it_writes() -> None:
    wanted = Filter(tab="late", q="Ada & Co", node="MAIN", sort="-value", leaves_by="2026-03-02T09:00:00+00:00")
    assert read_filter(QueryDict(wanted.query)) == wanted


def test_counts_take_two_statements_however_many_filters(shop: Any) -> None:
    from orderhouse.oms.orders.tests.shop import Statements

    at = queue.moment(shop.by.tenant_id, clock.now())
    with Statements() as counted:
        queue.counts(at, {f"{tab}{n}": Filter(tab=tab) for tab in VIEWS for n in range(5)})
    assert len([s for s in counted.sent if "SELECT" in s]) == 2
