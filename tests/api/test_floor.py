"""A business is set up and an order goes out of the door, all over HTTP: nothing but a key and what the answers say."""

from __future__ import annotations

import threading
import time
import uuid
from typing import Any

import pytest
from django.db import connection

from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.wms.layout.make_layout import make_layout
from tests.api.conftest import Partner

TARIFF = {
    "carrier": "own_fleet",
    "service": "standard",
    "zones": {
        "zones": [{"zone": "home", "domestic": True}, {"zone": "abroad"}],
        "rates": [
            {"service": "standard", "zone": "home", "base": 390, "per_step": 55, "transit_days": 2},
            {"service": "standard", "zone": "abroad", "base": 990, "per_step": 250, "transit_days": 5},
        ],
    },
}
ITEMS = [
    {"sku": "MUG", "name": "Red mug", "weight_grams": 350, "barcodes": {"4006381333931": 1}, "packs": {"case": 12}},
    {"sku": "TEA", "name": "Green tea", "weight_grams": 100, "tracks_lots": True},
]


@pytest.fixture
def house(partner: Partner) -> Partner:
    """A business with one warehouse, set up as a partner would set it up."""
    node = {"code": "MAIN", "name": "Daventry", "kind": "warehouse", "country": "GB", "latitude": 52.26, "longitude": -1.16}
    assert partner.put("/nodes", [node]).body == {"count": 1}
    assert partner.put("/items", ITEMS).body == {"count": 2}
    channel = {"code": "WEB", "name": "Web shop", "kind": "web_shop", "currency": "GBP"}
    assert partner.put("/channels", [channel]).body == {"count": 1}
    assert partner.put("/tariffs", [TARIFF]).body == {"count": 1}
    assert partner.put("/badges", [{"code": "B-1", "name": "Grace"}]).body == {"count": 1}
    layout = partner.send("PUT", "/layout/MAIN", make_layout(aisles=2, bins_per_side=3, levels=1).encode(), kind="text/csv")
    assert (layout.status, layout.body["closed"]) == (200, 0), layout.body
    assert len(partner.post("/totes", {"node": "MAIN", "codes": ["T1", "T2"]}).body["data"]) == 2
    return partner


def stock(house: Partner, sku: str, quantity: int, **lot: Any) -> None:
    """Goods announced, received and put away where the house suggests."""
    number = f"PO-{sku}-{uuid.uuid4().hex[:6]}"
    receipt = {"receipt": number, "node": "MAIN", "supplier": "ACME", "expected_at": "2026-12-01T08:00:00Z"}
    announced = house.post("/receipts", [receipt | {"lines": [{"sku": sku, "quantity": quantity}]}])
    assert announced.status == 201, announced.body
    taken = house.post(f"/receipts/{number}/goods?node=MAIN", {"goods": [{"sku": sku, "quantity": quantity, **lot}]})
    assert taken.body["good"] == quantity, taken.body
    tasks = house.get("/putaways", node="MAIN").body["data"]
    puts = [{"task_id": task["id"], "location": task["location"], "quantity": task["quantity"]} for task in tasks]
    assert house.post("/putaways", {"node": "MAIN", "puts": puts}).body == {"count": len(puts)}
    closed = house.post(f"/receipts/{number}/close?node=MAIN")
    assert closed.body["exceptions"] == 0
    assert house.get(f"/receipts/{number}", node="MAIN").body["receipt"]["state"] == "closed"


def scan(house: Partner, session: str, *texts: str | tuple[str, int]) -> list[dict[str, Any]]:
    """Scans as a scanner sends them; every answer must be yes."""
    scans = [
        {
            "scan_id": str(uuid.uuid4()),
            "text": t if isinstance(t, str) else t[0],
            "quantity": None if isinstance(t, str) else t[1],
        }
        for t in texts
    ]
    answers = house.post(f"/floor/sessions/{session}/scans", {"badge": "B-1", "device": "S1", "scans": scans}).body["answers"]
    assert all(answer["ok"] for answer in answers), answers
    return list(answers)


