"""What a process remembers of a tour saves statements, and never tells what is no longer so."""

from __future__ import annotations

import pytest

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.contract.messages import CancelRelease
from orderhouse.wms.floor import tours
from orderhouse.wms.floor.tests.scanners import Scanner
from orderhouse.wms.floor.tests.test_take_scan import A, B, stocked, tour_of
from orderhouse.wms.outbound.cancel_releases import cancel_releases
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, counted


def test_a_scan_on_a_tour_takes_few_statements(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 1)))
    counts = []
    for say in (f"L.{A}", ("MUG", 2), "T.T1"):
        with counted() as sent:
            picker.walk(say)
        counts.append(len(sent))
    at_bin, of_item, in_tote = counts
    assert at_bin <= 5, "how to plan, the session with what it knows, the tour, its totes, the scan"
    assert of_item <= 6, "and the barcode"
    assert in_tote <= 15, "three locks, what is left to do, new accounts, and all rows at once"


def test_an_order_cancelled_since_stops_the_picker_of_a_remembered_tour(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 0), ("R2", 0, 1)))
    picker.walk(f"L.{A}")
    cancel_releases(by=shop.by, messages=[CancelRelease("R1", shop.node, "changed their mind")])
    told = picker.scan("MUG", 2)
    assert (told.ok, told.screen) == (False, "pick.stop")
    assert picker.walk(f"L.{A}", f"L.{B}", "TEE", "T.T2").screen == "pick.done"


def test_a_new_name_is_shown_once_what_is_remembered_is_old(shop: ShippingFloor, monkeypatch: pytest.MonkeyPatch) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 1)))
    define_items(by=shop.by, items=[ItemDefinition("OWN", "MUG", "Blue mug", weight_grams=300)])
    seconds = tours.time.monotonic() + tours.REMEMBERED_SECONDS + 1
    monkeypatch.setattr(tours.time, "monotonic", lambda: seconds)
    assert picker.walk(f"L.{A}").data["name"] == "Blue mug"
