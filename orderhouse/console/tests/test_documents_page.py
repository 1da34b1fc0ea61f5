"""Papers and labels from the documents page: they open, and their barcodes read back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from orderhouse.contract.messages import Address
from orderhouse.documents.tests.rasters import decode, pages, words
from orderhouse.documents.tests.thermal_printer import print_label
from orderhouse.people.define_badges import define_badges
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor, shop  # noqa: F401
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.stock.tests.floor import floor  # noqa: F401

A, B = "02-002-1", "01-001-1"
POLYGLOT = "Ωραία Ещё 東京 مرحبا Łódź <b>&"


@pytest.fixture
def desk(browser: Callable[..., Client]) -> Client:
    return browser("warehouse_manager")


def parcel_of(shop: ShippingFloor, number: str = "R1", name: str = "Ada Lovelace") -> tuple[int, str]:  # noqa: F811
    """A labelled parcel's id and SSCC."""
    shop.keep("MUG", (A, 20), weight_grams=300)
    shop.keep("TEE", (B, 20), weight_grams=150)
    shop.release(number, ("MUG", 2), ("TEE", 1), ship_to=Address(name, "DE", ("Hauptstr. 1",), "Berlin", "", "10115"))
    shop.wave()
    shop.pick(number)
    (parcel_id,) = shop.pack(number)
    assert print_labels(by=shop.by, parcel_ids=[parcel_id]).failed == ()
    ((sscc,),) = shop.rows("SELECT sscc FROM wms_parcel WHERE tenant_id = %s AND id = %s", parcel_id)
    return parcel_id, sscc


def test_a_shipping_label_is_a_pdf_a_zpl_and_a_picture_that_all_read_back(desk: Client, shop: ShippingFloor) -> None:  # noqa: F811
    parcel_id, sscc = parcel_of(shop)
    address = f"/documents/parcels/{parcel_id}/label"
    (page,) = pages(desk.get(address).content)
    zpl = desk.get(f"{address}?format=zpl")
    assert zpl.headers["Content-Disposition"] == f'attachment; filename="label-{sscc}.zpl"'
    printed = decode(print_label(zpl.content.decode()).image)
    assert decode(page) == printed
    assert printed["]C1"] == f"00{sscc}"
    picture = desk.get(f"{address}?preview")
    assert picture.headers["Content-Type"] == "image/svg+xml"
    assert "Ada Lovelace" in picture.content.decode()


def test_a_packing_slip_says_what_lies_in_its_parcel(desk: Client, shop: ShippingFloor) -> None:  # noqa: F811
    parcel_id, _sscc = parcel_of(shop)
    pdf = desk.get(f"/documents/parcels/{parcel_id}/slip?paper=a4").content
    (said,) = words(pdf)
    assert all(text in said for text in ("O-R1", "MUG", "TEE", "Ada Lovelace", "1 of 1"))
    assert "O-R1" in decode(pages(pdf)[0]).values()
    outbound = shop.id_of("R1")
    assert words(desk.get(f"/documents/orders/{outbound}/slips").content)[0].count("MUG") == 1


def test_a_name_no_face_draws_does_no_harm_and_is_said_honestly(desk: Client, shop: ShippingFloor) -> None:  # noqa: F811
    parcel_id, sscc = parcel_of(shop, name=POLYGLOT)
    answer = desk.get(f"/documents/parcels/{parcel_id}/label")
    assert "U+6771 U+4EAC" in answer.headers["X-Undrawable"]
    assert decode(pages(answer.content)[0])["]C1"] == f"00{sscc}"
    assert "raia Eshchyo ?? ????? Łódz <b>&" in words(answer.content)[0], "romanized, marked, never left out"
    zpl = desk.get(f"/documents/parcels/{parcel_id}/label?format=zpl").content.decode()
    assert zpl.isascii()
    assert any("東京" in text for text in print_label(zpl).texts.values()), "a printer with a wide face draws them"
    picture = desk.get(f"/documents/parcels/{parcel_id}/label?preview").content.decode()
    assert "東京" in picture
    assert "<b>" not in picture
    listed = desk.get("/documents?what=parcels").content.decode()
    assert "東京" in listed
    assert "The PDF shows ? for" in listed
    assert desk.get(f"/documents/parcels/{parcel_id}/slip").status_code == 200


