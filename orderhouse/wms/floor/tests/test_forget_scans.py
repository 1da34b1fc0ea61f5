"""Scans age out with their sessions, and never so that one could be done twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest

from orderhouse.contract.audit.age_out import Kept, Night, age_out
from orderhouse.contract.events import story
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.floor.queries import scans_of
from orderhouse.wms.floor.tests.scanners import Said, Scanner
from orderhouse.wms.floor.tests.test_take_scan import A, B, stocked, tour_of
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor


def forgotten(shop: ShippingFloor, *, days_from_now: int, kept: int) -> int:
    """Rows of scans and sessions that a night's work so many days from now tells."""
    by = shop.by.when(clock.now() + timedelta(days=days_from_now))
    assert age_out(by=by, night=Night(), kept=Kept(scans=kept))
    told = [event.facts for event in story(shop.tenant_id, "business", shop.tenant_id) if event.type == "aged-out"]
    return int(told[-1].get("scans", 0)) if told else 0


def test_a_session_goes_with_all_its_scans_and_none_of_them_can_be_done_again(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 2, 0)))
    scans: list[Said] = [f"L.{A}", ("MUG", 1), ("MUG", 1), "T.T1"]
    ids = [uuid4() for _ in scans]
    picker.send(*scans, ids=ids)
    assert forgotten(shop, days_from_now=500, kept=1000) == 0
    assert [row.text for row in scans_of(shop.tenant_id, picker.session_id)] == [f"L.{A}", "MUG", "MUG", "T.T1"]

    assert forgotten(shop, days_from_now=500, kept=400) == 5
    with pytest.raises(NotFound):
        picker.send(*scans, ids=ids)
    assert shop.counts("R1") == {"picked": 2}


def test_a_session_somebody_still_scans_in_keeps_every_scan_and_its_answers(shop: ShippingFloor) -> None:
    stocked(shop)
    picker = Scanner(shop, "pick", tour_of(shop, ("R1", 1, 1)))
    ids = [uuid4() for _ in range(2)]
    first = picker.send(f"L.{A}", "MUG", ids=ids)
    picker.by = replace(picker.by, at=clock.now() + timedelta(days=300))
    picker.walk("T.T1", f"L.{B}")
    assert forgotten(shop, days_from_now=500, kept=400) == 0
    assert picker.send(f"L.{A}", "MUG", ids=ids) == first
    assert picker.walk("TEE", "T.T1").ok
    assert shop.counts("R1", 1) == {"picked": 1}
