"""The catalog is defined in batches and corrected by its codes."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from decimal import Decimal
from typing import Any

import pytest

from orderhouse.catalog.define_items import BarcodeTaken, BaseUnitFixed, ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.catalog.define_owners import OwnerDefinition, define_owners
from orderhouse.catalog.queries import items, items_by_barcode, items_by_sku, node_by_code, nodes, owner_by_code
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel.errors import InvalidInput, NotFound

CUP = ItemDefinition("OWN", "CUP", "Cup", weight_grams=250, price=Decimal("4.5"), currency="GBP")
MAIN = NodeDefinition("MAIN", "Daventry", "warehouse", "GB", 52.26, -1.16, time_zone="Europe/London", cutoff_time=time(15, 30))


def test_thousands_of_items_are_defined_at_once_and_again_with_the_same_ids(business: Any) -> None:
    batch = [replace(CUP, sku=f"S{n}", barcodes={f"B{n}": 1, f"C{n}": 12}, packs={"case": 12}) for n in range(2000)]
    first = define_items(by=business.by, items=batch)
    assert define_items(by=business.by, items=[replace(item, weight_grams=300) for item in batch]) == first
    with unit_of_work(business.tenant_id):
        assert items_by_barcode(business.tenant_id, ["C7", "S9"]) == {"C7": (first["S7"], 12), "S9": (first["S9"], 1)}
        assert {item.weight_grams for item in items(business.tenant_id, first.values()).values()} == {300}
        packs = fetch_all("SELECT count(*), min(quantity) FROM catalog_pack WHERE tenant_id = %s", (business.tenant_id,))
    assert packs == [(2000, 12)]


def test_two_owners_may_use_the_same_sku(business: Any) -> None:
    define_owners(by=business.by, owners=[OwnerDefinition("CLIENT", "A client")])
    ours = define_items(by=business.by, items=[CUP])
    theirs = define_items(by=business.by, items=[replace(CUP, owner="CLIENT")])
    assert ours["CUP"] != theirs["CUP"]
    with unit_of_work(business.tenant_id):
        client = owner_by_code(business.tenant_id, "CLIENT").id
        assert items_by_sku(business.tenant_id, client, ["CUP"])["CUP"].id == theirs["CUP"]


def test_a_gtin_is_kept_as_14_digits_however_it_is_printed(business: Any) -> None:
    ids = define_items(by=business.by, items=[replace(CUP, barcodes={"4006381333931": 1, "4006381333932": 1})])
    with unit_of_work(business.tenant_id):
        found = items_by_barcode(business.tenant_id, ["04006381333931", "4006381333932"])
    assert found == {"04006381333931": (ids["CUP"], 1), "4006381333932": (ids["CUP"], 1)}  # the second is no GTIN: as printed


def test_a_barcode_stands_for_one_item(business: Any) -> None:
    define_items(by=business.by, items=[replace(CUP, barcodes={"X1": 1})])
    with pytest.raises(BarcodeTaken, match="X1 already stands for CUP"):
        define_items(by=business.by, items=[replace(CUP, sku="TEA", barcodes={"X1": 1})])
    with pytest.raises(BarcodeTaken):
        define_items(by=business.by, items=[replace(CUP, sku=sku, barcodes={"X2": 1}) for sku in ("TEA", "POT")])
    with unit_of_work(business.tenant_id):
        assert items_by_sku(business.tenant_id, business.owner_id, ["TEA", "POT"]) == {}
    define_items(by=business.by, items=[replace(CUP, barcodes={"X1": 6})])
    with unit_of_work(business.tenant_id):
        assert items_by_barcode(business.tenant_id, ["X1"])["X1"][1] == 6


def test_the_base_unit_of_an_item_stays(business: Any) -> None:
    define_items(by=business.by, items=[CUP])
    with pytest.raises(BaseUnitFixed, match="CUP is counted in each and cannot change to gram"):
        define_items(by=business.by, items=[replace(CUP, base_unit="gram", name="Sugar")])
    with unit_of_work(business.tenant_id):
        assert items_by_sku(business.tenant_id, business.owner_id, ["CUP"])["CUP"].name == "Cup"


@pytest.mark.parametrize(
    "changes",
    [
        {"sku": ""},
        {"sku": " CUP"},
        {"name": ""},
        {"base_unit": "dozen"},
        {"weight_grams": -1},
        {"price": Decimal(-1)},
        {"currency": "gbp"},
        {"packs": {"case": 1}},
        {"barcodes": {"X": 0}},
        {"barcodes": {"": 1}},
    ],
)
def test_an_item_that_cannot_be_right_is_refused_whole(business: Any, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        define_items(by=business.by, items=[replace(CUP, sku="POT"), replace(CUP, **changes)])
    with unit_of_work(business.tenant_id):
        assert items_by_sku(business.tenant_id, business.owner_id, ["POT"]) == {}


def test_an_item_needs_a_known_owner_and_stands_once(business: Any) -> None:
    with pytest.raises(NotFound):
        define_items(by=business.by, items=[replace(CUP, owner="NOBODY")])
    with pytest.raises(InvalidInput):
        define_items(by=business.by, items=[CUP, CUP])


def test_a_node_is_corrected_by_its_code(business: Any) -> None:
    first = define_nodes(
        by=business.by, nodes=[MAIN, replace(MAIN, code="NORTH", countries_served=["GB", "IE"], lines_per_day=900)]
    )
    assert define_nodes(by=business.by, nodes=[replace(MAIN, handling_per_parcel=45)])["MAIN"] == first["MAIN"]
    with unit_of_work(business.tenant_id):
        assert len(nodes(business.tenant_id)) == 2
        main, north = (node_by_code(business.tenant_id, code) for code in ("MAIN", "NORTH"))
    assert (main.handling_per_parcel, main.cutoff_time, main.countries_served) == (45, time(15, 30), None)
    assert (north.lines_per_day, list(north.countries_served or [])) == (900, ["GB", "IE"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "A B"}, "code"),
        ({"kind": "shed"}, "kind"),
        ({"country": "gb"}, "country"),
        ({"latitude": 91.0}, "latitude"),
        ({"time_zone": "Europe/Nowhere"}, "time_zone"),
        ({"working_days": "11111"}, "working_days"),
        ({"lines_per_day": 0}, "lines_per_day"),
        ({"countries_served": ["Britain"]}, "countries_served"),
        ({"handling_per_line": -1}, "handling_per_parcel"),
    ],
)
def test_a_node_that_cannot_be_right_is_refused(business: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        define_nodes(by=business.by, nodes=[replace(MAIN, **changes)])
    assert refusal.value.field == field
