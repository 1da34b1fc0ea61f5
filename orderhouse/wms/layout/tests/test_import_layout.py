from __future__ import annotations

from dataclasses import replace

import pytest

from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.layout.import_layout import LocationInUse, import_layout
from orderhouse.wms.layout.make_layout import make_layout
from orderhouse.wms.layout.queries import locations, place_codes, site_geometry
from orderhouse.wms.layout.rules import LayoutRefused, read_layout
from orderhouse.wms.stock.tests.floor import Floor

HEADER = "kind,code,zone,aisle,x,y,level,pick_order,capacity_units,capacity_grams\n"
SITE = HEADER + "depot,,,,0,0,,,,\ncross_aisle,,,,,0,,,,\ncross_aisle,,,,,20,,,,\n"


def refused(text: str | bytes) -> LayoutRefused:
    with pytest.raises(LayoutRefused) as caught:
        read_layout(text)
    return caught.value


def test_a_made_layout_is_a_walkable_two_block_building() -> None:
    layout = read_layout(make_layout(aisles=4, blocks=2, bins_per_side=5, levels=3, docks=2, staging=1, pack_benches=3, zones=2))
    bins = [place for place in layout.places.values() if place.kind == "bin"]
    assert len(bins) == 4 * 2 * 5 * 2 * 3
    assert layout.geometry.blocks == 2
    assert layout.geometry.aisles == (0.0, 5.0, 10.0, 15.0)
    for place in bins:
        assert place.aisle is not None
        layout.geometry.check((place.aisle, place.y))
    assert {place.zone for place in bins} == {"A", "B"}
    kinds = [place.kind for place in layout.places.values() if place.kind != "bin"]
    assert (kinds.count("dock"), kinds.count("staging"), kinds.count("pack_bench")) == (2, 1, 3)


def test_bins_without_a_pick_order_are_numbered_along_an_s_shape() -> None:
    rows = "".join(f"bin,{aisle}-{y},,{aisle},{aisle * 5},{y},0,,,\n" for aisle in (1, 2) for y in (2, 9, 17))
    places = read_layout(SITE + rows).places
    walked = sorted((place for place in places.values()), key=lambda place: place.pick_order)
    assert [place.code for place in walked] == ["1-2", "1-9", "1-17", "2-17", "2-9", "2-2"]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("shelf,A1,,1,0,5,0,,,", "kind", "'shelf' is no kind of place"),
        ("bin,,,1,0,5,0,,,", "code", "a bin needs its code"),
        ("bin,A1,,,0,5,0,,,", "aisle", "a bin needs its aisle"),
        ("bin,A1,,one,0,5,0,,,", "aisle", "'one' is not a whole number"),
        ("bin,A1,,1,zero,5,0,,,", "x", "'zero' is not a number"),
        ("bin,A1,,1,0,nan,0,,,", "y", "'nan' is not a number"),
        ("bin,A1,,1,0,1e400,0,,,", "y", "is not a number"),
        ("bin,A1,,1,0,25,0,,,", "y", "25 m lies beyond the cross aisles"),
        ("bin,A1,,1,0,5,0,,0,", "capacity_units", "'0' is not a whole number from 1"),
        ("bin,A1,,1,0,5,0,,,-3", "capacity_grams", "'-3' is not a whole number from 1"),
        (f"bin,{'A' * 33},,1,0,5,0,,,", "code", "is not 1 to 32 printable characters"),
        ("bin,A1,,1,0,5,0,,", "capacity_grams", "the row has 9 of 10 fields"),
        ("bin,OK,,1,0,6,0,,,", "code", "OK stands in row 5 already"),
    ],
)
def test_a_bad_row_is_refused_by_row_and_column_with_a_remedy(row: str, column: str, said: str) -> None:
    refusal = refused(SITE + "bin,OK,,1,0,5,0,,,\n" + row + "\n")
    assert (refusal.facts["row"], refusal.facts["column"]) == (6, column)
    assert said in str(refusal)
    assert refusal.how_to_mend.endswith("Nothing was imported.")


