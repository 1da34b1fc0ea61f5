from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from orderhouse.documents.manifest import Manifest, ManifestParcel, render_manifest
from orderhouse.documents.packing_slip import PackingSlip, SlipLine, render_packing_slips
from orderhouse.documents.pick_list import PickList, PickStop, render_pick_lists
from orderhouse.documents.tests.rasters import decode, pages, words
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import make_sscc

NODE = ("Orderhouse East", "1200 Commerce Park Dr", "Columbus OH 43215")
AT = datetime(2026, 11, 3, 14, 5, tzinfo=UTC)
SLIP = PackingSlip(
    order_number="SO-2026-000184",
    ship_from=NODE,
    ship_to=("Łucja Żółć", "742 Evergreen Terrace", "Springfield IL 62704"),
    order_date=date(2026, 11, 1),
    ship_date=date(2026, 11, 3),
    carrier="UPS",
    service="Ground",
    tracking="1Z999AA10123456784",
    parcel_number=1,
    parcel_count=2,
    lines=(
        SlipLine("BRK-1000", "Brake pad set", 3, 2, 1),
        SlipLine("OIL-5", "Öl 5W-30", 1200, 1200, unit="ml", tracked="24A17"),
    ),
    message="Thank you.\nKeep this slip.",
)


def tour(stops: int) -> PickList:
    return PickList(
        number="PT-000912",
        wave="W-4",
        zone="Ambient",
        picker="Dana R.",
        planned_at=AT,
        walk_meters=412.4,
        stops=tuple(
            PickStop(n, f"A-{n:03d}", f"SKU-{n:04d}", "Filter with a long name " * 4, n, f"T-{n % 8}")
            for n in range(1, stops + 1)
        ),
    )


def test_a_packing_slip_says_what_is_in_the_parcel_and_what_follows() -> None:
    (said,) = words(render_packing_slips([SLIP]))
    for expected in ("Order SO-2026-000184", "Łucja", "BRK-1000", "1,200 ml", "24A17", "Units to follow", "Keep this slip."):
        assert expected in said
    assert "Page 1 of 1" in said


def test_its_order_number_scans_from_the_paper() -> None:
    assert decode(pages(render_packing_slips([SLIP]), dpi=300)[0]) == {"]C0": "SO-2026-000184"}


def test_an_order_number_no_bar_code_holds_still_gets_a_slip() -> None:
    for number in ("注文-17", "N" * 90, ""):
        (page,) = pages(render_packing_slips([replace(SLIP, order_number=number)]))
        assert decode(page) == {}


def test_slips_of_one_batch_count_their_own_pages() -> None:
    long = replace(SLIP, lines=SLIP.lines * 40)
    said = words(render_packing_slips([SLIP, long, SLIP]))
    last = len(said) - 2
    assert last > 1
    assert [f"Page {n} of {of}" in page for page, (n, of) in zip(said, _counts([1, last, 1]), strict=True)] == [True] * len(said)


def test_a_pick_list_keeps_the_walking_order_over_its_pages() -> None:
    said = "\n".join(words(render_pick_lists([tour(120)])))
    places = [said.index(f"A-{n:03d}") for n in range(1, 121)]
    assert places == sorted(places)
    assert "7,260" in said  # units: the sum of 1 to 120
    assert "412 m" in said
    assert said.count("QUANTITY") > 2  # the heading stands again on every page


def test_a_manifest_sums_its_parcels_and_asks_for_a_signature() -> None:
    parcels = tuple(
        ManifestParcel(make_sscc(company_prefix="0614141", serial=n), f"1Z{n:08d}", f"SO-{n}", "Ground", "43215", "US", 1000 + n)
        for n in range(1, 101)
    )
    said = "\n".join(words(render_manifest(Manifest("MF-1", "UPS", "A1", NODE, "Dock 4", AT, parcels), paper="a4")))
    assert "105.05 kg" in said
    assert all(parcel.sscc in said for parcel in parcels)
    assert "DRIVER" in said


def test_no_mark_leaves_the_paper() -> None:
    """The outer 9 mm of every page stay white, whatever the length of the texts."""
    crowded = replace(
        SLIP, ship_to=("W" * 200,) * 5, lines=(SlipLine("S" * 99, "D" * 300, 9**9, 9**9, 9**9, "u" * 50, "L" * 90),) * 60
    )
    for page in pages(render_packing_slips([crowded]) + b"", dpi=72):
        inside = page.copy()
        inside[26:-26, 26:-26] = 255
        assert (inside == 255).all()


def test_an_unknown_paper_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        render_packing_slips([SLIP], paper="foolscap")
    assert refused.value.field == "paper"


def test_the_same_slip_gives_the_same_bytes() -> None:
    assert render_packing_slips([SLIP]) == render_packing_slips([SLIP])


def _counts(documents: list[int]) -> list[tuple[int, int]]:
    return [(n, of) for of in documents for n in range(1, of + 1)]