def test_bin_labels_come_by_zone_or_code_on_a_roll_or_on_sheets(desk: Client, shop: ShippingFloor) -> None:  # noqa: F811
    one = desk.get(f"/documents/bins?q={A}").content
    assert set(decode(pages(one)[0]).values()) == {f"L.{A}"}
    aisle = pages(desk.get("/documents/bins?kind=bin&q=01-").content)
    sheets = pages(desk.get("/documents/bins?kind=bin&q=01-&layout=letter-10").content)
    assert len(sheets) == -(-len(aisle) // 10)
    found = {text for page in sheets for text in _all(page)}
    assert len(found) == len(aisle)
    assert all(text.startswith("L.01-") for text in found)
    zpl = desk.get(f"/documents/bins?q={A}&format=zpl").content.decode()
    assert set(decode(print_label(zpl).image).values()) == {f"L.{A}"}
    assert desk.get("/documents/bins?q=NOWHERE").status_code == 404
    assert desk.get("/documents/bins?layout=papyrus").status_code == 422
    assert "label" in desk.get("/documents?what=bins&q=01-").content.decode()


def test_totes_badges_items_and_receipts_have_their_labels(desk: Client, shop: ShippingFloor) -> None:  # noqa: F811
    shop.tote("T-17")
    define_badges(by=shop.by, badges={"B-7": "Ирина 東"})
    assert set(decode(pages(desk.get("/documents/totes?code=T-17").content)[0]).values()) == {"T.T-17"}
    badge = desk.get("/documents/badges?code=B-7")
    assert set(decode(pages(badge.content)[0]).values()) == {"B.B-7"}
    assert badge.headers["X-Undrawable"] == "U+6771"
    item = shop.item("JAR", tracks_lots=True, barcodes={"4006381333931": 1})
    assert list(decode(pages(desk.get(f"/documents/items?item={item}&copies=2").content)[1]).values()) == ["4006381333931"]
    receipt = shop.receive("JAR", 3, lot="L77", expires_on=date(2027, 3, 31))
    labels = pages(desk.get(f"/documents/receipts/{receipt}/labels").content, dpi=300)
    assert len(labels) == 3
    (read,) = decode(labels[0]).values()
    assert read.replace("\x1d", "") == "01040063813339311727033110L77"
    assert desk.get("/documents/receipts/1/labels").status_code == 404
    assert desk.get(f"/documents/items?item={item}&copies=0").status_code == 422


def test_a_tour_is_printed_for_the_day_the_scanners_are_down(desk: Client, shop: ShippingFloor) -> None:  # noqa: F811
    shop.keep("MUG", (A, 20))
    shop.release("R1", ("MUG", 2))
    shop.wave()
    (tour_id,) = shop.tour_ids()
    pdf = desk.get(f"/documents/tours/{tour_id}/pick-list?paper=a4").content
    (said,) = words(pdf)
    assert all(text in said for text in (A, "MUG", "slot 1"))
    assert decode(pages(pdf)[0])
    assert "Pick list" in desk.get("/documents?what=picks").content.decode()


def test_a_manifest_is_previewed_closed_and_printed(desk: Client, shop: ShippingFloor) -> None:  # noqa: F811
    _parcel, sscc = parcel_of(shop)
    before = desk.get("/documents?what=manifests").content.decode()
    assert "Close the manifest with 1 parcel" in before
    desk.post("/documents/manifests/close", {"node": "BER", "carrier": "own_fleet"})
    page = desk.get("/documents?what=manifests")
    (row,) = page.context["rows"]
    assert (row.parcels, page.context["waiting"]) == (1, [])
    pdf = desk.get(f"/documents/manifests/{row.id}").content
    (said,) = words(pdf)
    assert sscc in said
    assert row.number in decode(pages(pdf)[0]).values()


def test_a_truck_leaves_once_with_what_its_manifest_lists(desk: Client, shop: ShippingFloor) -> None:  # noqa: F811
    parcel_of(shop)
    desk.post("/documents/manifests/close", {"node": "BER", "carrier": "own_fleet"})
    (row,) = desk.get("/documents?what=manifests").context["rows"]
    assert row.parcels_here == 1
    said = desk.post(f"/documents/manifests/{row.id}/leave", follow=True).content.decode()
    assert f"1 parcel of {row.number} has left." in said
    assert shop.rows("SELECT state FROM wms_parcel WHERE tenant_id = %s") == [("shipped",)]
    again = desk.post(f"/documents/manifests/{row.id}/leave", follow=True).content.decode()
    assert "No parcel of this manifest stands at the dock any more." in again
    assert "Hand over" not in again


def test_every_tab_opens_for_who_may_see_the_floor_and_ids_of_others_do_not(
    desk: Client,
    shop: ShippingFloor,  # noqa: F811
    browser: Callable[..., Client],
) -> None:
    for tab in ("parcels", "picks", "bins", "items", "totes", "badges", "receipts", "manifests", "nonsense"):
        assert desk.get(f"/documents?what={tab}&q={POLYGLOT}").status_code == 200
    for path in ("parcels/1/label", "parcels/1/slip", "tours/1/pick-list", "manifests/1", "orders/1/slips"):
        assert desk.get(f"/documents/{path}").status_code == 404
    assert Client().get("/documents").status_code == 302
    assert browser("auditor").post("/documents/manifests/close", {"node": "BER", "carrier": "own_fleet"}).status_code == 403


def _all(page: object) -> set[str]:
    import zxingcpp

    return {code.text for code in zxingcpp.read_barcodes(page, text_mode=zxingcpp.TextMode.Plain)}
