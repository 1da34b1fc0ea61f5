"""The packing station, by its forms alone: what its script sends is the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from orderhouse.contract.ports.carrier import CarrierUnavailable
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.floor.queries import scans_of
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, shop  # noqa: F401
from orderhouse.wms.packing.define_cartons import define_cartons
from orderhouse.wms.packing.queries import cartons
from orderhouse.wms.packing.rules import Carton
from orderhouse.wms.packing.scale import SimulatedScale, register_scale
from orderhouse.wms.stock.tests.floor import floor  # noqa: F401

A, B = "02-002-1", "01-001-1"


class Packer:
    """A person with a browser at bench PACK-01."""

    def __init__(self, client: Client, shop: ShippingFloor) -> None:  # noqa: F811
        self.client, self.shop = client, shop
        define_badges(by=shop.by, badges={"B-7": "Pia Packer"})
        answer = client.post("/packing/open", {"node": "BER", "bench": "PACK-01", "badge": "B-7"})
        assert (answer.status_code, answer.headers["Location"]) == (302, "/packing")

    def scan(self, text: str, quantity: int | None = None, **more: str) -> str:
        """Send one scan; the answer's sentence."""
        fields = {"scan_id": str(uuid4()), "text": text, **({"quantity": str(quantity)} if quantity else {}), **more}
        self.page = self.client.post("/packing/scan", fields, headers={"X-Station": "1"})
        assert self.page.status_code == 200, self.page.content
        return said(self.page)

    @property
    def tone(self) -> str:
        return str(self.page.context["tone"])


def said(page: Any) -> str:
    found = re.search(r'<div class="pack-answer[^>]*>.*?<span>(.*?)</span>', page.content.decode(), re.DOTALL)
    assert found
    return found[1].replace("&#x27;", "'")


@pytest.fixture
def packer(browser: Callable[..., Client], shop: ShippingFloor) -> Packer:  # noqa: F811
    edges = {"length_mm": 100, "width_mm": 90, "height_mm": 80}
    shop.item("MUG", weight_grams=300, **edges)
    shop.item("TEE", weight_grams=150, **edges)
    shop.keep("MUG", (A, 20))
    shop.keep("TEE", (B, 20))
    shop.release("R1", ("MUG", 2), ("TEE", 1))
    shop.wave()
    shop.pick("R1")
    return Packer(browser("floor"), shop)


def test_a_tote_is_checked_unit_by_unit_closed_and_labelled(packer: Packer) -> None:
    shop = packer.shop  # noqa: F811
    assert packer.scan("T.T-R1") == "Order R1: 3 units to check."
    assert packer.scan("MUG") == "1 of 2 × MUG."
    assert packer.scan("MUG") == "2 of 2 × MUG."
    assert 'title="1 unit is not checked yet."' in packer.page.content.decode()
    assert packer.scan("!close", 900) == "Cannot close order R1: missing 1 × TEE."
    packer.scan("TEE")
    assert packer.scan("!close", 820) == "Parcel of order R1 is closed. Scan the next tote."
    assert packer.tone == "right"
    (parcel,) = packer.page.context["closed"]
    assert (parcel.state, parcel.weight_grams, parcel.packed_by) == ("labelled", 820, "B-7")
    assert parcel.tracking in packer.page.content.decode()
    assert shop.out("R1").state == "packed"
    label = packer.client.get(f"/documents/parcels/{parcel.id}/label?preview")
    assert label.headers["Content-Type"] == "image/svg+xml"


def test_a_wrong_unit_one_too_many_and_an_unknown_code_are_said_in_red(packer: Packer) -> None:
    packer.shop.item("JAR")
    packer.scan("T.T-R1")
    for text, quantity, sentence in [
        ("JAR", None, "Order R1 has no JAR. Lay it aside."),
        ("MUG", 3, "Order R1 takes 2 × MUG; with this it would be 3."),
        ("9999", None, "Order R1 has no 9999. Lay it aside."),
        ("T.NONE", None, "There is no tote NONE."),
    ]:
        assert packer.scan(text, quantity) == sentence
        assert packer.tone == "wrong"
    assert packer.shop.counts("R1", 1) == {"picked": 2}