def start(house: Partner, flow: str, target: str | None = None) -> dict[str, Any]:
    answer = house.post("/floor/sessions", {"node": "MAIN", "badge": "B-1", "device": "S1", "flow": flow, "target": target})
    assert answer.status == 200, answer.body
    return dict(answer.body["data"])


def test_an_order_goes_from_the_channel_to_the_customer(house: Partner) -> None:
    stock(house, "MUG", 24)
    stock(house, "TEA", 10, lot_number="L1", expires_on="2028-01-01")
    availability = house.get("/availability", sku=["MUG", "TEA"], channel="WEB").body["data"]
    assert {row["sku"]: row["available"] for row in availability} == {"MUG": 24, "TEA": 10}

    placed = house.post("/orders", house.order(("MUG", 3), ("TEA", 2), number="1"))
    assert (placed.status, placed.body["state"]) == (201, "reserved")
    assert house.post("/orders/release", {}).body == {"releases": ["WEB-1/1"]}
    assert house.get("/outbounds/WEB-1%2F1", node="MAIN").body["state"] == "accepted"

    wave = house.post("/waves", {"node": "MAIN", "release": True})
    assert (wave.status, wave.body["orders"], wave.body["units"]) == (201, 1, 5)
    assert house.post("/waves", {"node": "MAIN"}).status == 204
    (tour,) = house.get("/tours", node="MAIN").body["data"]
    stops = house.get(f"/tours/{tour['id']}/stops").body["data"]
    session = start(house, "pick", tour["id"])["session"]
    for stop in stops:
        code = "4006381333931" if stop["sku"] == "MUG" else "TEA"
        scan(house, session, f"L.{stop['location']}", (code, stop["quantity"]), "T.T1")
    bench = start(house, "pack")["session"]
    scan(house, bench, "T.T1", ("4006381333931", 3), ("TEA", 2), ("!close", 1400))

    (parcel,) = house.get("/parcels", node="MAIN").body["data"]
    labels = house.post("/parcels/labels", {"parcels": [parcel["id"]]}, Idempotency_Key="labels-1")
    assert labels.body["labels"][0]["zpl"].startswith("^XA"), labels.body
    assert house.post("/parcels/labels", {"parcels": [parcel["id"]]}, Idempotency_Key="labels-1").raw == labels.raw
    manifest = house.post("/manifests", {"node": "MAIN", "carrier": "own_fleet"})
    assert manifest.body["parcel_ids"] == [parcel["id"]]
    assert house.post("/manifests/ship", {"node": "MAIN", "number": manifest.body["number"]}).body == {"count": 1}

    order = house.get("/orders/WEB-1").body
    assert order["state"] == "shipped"
    assert order["shipments"][0]["parcels"][0]["tracking"] == labels.body["labels"][0]["tracking"]
    assert {c["lot_number"] for c in order["shipments"][0]["parcels"][0]["contents"]} == {"", "L1"}
    letters = house.get("/channel-messages", channel="WEB").body["data"]
    assert [letter["type"] for letter in letters][-1] == "ShipmentAdvised"
    ids = [letter["id"] for letter in letters]
    assert house.post("/channel-messages/acknowledge", {"channel": "WEB", "ids": ids}).body == {"count": len(ids)}
    assert house.get("/channel-messages", channel="WEB").body["data"] == []

    (mug,) = house.get("/stock", node="MAIN", sku="MUG").body["data"]
    assert (mug["on_hand"], mug["good"]) == (21, 21)
    assert house.get("/movements", sku="MUG", book="physical", limit=2).body["next_cursor"]
    assert house.get("/stock/movements", node="MAIN", sku="MUG").body["data"][0]["to_state"] == "customer"
    proof = house.get("/books/proof").body
    assert proof["holds"], [f for f in proof["findings"] if f["violations"]]


