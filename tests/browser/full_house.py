"""A business in the middle of its day, with one of everything a page may have to show, and the addresses of all that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.ledger.prove_balances import prove_balances
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.hold_order import hold_order
from orderhouse.oms.desk.prepare_bulk import prepare_bulk
from orderhouse.oms.desk.rehearse_bulk import rehearse_bulk
from orderhouse.oms.inventory.expect_receipts import expect_receipts
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.people.api_keys import issue_api_key
from orderhouse.people.define_person import define_person, grant_roles
from orderhouse.people.save_view import save_view
from orderhouse.wms.inbound.arrive_receipt import arrive_receipt
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.queries import tours
from orderhouse.wms.waves.release_wave import release_wave
from tests.journeys.house import House

CONVERTER = re.compile(r"<([^>]+)>")
SPACES = ("console", "scanner", "demo")
LONG = "Gartenmöbelschutzhüllenaufbewahrungstasche, wetterfest, grün 2,40 m"

Samples = dict[str, list[Any]]


def fill(house: House) -> Samples:
    """Let a day happen; sample values of every argument an address may have."""
    by, crew = house.by, house.crews["MAIN"]
    lots = ItemDefinition("OWN", "LOT", LONG, weight_grams=900, tracks_lots=True, barcodes={"BAR-LOT": 1})
    define_items(by=by, items=[lots])
    house.receive("MAIN", {"A": 40, "B": 20, "C": 5, "LOT": 12})
    house.receive("NORTH", {"D": 9})

    shipped = house.order({"A": 2, "LOT": 1})
    release_orders(by=by)
    crew.work_day()
    picking, other = house.order({"A": 3, "B": 2}), house.order({"LOT": 2})
    short = house.order({"C": 2})
    release_orders(by=by)
    plan = plan_wave(by=by, node_id=house.nodes["MAIN"], capacity=2)
    assert plan
    release_wave(by=by, wave_id=plan.wave_id)
    device = crew.workers[0].device
    tour, *_others = tours(house.business.tenant_id, wave_id=plan.wave_id)
    work = device.start("pick", tour.id)
    first = work.sheet["tasks"][0]
    device.sync(work, [(f"L.{first['bin']}", None), ("!short", 0)])

    held, reserved = house.order({"A": 1}), house.order({"B": 1})
    hold_order(by=by, order_id=held, kind="payment", reason="the card was refused")
    backordered = house.order({"E": 4})
    (placed,) = capture_orders(by=by.when(by.at - timedelta(days=6)), submissions=[house.submission({"A": 1})])
    late = placed.order_id
    (wrong,) = capture_orders(by=by, submissions=[house.submission({"NOBODY-KNOWS": 1})])
    assert wrong.invalid_id

    lines = (ExpectedLine(1, "A", "OWN", 10), ExpectedLine(2, "LOT", "OWN", 6))
    due = by.at + timedelta(hours=5)
    expect_receipts(by=by, receipts=[ExpectReceipt(number, "MAIN", "Maker", due, lines) for number in ("DUE", "HERE")])
    arrive_receipt(
        by=by, receipt_id=house.value("SELECT id FROM wms_receipt WHERE number = 'HERE' AND tenant_id = %s", by.tenant_id)
    )
    crew.workers[1].count(lambda wanted: dict.fromkeys(wanted, 1))
    bulk = prepare_bulk(by=by, verb="hold", arguments={"kind": "manual"}, order_ids=[reserved, held])
    rehearse_bulk(by=by, bulk_id=bulk)
    me = define_person(email=f"{uuid4().hex}@example.com", name="Vera", password="a long enough password")
    grant_roles(by=by, user_id=me, roles=["order_desk"])
    view = save_view(by=by, user_id=me, page="orders", name="mine", query="tab=held", shared=True)
    issue_api_key(by=by, name="the web shop", scopes=["orders:read"])

    def of(statement: str) -> list[Any]:
        found = [row[0] for row in house.rows(f"{statement} LIMIT 4", by.tenant_id)]
        assert found, statement
        return found

    return {
        "order_id": [shipped, picking, held, backordered, late, short, other],
        "view_id": [view],
        "invalid_id": [wrong.invalid_id],
        "bulk_id": [bulk],
        "item_id": of("SELECT id FROM catalog_item WHERE tenant_id = %s AND sku IN ('A', 'LOT') ORDER BY sku"),
        "lot_id": of("SELECT id FROM ledger_lot WHERE tenant_id = %s"),
        "node_code": ["MAIN"],
        "number": of("SELECT number FROM wms_wave WHERE tenant_id = %s ORDER BY id DESC"),
        "tour_id": of("SELECT id FROM wms_tour WHERE tenant_id = %s ORDER BY id DESC"),
        "code": of("SELECT code FROM wms_handling_unit WHERE tenant_id = %s"),
        "bin_code": [first["bin"]],
        "outbound_id": of("SELECT id FROM wms_outbound WHERE tenant_id = %s ORDER BY id"),
        "parcel_id": of("SELECT id FROM wms_parcel WHERE tenant_id = %s"),
        "manifest_id": of("SELECT id FROM wms_manifest WHERE tenant_id = %s"),
        "exception_id": of("SELECT id FROM wms_exception WHERE tenant_id = %s"),
        "receipt_id": of("SELECT id FROM wms_receipt WHERE tenant_id = %s ORDER BY id DESC"),
        "task_id": of("SELECT id FROM wms_count_task WHERE tenant_id = %s"),
        "user_id": of("SELECT user_id FROM people_membership WHERE tenant_id = %s"),
        "rule": [finding.rule for finding in prove_balances(by=by).findings[:2]],
        "source": of("SELECT source FROM contract_outbox WHERE tenant_id = %s ORDER BY id"),
        "message_id": of("SELECT id FROM contract_outbox WHERE tenant_id = %s ORDER BY id"),
        "key_id": of("SELECT id FROM people_api_key WHERE tenant_id = %s"),
    }


QUERIES = {
    "console:find-items": "q=A",
    "console:receipt-items": "q=A",
    "console:search": "q=A",
    "console:book-movements-file": "from=2026-01-01&to=2026-01-02",
    "console:movements": "item={item_id}",
    "console:item-labels": "item={item_id}",
}
"""What an address has to be asked besides, to answer with something."""

ONLY = {"console:order-slips": slice(0, 1), "console:receipt-labels": slice(-1, None)}
"""Records of which only these have such a paper: what has been packed, what has been received."""


def unknown(samples: Samples) -> list[str]:
    """What addresses take that the full house gives no value for, each as a sentence."""
    return [
        f"{name} ({path}) takes {argument}: give sample values for it in tests/browser/full_house.py, fill()"
        for name, (path, wanted) in _patterns(get_resolver().url_patterns)
        for argument in wanted
        if argument not in samples
    ]


def addresses(samples: Samples) -> Iterator[tuple[str, str]]:
    """Every address of the faces with its name, an address with arguments once for each of their values."""
    for name, (path, wanted) in _patterns(get_resolver().url_patterns):
        if not wanted.keys() <= samples.keys():
            continue
        many = max((len(samples[argument]) for argument in wanted), default=1)
        if not path.endswith((">", "why")):
            many = min(many, 2)  # a record itself is looked at in all its states, what is done to it in two
        for n in range(many):
            address = path
            for argument, converter in wanted.items():
                values = samples[argument][ONLY.get(name, slice(None))]
                address = address.replace(converter, quote(str(values[n % len(values)]), safe=""))
            query = QUERIES.get(name, "").format_map({argument: values[0] for argument, values in samples.items()})
            yield name, f"/{address}" + (f"?{query}" if query else "")


def _patterns(patterns: list[Any], prefix: str = "", space: str = "") -> Iterator[tuple[str, tuple[str, dict[str, str]]]]:
    """Names of addresses with their path and, by argument, how it stands there: ``<int:order_id>``."""
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern.url_patterns, path, pattern.app_name or space)
        elif isinstance(pattern, URLPattern) and space in SPACES:
            wanted = {part.rpartition(":")[2]: f"<{part}>" for part in CONVERTER.findall(path)}
            yield f"{space}:{pattern.name}", (path, wanted)
