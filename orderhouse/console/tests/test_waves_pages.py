"""Waves, the planner and the map as pages, on a small warehouse with orders that wait."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor
from orderhouse.wms.outbound.tests.shipping_floor import shop as shipping_floor  # noqa: F401
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.stock.tests.floor import floor  # noqa: F401
from orderhouse.wms.waves.queries import tours, waves


@pytest.fixture
def house(shipping_floor: ShippingFloor) -> ShippingFloor:  # noqa: F811
    shipping_floor.keep("MUG", ("01-001-1", 50), ("02-005-1", 50))
    shipping_floor.keep("TEE", ("02-011-1", 50))
    for n in range(5):
        shipping_floor.release(f"R{n}", ("MUG" if n % 2 else "TEE", 1 + n))
    return shipping_floor


@pytest.fixture
def manager(house: ShippingFloor, browser: Callable[..., Client]) -> Client:
    return browser("warehouse_manager")


def token(page: Any) -> str:
    return re.findall(r'name="token" value="([^"]+)"', page.content.decode())[0]


def preview(manager: Client, house: ShippingFloor, **terms: Any) -> Any:
    return manager.get(f"/waves/{house.node}/plan", {"preview": "1", "seconds": "0", "capacity": "2", **terms})


def test_a_preview_moves_nothing_and_release_makes_exactly_that_plan(manager: Client, house: ShippingFloor) -> None:
    page = preview(manager, house)
    shown = page.context["previews"][0]
    assert waves(house.tenant_id, house.node_id) == []
    assert f"Release {len(shown.walks)} tours" in page.content.decode()
    answer = manager.post(f"/waves/{house.node}/plan", {"token": token(page), "then": "release"})
    (wave,) = waves(house.tenant_id, house.node_id)
    assert answer["Location"] == f"/waves/{house.node}/{wave.number}"
    assert (wave.state, wave.orders, wave.meters) == ("released", 5, pytest.approx(shown.draft.meters))
    assert [tour.meters for tour in tours(house.tenant_id, wave_id=wave.id)] == pytest.approx([w.meters for w in shown.walks])
    house.pick()


def test_a_plan_of_a_floor_that_moved_is_shown_anew_with_what_changed(manager: Client, house: ShippingFloor) -> None:
    stale = token(preview(manager, house))
    house.cancel("R1")
    answer = manager.post(f"/waves/{house.node}/plan", {"token": stale, "then": "release", "preview": "1", "capacity": "3"})
    assert "1 of its 5 orders wait no longer" in unescape(answer.content.decode())
    assert answer.context["previews"][0].draft.orders == 4
    assert answer.context["given"]["capacity"] == "3"
    assert waves(house.tenant_id, house.node_id) == []


def test_two_ways_to_walk_stand_side_by_side(manager: Client, house: ShippingFloor) -> None:
    page = preview(manager, house, capacity="1", other_capacity="5")
    one, other = page.context["previews"]
    assert (len(one.walks), len(other.walks)) == (5, 1)
    assert page.context["shortest"] is other
    assert one.draft.saved_percent < other.draft.saved_percent


def test_what_cannot_be_picked_is_named_with_its_reason(manager: Client, house: ShippingFloor) -> None:
    house.item("CUP")
    house.receive("CUP", 3)
    house.release("DOCK", ("CUP", 2))
    house.release("MUCH", ("TEE", 99))
    said = preview(manager, house).content.decode()
    assert "stock is on the dock" in said
    assert "will be told short" in said


def test_a_choice_nothing_fits_and_a_cart_of_nothing_are_said(manager: Client, house: ShippingFloor) -> None:
    assert "No order fits this choice" in preview(manager, house, item="NO-SUCH").content.decode()
    assert "takes at least one order" in preview(manager, house, capacity="0").content.decode()


def test_an_altered_plan_is_not_made(manager: Client, house: ShippingFloor) -> None:
    manager.post(f"/waves/{house.node}/plan", {"token": token(preview(manager, house)) + "x", "then": "release"})
    assert waves(house.tenant_id, house.node_id) == []


def test_a_wave_is_assigned_released_taken_back_and_cancelled_on_its_page(manager: Client, house: ShippingFloor) -> None:
    define_badges(by=house.by, badges={"B-1": "Ada Byron"})
    manager.post(f"/waves/{house.node}/plan", {"token": token(preview(manager, house)), "then": "plan"})
    (wave,) = waves(house.tenant_id, house.node_id)
    at = f"/waves/{house.node}/{wave.number}"
    first, *_rest = tours(house.tenant_id, wave_id=wave.id)
    manager.post(f"{at}/tours/{first.id}/assign", {"badge": "B-1"})
    page = manager.get(at)
    assert f"Cancel and free {wave.units} units" in page.content.decode()
    assert page.context["tours_of_wave"][0][2] == "Ada Byron"
    manager.post(f"{at}/release")
    start_tour(by=house.by.__class__(house.by.tenant_id, "B-1", house.by.at), tour_id=first.id)
    assert manager.post(f"{at}/take-back")["Location"] == f"/waves/{house.node}/plan"
    assert [tour.id for tour in tours(house.tenant_id, wave_id=wave.id) if tour.state != "done"] == [first.id]
    manager.post(f"/waves/{house.node}/plan", {"token": token(preview(manager, house)), "then": "plan"})
    second = waves(house.tenant_id, house.node_id)[0]
    manager.post(f"/waves/{house.node}/{second.number}/cancel")
    assert waves(house.tenant_id, house.node_id)[0].state == "cancelled"
    assert {card.state for card, _, _ in manager.get(f"/waves/{house.node}").context["cards"]} == {"released", "cancelled"}


def test_who_only_looks_may_not_plan_or_release(house: ShippingFloor, browser: Callable[..., Client]) -> None:
    looks = browser("auditor")
    house.wave()
    (wave,) = waves(house.tenant_id, house.node_id)
    assert looks.get(f"/waves/{house.node}/{wave.number}").status_code == 200
    assert looks.get(f"/waves/{house.node}/plan").status_code == 403
    assert looks.post(f"/waves/{house.node}/{wave.number}/take-back").status_code == 403


def test_the_map_shows_every_bin_and_only_tells_what_changed(manager: Client, house: ShippingFloor) -> None:
    page = manager.get(f"/map/{house.node}")
    text = page.content.decode()
    assert text.count("data-bin=") >= page.context["bins"] > 0
    assert " style=" not in text
    state = json.loads(unescape(re.findall(r'data-state="([^"]*)"', text)[0]))
    assert len(state["cells"]) == page.context["bins"]
    house.wave()
    house.start()
    part = manager.get(f"/map/{house.node}", headers={"HX-Request": "true", "HX-Target": "live"}).content.decode()
    after = json.loads(unescape(re.findall(r'data-state="([^"]*)"', part)[0]))
    assert '<svg class="plan' not in part
    assert after["tours"][0]["walking"] is True
    assert after["cells"] == state["cells"]


def test_a_bin_tells_its_contents_and_is_asked_to_be_counted(manager: Client, house: ShippingFloor) -> None:
    panel = manager.get(f"/map/{house.node}/bin/02-011-1").content.decode()
    assert "TEE" in panel
    assert "Count this bin" in panel
    manager.post(f"/map/{house.node}/bin/02-011-1/count")
    assert "count (suspicion)" in manager.get(f"/map/{house.node}?bin=02-011-1").content.decode()
    digits = manager.get(f"/map/{house.node}?layer=count").context["painted"]
    assert next(step.bins for step in digits.steps if step.digit == "5") == 1
    assert "There is no location NOWHERE" in manager.get(f"/map/{house.node}?bin=NOWHERE").content.decode()


def test_a_search_finds_bins_by_code_and_by_item(manager: Client, house: ShippingFloor) -> None:
    assert {hit.code for hit in manager.get(f"/map/{house.node}?q=mug").context["hits"]} == {"01-001-1", "02-005-1"}
    assert {hit.code for hit in manager.get(f"/map/{house.node}?item=TEE").context["hits"]} == {"02-011-1"}
    assert all(hit.code.startswith("02-01") for hit in manager.get(f"/map/{house.node}?q=02-01").context["hits"])
    assert manager.get(f"/map/{house.node}?q=%25").context["hits"] == []


@pytest.mark.parametrize("layer", ["fill", "heat", "age", "expiry", "count"])
def test_the_table_behind_the_map_has_the_rows_a_legend_counts(manager: Client, house: ShippingFloor, layer: str) -> None:
    page = manager.get(f"/map/{house.node}?layer={layer}&as=table")
    for step in page.context["painted"].steps:
        assert manager.get(f"/map/{house.node}?layer={layer}&as=table&step={step.digit}").context["of"] == step.bins


def test_a_store_without_bins_says_what_would_be_drawn(manager: Client, house: ShippingFloor) -> None:
    define_nodes(
        by=house.by,
        nodes=[NodeDefinition(code="SHOP", name="Corner shop", kind="store", country="DE", latitude=52.5, longitude=13.4)],
    )
    page = manager.get("/map/SHOP")
    assert page.status_code == 200
    assert "Corner shop keeps no bins" in page.content.decode()
    assert manager.get("/waves/SHOP").status_code == 200