def test_a_return_comes_back_and_is_stock_again(house: Partner) -> None:
    test_an_order_goes_from_the_channel_to_the_customer(house)
    returned = house.post("/orders/WEB-1/returns", {"lines": [{"line_number": 1, "quantity": 2}], "reason": "too red"})
    assert returned.status == 201, returned.body
    address = f"/receipts/{returned.body['number'].replace('/', '%2F')}"
    assert house.post(f"{address}/returned?node=MAIN", {"lines": [{"line_number": 1, "quantity": 2}]}).body == {"count": 2}
    graded = house.post(f"{address}/grades?node=MAIN", {"grades": [{"line_number": 1, "quantity": 2, "disposition": "restock"}]})
    assert len(graded.body["task_ids"]) == 1
    assert house.post(f"{address}/close?node=MAIN").status == 200
    assert house.get("/orders/WEB-1").body["lines"][0]["returned"] == 2
    assert house.get("/availability", sku="MUG").body["data"][0]["available"] == 23


def test_a_scan_sent_again_is_answered_the_same_and_done_once(house: Partner) -> None:
    stock(house, "MUG", 5)
    house.post("/orders", house.order(("MUG", 2), number="1"))
    house.post("/orders/release", {})
    house.post("/waves", {"node": "MAIN", "release": True})
    (tour,) = house.get("/tours", node="MAIN").body["data"]
    (stop,) = house.get(f"/tours/{tour['id']}/stops").body["data"]
    session = start(house, "pick", tour["id"])["session"]
    scans = [{"scan_id": str(uuid.uuid4()), "text": text} for text in (f"L.{stop['location']}", "MUG", "MUG", "T.T1")]
    body = {"badge": "B-1", "device": "S1", "scans": scans}
    first = house.post(f"/floor/sessions/{session}/scans", body)
    again = house.post(f"/floor/sessions/{session}/scans", body)
    assert (first.status, again.body) == (200, first.body)
    assert house.get(f"/tours/{tour['id']}/stops").body["data"][0]["picked"] == 2
    assert len(house.get(f"/floor/sessions/{session}/scans").body["data"]) == 4
    stranger = house.post(f"/floor/sessions/{session}/scans", body | {"badge": "B-2"})
    assert (stranger.status, stranger.body["code"]) == (403, "not-your-session")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scans": []}, "scans"),
        ({"scans": [{"scan_id": "x", "text": "A"}]}, "scans[0].scan_id"),
        ({"scans": [{"scan_id": str(uuid.uuid4())}]}, "scans[0].text"),
        ({"scans": [{"scan_id": str(uuid.uuid4()), "text": "A", "quantity": "3"}]}, "scans[0].quantity"),
        ({"scans": [{"scan_id": str(uuid.uuid4()), "text": "A", "at": "noon"}]}, "scans[0].at"),
        ({"badge": 7}, "badge"),
    ],
)
def test_a_wrong_scan_is_refused_by_field(house: Partner, change: dict[str, Any], field: str) -> None:
    session = start(house, "count")["session"]
    body = {"badge": "B-1", "device": "S1", "scans": [{"scan_id": str(uuid.uuid4()), "text": "A"}]} | change
    answer = house.post(f"/floor/sessions/{session}/scans", body)
    assert (answer.status, answer.body["field"]) == (422, field)


def test_a_layout_is_refused_by_row_and_column_and_nothing_of_it_is_imported(house: Partner) -> None:
    before = house.get("/layout/MAIN").body
    lines = make_layout(aisles=2, bins_per_side=3, levels=1).splitlines()
    lines[5] = lines[5].replace(lines[5].split(",")[4], "far away", 1)
    answer = house.send("PUT", "/layout/MAIN", "\n".join(lines).encode(), kind="text/csv")
    assert (answer.status, answer.headers["Content-Type"]) == (422, "application/problem+json")
    assert "row" in answer.body["field"]
    assert house.get("/layout/MAIN").body == before
    assert house.send("PUT", "/layout/MAIN", b"\xff\xfe\x00", kind="text/csv").status == 422


def test_a_bin_is_counted_blind_and_the_book_follows_when_the_manager_believes_it(house: Partner) -> None:
    stock(house, "MUG", 6)
    (bin_,) = house.get("/stock/items/MUG", node="MAIN").body["data"]
    asked = house.post("/counts", {"node": "MAIN", "bins": [{"location": bin_["code"], "sku": "MUG"}]})
    (task,) = asked.body["task_ids"]
    assert house.get("/counts", node="MAIN").body["data"][0]["expected"] is None
    made = house.post("/counts/made", {"badge": "B-1", "counts": [{"task_id": task, "counted": 4}]})
    assert made.body == {"differing": [task]}
    assert len(house.get("/exceptions", node="MAIN").body["data"]) == 1
    assert house.post("/counts/approve", {"task_ids": [task]}).body == {"units": -2}
    assert house.get("/availability", sku="MUG").body["data"][0]["available"] == 4
    assert house.get(f"/stock/places/{bin_['code']}", node="MAIN").body["data"][0]["quantity"] == 4