def test_a_form_sent_twice_is_one_scan(packer: Packer) -> None:
    packer.scan("T.T-R1")
    again = str(uuid4())
    assert packer.scan("MUG", scan_id=again) == packer.scan("MUG", scan_id=again) == "1 of 2 × MUG."
    session = packer.page.context["bench"].session_id
    assert [row.text for row in scans_of(packer.shop.tenant_id, session)] == ["T.T-R1", "MUG"]


def test_without_its_script_the_page_answers_a_form_with_the_whole_page(packer: Packer) -> None:
    page = packer.client.post("/packing/scan", {"scan_id": str(uuid4()), "text": "T.T-R1"})
    assert said(page) == "Order R1: 3 units to check."
    assert b"<html" in page.content
    ids = re.findall(r'name="scan_id" value="([0-9a-f-]{36})"', page.content.decode())
    assert len(ids) == len(set(ids)) >= 3, "every form on the page is another scan"


def test_a_carrier_that_fails_loses_nothing_and_is_asked_again(packer: Packer) -> None:
    def down(_key: str) -> None:
        raise CarrierUnavailable(carrier="own_fleet", why="no answer in 5 s")

    packer.shop.fleet.before = down
    packer.scan("T.T-R1")
    packer.scan("MUG", 2)
    packer.scan("TEE")
    packer.scan("!close", 800)
    page = packer.page.content.decode()
    assert "own_fleet does not answer: no answer in 5 s" in page
    (parcel,) = packer.page.context["closed"]
    assert (parcel.state, f"/packing/parcels/{parcel.id}/label" in page) == ("packed", True)
    packer.shop.fleet.before = None
    packer.client.post(f"/packing/parcels/{parcel.id}/label")
    assert packer.client.get("/packing").context["closed"][0].state == "labelled"


def test_the_scale_is_read_and_a_weight_far_off_is_confirmed_by_hand(packer: Packer) -> None:
    packer.scan("T.T-R1")
    packer.scan("MUG", 2)
    packer.scan("TEE")
    assert packer.scan("!close", weight="scale") == "No scale is connected to bench PACK-01. Key the weight in."
    assert packer.scan("!close", 4000) == (
        "Expected about 750 g, read 4000 g. Check the contents, then close again with the same weight."
    )
    assert "Contents checked again: close with 4,000 g" in packer.page.content.decode()
    register_scale("PACK-01", SimulatedScale())
    try:
        assert packer.scan("!close", weight="scale") == "Parcel of order R1 is closed. Scan the next tote."
    finally:
        from orderhouse.wms.packing import scale

        scale._scales.clear()
    assert packer.page.context["closed"][0].weight_grams == 780


def test_an_order_is_split_undone_and_split_again(packer: Packer) -> None:
    packer.scan("T.T-R1")
    packer.scan("MUG")
    assert packer.scan("!box", 400) == "Parcel 1 of order R1 is full with 1 unit. Go on with the next."
    packer.scan("MUG")
    assert packer.scan("!undo") == "Taken out again: 1 × MUG. 1 of 3 checked."
    packer.scan("MUG")
    packer.scan("TEE")
    assert "Close all 2 parcels" in packer.page.content.decode()
    assert packer.scan("!close", 500) == "2 parcels of order R1 are closed. Scan the next tote."
    assert [(p.number, p.count, p.units, p.state) for p in packer.page.context["closed"]] == [
        (2, 2, 2, "labelled"),
        (1, 2, 1, "labelled"),
    ]


def test_a_parcel_is_voided_unpacked_and_packed_again_from_its_carton(packer: Packer) -> None:
    packer.scan("T.T-R1")
    packer.scan("MUG", 2)
    packer.scan("TEE")
    packer.scan("!close", 800)
    first = packer.page.context["closed"][0]
    packer.client.post(f"/packing/parcels/{first.id}/void")
    assert packer.client.get("/packing").context["closed"][0].state == "packed"
    assert len(packer.shop.fleet.voided) == 1
    packer.client.post(f"/packing/parcels/{first.id}/unpack")
    assert packer.shop.counts("R1", 1) == {"picked": 2}
    assert packer.scan(f"00{first.sscc}") == "Order R1: 3 units to check."
    packer.scan("MUG", 2)
    packer.scan("TEE")
    assert packer.scan("!close", 810) == "Parcel of order R1 is closed. Scan the next tote."
    assert packer.page.context["closed"][0].sscc != first.sscc