def test_a_file_with_many_faults_names_them_all_up_to_twenty() -> None:
    refusal = refused(SITE + "".join(f"shelf,A{n},,1,0,5,0,,,\n" for n in range(40)))
    assert len(refusal.facts["problems"]) == 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        (SITE + "bin,A1,,1,0,5,0,,,", "the last row does not end"),
        (SITE + 'bin,"A1,,1,0,5,0,,,\n', "cannot be read"),
        (b"\xff\xfe\x00binary", "not UTF-8 text"),
        ("kind\x00,code\n", "binary data"),
        ("kind,code,aisle,x\n", "the column is missing"),
        ("kind,code,aisle,x,y,colour\n", "there is no such column"),
        ("kind,code,aisle,x,y,y\n", "the column stands twice"),
        (SITE, "there is no bin in the file"),
        (HEADER + "bin,A1,,1,0,5,0,,,\n", "fewer than two cross aisles"),
        (SITE.replace("depot,,,,0,0,,,,\n", "") + "bin,A1,,1,0,5,0,,,\n", "there are 0 depots"),
        (SITE + "bin,A1,,1,0,5,0,,,\nbin,A2,,2,0,5,0,,,\n", "aisle 1 runs where another does"),
        ("x" * (32 * 1024 * 1024 + 1), "larger than 32 MB"),
        (SITE + "bin," + "9" * 200_000 + ",,1,0,5,0,,,\n", "cannot be read"),
    ],
)
def test_a_broken_file_is_refused_cleanly(text: str | bytes, said: str) -> None:
    assert said in str(refused(text))


def test_nothing_of_a_refused_file_is_imported(floor: Floor) -> None:
    before = floor.value("SELECT count(*) FROM wms_location WHERE tenant_id = %s")
    with pytest.raises(LayoutRefused):
        import_layout(by=floor.by, node_code="BER", text=make_layout(aisles=3) + "shelf,X,,,,,,,,\n")
    assert floor.value("SELECT count(*) FROM wms_location WHERE tenant_id = %s") == before


def test_importing_the_same_file_again_changes_nothing(floor: Floor) -> None:
    text = make_layout(aisles=2, blocks=2, bins_per_side=3, levels=2, docks=2, capacity_units=100, capacity_grams=50_000)
    again = import_layout(by=floor.by, node_code="BER", text=text)
    assert (again.added, again.changed, again.closed) == (0, 0, 0)
    assert again.locations == 2 * 2 * 3 * 2 * 2 + 2 + 2 + 4


def test_a_new_file_changes_places_by_code_and_closes_those_it_leaves_out(floor: Floor) -> None:
    kept = floor.bin("01-001-1")
    text = make_layout(aisles=1, blocks=2, bins_per_side=3, levels=2, docks=2, capacity_units=7, capacity_grams=50_000)
    done = import_layout(by=floor.by, node_code="BER", text=text)
    assert done.closed == 24
    assert floor.bin("01-001-1") == replace(kept, capacity_units=7)
    assert not floor.bin("02-001-1").active
    import_layout(by=floor.by, node_code="BER", text=make_layout(aisles=2, blocks=2, bins_per_side=3, levels=2, docks=2))
    assert floor.bin("02-001-1").active


def test_a_bin_that_holds_stock_cannot_disappear(floor: Floor) -> None:
    floor.receive("TEA", 12)
    floor.stow("02-003-1")
    with pytest.raises(LocationInUse, match="02-003-1 is not in the file, but 12 units lie there") as caught:
        import_layout(by=floor.by, node_code="BER", text=make_layout(aisles=1, bins_per_side=3, levels=2))
    assert "02-003-1" in caught.value.how_to_mend
    assert floor.bin("02-001-1").active


def test_a_bin_that_goods_are_on_their_way_to_cannot_disappear(floor: Floor) -> None:
    floor.receive("TEA", 12)
    floor.stow("01-001-1")
    floor.receive("TEA", 3)
    text = make_layout(aisles=2, blocks=2, bins_per_side=3, levels=2, docks=2).replace("dock,DOCK-01", "staging,DOCK-01")
    with pytest.raises(LayoutRefused, match="DOCK-01 is a dock and 3 units lie there"):
        import_layout(by=floor.by, node_code="BER", text=text)


def test_an_unknown_node_has_no_layout(floor: Floor) -> None:
    with pytest.raises(NotFound):
        import_layout(by=floor.by, node_code="MUC", text=make_layout())


def test_places_and_geometry_are_found_again(floor: Floor) -> None:
    with unit_of_work(floor.tenant_id):
        known = locations(floor.tenant_id, floor.node_id)
        assert site_geometry(floor.tenant_id, floor.node_id).aisles == (0.0, 5.0)
        assert place_codes(floor.tenant_id, list(known)) == {place.id: place.code for place in known.values()}
    assert len(known) == 48 + 8