def test_safety_stock_is_given_free_while_somebody_holds_an_order_that_waits_for_it(house: Partner) -> None:
    stock(house, "MUG", 5)
    tenant = house.business.tenant_id
    house.put("/safety-stock", [{"node": "MAIN", "sku": "MUG", "quantity": 4}])
    house.post("/orders", house.order(("MUG", 3), number="1"))

    def set_to_nothing() -> None:
        try:
            house.put("/safety-stock", [{"node": "MAIN", "sku": "MUG", "quantity": 0}])
        finally:
            connection.close()

    manager = threading.Thread(target=set_to_nothing)
    with unit_of_work(tenant):
        execute("SELECT id FROM oms_order WHERE tenant_id = %s AND number = 'WEB-1' FOR UPDATE", (tenant,))
        manager.start()
        until = time.monotonic() + 10
        while (kept := _kept(tenant)) and time.monotonic() < until:
            time.sleep(0.05)
    manager.join()
    assert kept == 0, "the manager waited for the order"
    assert house.get("/orders/WEB-1").body["state"] == "reserved"


def _kept(tenant: int) -> int:
    return int(fetch_value("SELECT sum(balance) FROM ledger_account WHERE tenant_id = %s AND state = 'safety'", (tenant,)))


def test_safety_stock_is_kept_back_and_given_free_to_who_waits(house: Partner) -> None:
    stock(house, "MUG", 5)
    assert house.put("/safety-stock", [{"node": "MAIN", "sku": "MUG", "quantity": 4}]).body == {"set": 1}
    placed = house.post("/orders", house.order(("MUG", 3), number="1"))
    assert placed.body["state"] in ("partly_reserved", "backordered")
    why = house.get("/availability/MUG/explanation", channel="WEB").body
    assert (why["available_to_promise"], why["nodes"][0]["safety"]["quantity"]) == (0, 4)
    assert house.put("/safety-stock", [{"node": "MAIN", "sku": "MUG", "quantity": 0}]).body == {"set": 1}
    assert house.get("/orders/WEB-1").body["state"] == "reserved"
    account = house.get("/availability/MUG/explanation").body["nodes"][0]["available"]["account_id"]
    behind = house.get("/availability/movements", account_id=account).body["data"]
    assert sum(row["delta"] for row in behind) == 2


def test_a_lot_is_stopped_and_let_go(house: Partner) -> None:
    stock(house, "TEA", 7, lot_number="L9", expires_on="2028-01-01")
    assert house.post("/lots/hold", {"sku": "TEA", "lot_number": "L9", "held": True, "reason": "recall"}).body == {"count": 7}
    assert house.get("/availability", sku="TEA").body["data"][0]["available"] == 0
    assert house.post("/lots/hold", {"sku": "TEA", "lot_number": "L9", "held": False}).body == {"count": 7}
    assert house.post("/lots/hold", {"sku": "TEA", "lot_number": "NONE", "held": True}).status == 404


def test_what_happened_is_a_feed_that_goes_on_from_its_cursor(house: Partner) -> None:
    house.post("/orders", house.order(("MUG", 1), number="1"))
    first = house.get("/events", limit=1).body
    rest = house.get("/events", cursor=first["next_cursor"]).body
    types = [event["type"] for event in first["data"] + rest["data"]]
    assert "order-placed" in types
    after = house.get("/events", cursor=rest["next_cursor"]).body
    assert (after["data"], after["next_cursor"]) == ([], rest["next_cursor"])
    order_id = house.get("/orders/WEB-1").body["id"]
    assert house.get(f"/events/order/{order_id}").body["data"][0]["type"] == "order-placed"