def test_an_order_cancelled_at_the_bench_says_stop_and_its_units_wait_to_be_put_back(packer: Packer) -> None:
    packer.scan("T.T-R1")
    packer.scan("MUG")
    packer.shop.cancel("R1")
    assert packer.scan("MUG") == "Stop: order R1 is cancelled. Leave tote T-R1 for its put-back task."
    assert packer.tone == "stop"
    assert {(task.kind, task.sku, task.quantity, task.source) for task in packer.shop.tasks()} == {
        ("putback", "MUG", 2, "T-R1"),
        ("putback", "TEE", 1, "T-R1"),
    }


def test_the_smallest_carton_is_suggested_and_another_is_taken_by_its_code(packer: Packer) -> None:
    small, large = Carton("S", "", 200, 110, 100, 80, 0), Carton("XL", "", 600, 400, 300, 400, 0)
    define_cartons(by=packer.shop.by, cartons=[small, large])
    packer.scan("T.T-R1")
    shown = {each.carton.code: (each.suggested, each.chosen) for each in packer.page.context["bench"].cartons}
    assert shown == {"S": (False, False), "XL": (True, False)}, "three units of 0.72 l do not go into 2.2 l"
    packer.scan("TEE")
    assert packer.scan("S") == "Carton S. Still to check: 2 × MUG."
    packer.scan("!box", 235)
    packer.scan("MUG", 2)
    packer.scan("!close", 1000)
    assert [parcel.carton for parcel in packer.page.context["closed"]] == ["S", "S"], "two mugs fit the small one too"


def test_a_manager_defines_and_retires_cartons_and_the_floor_does_not(
    packer: Packer,
    browser: Callable[..., Client],
) -> None:
    manager = browser("warehouse_manager")
    form = {
        "node": "BER",
        "code": "M",
        "name": "Medium",
        "length": "300",
        "width": "200",
        "height": "150",
        "tare": "160",
        "most": "0",
    }
    manager.post("/packing/cartons", form)
    assert cartons(packer.shop.tenant_id)["M"] == Carton("M", "Medium", 300, 200, 150, 160, 0)
    manager.post("/packing/cartons", form | {"length": "wide"})
    assert cartons(packer.shop.tenant_id)["M"].length_mm == 300
    manager.post("/packing/cartons", {"code": "M", "retire": "1"})
    assert cartons(packer.shop.tenant_id) == {}
    assert packer.client.post("/packing/cartons", form).status_code == 403


def test_the_station_opens_to_those_who_pack_and_asks_for_a_bench_first(packer: Packer, browser: Callable[..., Client]) -> None:
    assert browser("order_desk").get("/packing").status_code == 403
    fresh = browser("floor").get("/packing")
    assert next(bench.code for bench in fresh.context["benches"]) == "PACK-01"
    assert "T-R1" in fresh.content.decode(), "the totes that wait are shown"
    assert packer.client.get("/packing?bench").status_code == 200
    assert packer.client.post("/packing/parcels/1/unpack").status_code == 404


def test_a_badge_nobody_has_and_an_id_that_is_none_are_refused_kindly(packer: Packer) -> None:
    answer = packer.client.post("/packing/open", {"node": "BER", "bench": "PACK-01", "badge": "NOBODY"}, follow=True)
    assert "no badge NOBODY" in answer.content.decode()
    assert "it is not a UUID" in packer.scan("MUG", scan_id="7")
    assert packer.scan(" ").startswith("text: nothing was scanned") or "nothing was scanned" in said(packer.page)
    assert not packer.scan("'; DROP TABLE wms_scan; -- <b>Ωмега 東京</b>").startswith("Traceback")
    assert "<b>" not in packer.page.content.decode().split("pack-desk")[0].replace("<b>R", "")
