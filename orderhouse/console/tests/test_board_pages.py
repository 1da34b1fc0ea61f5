"""The manager's pages on a real floor: every figure opens exactly the rows it counts, every act does what it says."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client

from orderhouse.contract.receivers import registered
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.counting.count_locations import Count, count_locations
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.floor.take_scan import ScanInput, start_session, take_scans
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, counted
from orderhouse.wms.outbound.tests.shipping_floor import shop as floor_shop  # noqa: F401
from orderhouse.wms.picking.short_picks import ShortPick, short_picks
from orderhouse.wms.stock.tests.floor import floor  # noqa: F401


@pytest.fixture
def yard(floor_shop: ShippingFloor) -> ShippingFloor:  # noqa: F811
    """The small warehouse, today."""
    floor_shop.by = floor_shop.by.when(clock.now())
    define_badges(by=floor_shop.by, badges={"B-1": "Ines Duarte", "B-2": "Tom Hartley"})
    return floor_shop


def figures(page: str) -> list[tuple[str, int]]:
    """(address, count) of every figure of a page that opens rows."""
    found = []
    for tag in re.findall(r"<a [^>]*data-figure=[^>]*>", page):
        href, count = re.search(r'href="([^"]+)"', tag), re.search(r'data-figure="(\d+)"', tag)
        assert href, tag
        assert count, tag
        found.append((unescape(href[1]), int(count[1])))
    return found


def rows(page: str) -> int:
    return len(re.findall(r'data-row="', page))


def check_figures(browser: Client, address: str, *, at_least: int) -> int:
    """Follow every figure of a page and count the rows it opens; how many figures were not nought."""
    page = browser.get(address)
    assert page.status_code == 200, page.content
    told = figures(page.content.decode())
    for href, count in told:
        answer = browser.get(href)
        assert answer.status_code == 200, href
        assert rows(answer.content.decode()) == count, href
    assert sum(1 for _, count in told if count) >= at_least, told
    return len(told)


def busy(yard: ShippingFloor) -> None:
    """Orders at every stage, two cut-offs, work to put away, a count that differs, a short pick."""
    yard.keep("TEA", ("01-001-1", 40))
    yard.keep("JAM", ("02-001-1", 40))
    for n in range(7):
        yard.release(f"R{n}", ("TEA", 1), ("JAM", 2), hours=3 if n % 2 else 20)
    yard.wave()
    yard.pick("R0", "R1", "R2")
    parcels = yard.pack("R0", "R1")
    yard.ship(parcels[:1])
    yard.release("LATE", ("JAM", 1), hours=-1)
    yard.receive("TEA", 9)
    place, item = yard.bin("02-001-1").id, yard.items["JAM"]
    task = request_counts(by=yard.by, bins=[(place, item)], reason="schedule")[place, item]
    count_locations(by=yard.by, counts=[Count(task, 3)])
    request_counts(by=yard.by, bins=[(yard.bin("01-001-1").id, yard.items["TEA"])], reason="schedule")


def test_every_figure_of_the_board_opens_exactly_the_rows_it_counts(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    busy(yard)
    scan(yard, "TEA", "no such thing")
    assert check_figures(browser("warehouse_manager"), "/board/BER", at_least=20) > 30


def scan(yard: ShippingFloor, *texts: str, flow: str = "putaway") -> None:
    """Ines at work with her scanner."""
    by = By(yard.tenant_id, "B-1", clock.now(), "gun")
    session_id = int(start_session(by=by, node_id=yard.node_id, badge="B-1", flow=flow).data["session"])
    for text in texts:
        take_scans(by=by.when(clock.now()), session_id=session_id, scans=[ScanInput(uuid.uuid4(), text)])


def test_the_lists_behind_the_board_say_what_they_add_up_to(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    busy(yard)
    page = browser("auditor").get("/outbounds?node=BER").content.decode()
    assert 'data-total="7" data-lines="13" data-units="19"' in page
    late = browser("auditor").get("/board/BER").context["now"].late
    assert late.count == 1
    assert "LATE" in browser("auditor").get(late.href).content.decode()


def test_the_board_costs_the_same_statements_however_much_waits(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    manager = browser("warehouse_manager")
    with counted() as before:
        manager.get("/board/BER")
    busy(yard)
    with counted() as after:
        manager.get("/board/BER")
    assert len(after) == len(before)


def test_an_exception_is_taken_assigned_noted_and_settled(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    busy(yard)
    manager = browser("warehouse_manager")
    (row,) = manager.get("/exceptions").context["rows"]
    each = row["exception"]
    assert (each.kind, each.owner) == ("count_variance", "warehouse_manager")
    act = lambda **fields: manager.post("/exceptions/act", {"exception": each.id, "back": f"/exceptions/{each.id}", **fields})  # noqa: E731
    assert act(act="assign", owner="B-2").status_code == 302
    assert "Tom Hartley" in manager.get("/exceptions").content.decode()
    act(act="assign", owner="nobody@nowhere")
    act(act="note", note="<b>asked Tom</b>")
    page = manager.get(f"/exceptions/{each.id}").content.decode()
    assert "&lt;b&gt;asked Tom&lt;/b&gt;" in page
    assert "Given to B-2" in page
    assert manager.get(f"/exceptions/{each.id}").context["each"].owner == "B-2"
    act(act="settle", outcome="looked at it")
    assert manager.get("/exceptions").context["rows"] == []
    (settled,) = manager.get("/exceptions?tab=settled").context["rows"]
    assert settled["exception"].outcome == "looked at it"
    assert "looked at it" in manager.get(f"/exceptions/{each.id}").content.decode()


def test_every_kind_of_exception_has_an_owner_and_is_explained(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    from orderhouse.console.wms.exception_queries import KINDS
    from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions

    facts = {"receipt": "R1", "sku": "TEA", "expected": 3, "good": 2, "damaged": 1, "scanned": "X", "quantity": 1, "badge": "B-1"}
    facts |= {
        "asked": 2,
        "missing": 1,
        "location": "01-001-1",
        "order": "O-1",
        "counted": 2,
        "sentence": "Gone.",
        "device": "gun",
    }
    ids = raise_exceptions(by=yard.by, node_id=yard.node_id, exceptions=[Raised(kind, "receipt", 1, facts) for kind in KINDS])
    auditor = browser("auditor")
    for exception_id in ids:
        page = auditor.get(f"/exceptions/{exception_id}")
        assert page.context["each"].owner
        assert page.context["means"], page.context["each"].kind
        assert page.context["todo"]
    assert "All open" in auditor.get("/exceptions").content.decode()
    assert rows(auditor.get("/exceptions/fragment").content.decode()) == 6
    assert auditor.post("/exceptions/act", {"exception": ids[0], "act": "settle"}).status_code == 403


def test_a_delivery_is_announced_by_hand_and_faults_name_row_and_column(
    yard: ShippingFloor, browser: Callable[..., Client]
) -> None:
    yard.item("TEA")
    manager = browser("warehouse_manager")
    form = {"node": "BER", "owner": yard.owner, "number": "PO-9", "supplier": "Maker", "expected_at": "2026-12-01T09:00"}
    wrong = manager.post("/receipts/announce", form | {"lines": "sku;units\nTEA;many\nNOPE;2\n\nTEA", "act": "announce"})
    assert wrong.status_code == 422
    faults = [(fault.row, fault.column) for fault in wrong.context["faults"]]
    assert faults == [(2, "quantity"), (3, "SKU"), (5, "quantity")]
    assert b"PO-9" in wrong.content
    assert b"NOPE;2" in wrong.content
    added = manager.post("/receipts/announce", form | {"lines": "TEA\t2", "sku": "TEA", "quantity": "5", "act": "add"})
    assert added.context["typed"]["lines"] == "TEA\t2\nTEA\t5\n"
    done = manager.post("/receipts/announce", form | {"lines": added.context["typed"]["lines"], "act": "announce"})
    (row,) = manager.get(done["Location"]).context["rows"]
    assert (row.number, row.expected, row.state) == ("PO-9", 7, "expected")
    assert "Item" not in manager.get("/receipts/items?sku=TE").content.decode()
    assert "TEA" in manager.get("/receipts/items?sku=TE").content.decode()


def test_a_receipt_is_previewed_closed_and_its_numbers_open_their_movements(
    yard: ShippingFloor, browser: Callable[..., Client]
) -> None:
    from orderhouse.wms.inbound.receive_goods import Received, receive_goods

    manager = browser("warehouse_manager")
    item = yard.item("TEA")
    form = {"node": "BER", "owner": yard.owner, "number": "PO-9", "supplier": "", "expected_at": "2026-12-01T09:00"}
    manager.post("/receipts/announce", form | {"lines": "TEA 5", "act": "announce"})
    manager.post("/receipts/announce", form | {"lines": "TEA,5", "act": "announce"})
    (row,) = manager.get("/receipts?tab=expected").context["rows"]
    manager.post(f"/receipts/{row.id}/arrive")
    receive_goods(by=yard.by, receipt_id=row.id, goods=[Received(item, 6), Received(item, 1, "damaged")])
    page = manager.get(f"/receipts/{row.id}").content.decode()
    for tag in re.findall(r"<a [^>]*data-figure-units=[^>]*>", page):
        href, units = re.search(r'href="([^"]+)"', tag), re.search(r'data-figure-units="(\d+)"', tag)
        assert href
        assert units
        assert f'data-units="{units[1]}"' in manager.get(unescape(href[1])).content.decode()
    preview = manager.get(f"/receipts/{row.id}/close").content.decode()
    assert re.findall(r'data-report="(\w+)"', preview) == ["over", "damaged"]
    assert yard.exceptions() == []
    manager.post(f"/receipts/{row.id}/close")
    assert [kind for kind, _ in yard.exceptions()] == ["over", "damaged"]
    assert b"is closed" in manager.get(f"/receipts/{row.id}/close").content


def test_a_return_is_graded_on_its_page(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    from orderhouse.contract.messages import ExpectedLine, ExpectReturn
    from orderhouse.wms.inbound.expect_returns import expect_returns
    from orderhouse.wms.inbound.queries import receipt_by_number
    from orderhouse.wms.inbound.receive_returned import Returned, receive_returned

    yard.item("TEA")
    expect_returns(by=yard.by, messages=[ExpectReturn("RMA-1", "BER", "1001", (ExpectedLine(1, "TEA", yard.owner, 3),))])
    with unit_of_work(yard.tenant_id):
        receipt_id = receipt_by_number(yard.tenant_id, yard.node_id, "RMA-1").id
    receive_returned(by=yard.by, receipt_id=receipt_id, lines=[Returned(1, 3)])
    manager = browser("warehouse_manager")
    assert manager.get(f"/receipts/{receipt_id}").context["close_why_not"] == "Some units are not graded yet."
    manager.post(f"/receipts/{receipt_id}/grade", {"line": 1, "quantity": 2, "disposition": "restock"})
    manager.post(f"/receipts/{receipt_id}/grade", {"line": 1, "quantity": 9, "disposition": "scrap"})
    assert yard.stock("DOCK-01", "TEA", "returned_ungraded") == 1
    manager.post(f"/receipts/{receipt_id}/grade", {"line": 1, "quantity": 1, "disposition": "scrap"})
    manager.post(f"/receipts/{receipt_id}/close")
    assert manager.get(f"/receipts/{receipt_id}").context["receipt"].state == "closed"


def test_a_count_is_blind_then_previewed_then_approved(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    yard.keep("TEA", ("01-001-1", 10))
    manager = browser("warehouse_manager")
    plan = manager.get("/counts/plan?node=BER&by=item&sku=TEA")
    (bin_,) = plan.context["rows"]
    ticked = f"{bin_.location_id}:{bin_.item_id}"
    made = {"node": "BER", "by": "item", "sku": "TEA", "bin": [ticked, "1:1"], "badge": "B-2"}
    assert manager.post("/counts/make", made).status_code == 302
    (task,) = manager.get("/counts?tab=ready").context["rows"]
    assert (task.location, task.assigned_to) == ("01-001-1", "B-2")
    assert "hidden until it is counted" in manager.get(f"/counts/{task.id}").content.decode()
    count_locations(by=yard.by, counts=[Count(task.id, 7)])
    preview = manager.post("/counts/act", {"act": "approve", "task": task.id, "back": "/counts"})
    assert "loses 3 units and gains 0" in preview.content.decode()
    assert yard.stock("01-001-1", "TEA") == 10
    manager.post("/counts/act", {"act": "approve", "task": task.id, "sure": 1})
    assert yard.stock("01-001-1", "TEA") == 7
    assert yard.exceptions() == []
    assert [row.state for row in manager.get("/counts?tab=done").context["rows"]] == ["approved"]


def test_a_count_given_to_one_badge_is_offered_to_no_other(yard: ShippingFloor) -> None:
    from orderhouse.wms.counting.assign_counts import assign_counts
    from orderhouse.wms.floor.queries import open_work

    yard.keep("TEA", ("01-001-1", 10))
    made = request_counts(by=yard.by, bins=[(yard.bin("01-001-1").id, yard.items["TEA"])], reason="schedule")
    assign_counts(by=yard.by, task_ids=list(made.values()), badge="B-2")

    def flows(badge: str) -> set[str]:
        return {work.flow for work in open_work(yard.tenant_id, yard.node_id, badge)}

    assert "count" in flows("B-2")
    assert "count" not in flows("B-1")


def test_a_short_pick_tells_what_came_of_it(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    yard.keep("TEA", ("01-001-1", 4), ("02-001-1", 2))
    yard.release("R1", ("TEA", 4))
    yard.wave()
    yard.start()
    stop = next(stop for stop in yard.stops() if stop.location == "01-001-1")
    short_picks(by=yard.by, shorts=[ShortPick(stop.task_id, 1)])
    manager = browser("warehouse_manager")
    (row,) = manager.get("/short-picks").context["rows"]
    assert (row.missing, row.elsewhere, row.shorted, row.bin, row.count_state) == (3, 2, 1, "01-001-1", "ready")
    doubted = manager.get("/counts/plan?by=suspicion").context["rows"]
    assert doubted == []  # its count is open already


def test_the_wall_opens_by_its_signed_address_alone_until_that_is_renewed(
    yard: ShippingFloor, browser: Callable[..., Client]
) -> None:
    busy(yard)
    manager, nobody = browser("warehouse_manager"), Client()
    address = manager.get("/wall/BER/address").context["address"].removeprefix("http://testserver")
    page = nobody.get(address).content.decode()
    assert re.search(r'data-wall="late">1<', page)
    assert "<html" not in nobody.get(address, headers={"X-Wall": "live"}).content.decode()
    assert nobody.get("/wall/BER").status_code == 302
    assert nobody.get(address[:-2] + "xx").status_code == 403
    manager.post("/wall/BER/renew")
    assert nobody.get(address).status_code == 403
    assert manager.get("/wall").status_code == 200


def test_people_are_shown_with_their_scans_and_refusals(yard: ShippingFloor, browser: Callable[..., Client]) -> None:
    yard.receive("TEA", 3)
    scan(yard, "no such thing", "TEA", "still nothing")
    since = (clock.now() - timedelta(hours=1)).isoformat()
    browser_ = browser("warehouse_manager")
    (row,) = browser_.get("/people-at-work", {"node": "BER", "since": since}).context["rows"]
    assert (row["person"].name, row["person"].scans, row["person"].refused) == ("Ines Duarte", 3, 2)
    refused = browser_.get(row["refused_href"])
    assert [each.text for each in refused.context["rows"]] == ["still nothing", "no such thing"]


def test_the_old_floor_page_leads_to_the_board_and_another_business_sees_nothing(
    yard: ShippingFloor, browser: Callable[..., Client]
) -> None:
    busy(yard)
    manager = browser("warehouse_manager")
    assert manager.get("/floor/BER")["Location"] == "/board/BER"
    assert manager.get("/board/NOWHERE").status_code == 404
    assert manager.get("/outbounds?cutoff=yesterday").status_code == 422
    with unit_of_work(yard.tenant_id):
        found = fetch_value("SELECT id FROM wms_exception WHERE tenant_id = %s LIMIT 1", (yard.tenant_id,))
    from orderhouse.catalog.open_business import open_business
    from orderhouse.console.tests.conftest import make_person, sign_in_as

    other = open_business(code=f"o-{uuid.uuid4().hex[:10]}", name="Other", at=yard.by.at)

    class Elsewhere:
        by = By(other.tenant_id, "tester", yard.by.at)

    stranger, _ = sign_in_as(make_person(Elsewhere, "admin"))
    assert stranger.get(f"/exceptions/{found}").status_code == 404
    stranger.post("/exceptions/act", {"exception": found, "act": "settle"})
    assert yard.exceptions()


@pytest.fixture(autouse=True)
def _nobody_listens() -> Iterator[None]:
    with registered("oms", None):
        yield
