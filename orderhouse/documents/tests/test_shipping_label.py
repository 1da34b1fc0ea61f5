from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.documents.barcode_images import Symbology
from orderhouse.documents.label_marks import DOTS_PER_MM, code128_data
from orderhouse.documents.shipping_label import LabelContent, render_pdf, render_pdfs, render_zpl
from orderhouse.documents.tests.rasters import decode, pages, words
from orderhouse.documents.tests.thermal_printer import code_words, print_label
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import make_sscc

SSCC = make_sscc(company_prefix="0614141", serial=1234567)
CONTENT = LabelContent(
    ship_from=("Orderhouse East", "1200 Commerce Park Dr", "Columbus OH 43215"),
    ship_to=("Łucja Żółć-O’Brien", "Café Søren", "742 Evergreen Terrace, Apt. 5", "Springfield IL 62704-1234", "United States"),
    carrier="UPS",
    service="Ground Residential",
    tracking="1Z999AA10123456784",
    sscc=SSCC,
    order_number="SO-2026-000184",
    weight_grams=2350,
    parcel_number=1,
    parcel_count=2,
    ship_date=date(2026, 11, 3),
)
BOTH = {"]C1": f"00{SSCC}", "]C0": CONTENT.tracking}


def test_the_pdf_is_one_page_of_four_by_six_inches_whose_barcodes_decode() -> None:
    (page,) = pages(render_pdf(CONTENT))
    assert page.shape == (1218, 812)
    assert decode(page) == BOTH


def test_the_pdf_says_what_a_person_needs() -> None:
    (said,) = words(render_pdf(CONTENT))
    for expected in ("Łucja", "Café Søren", "Springfield IL 62704-1234", "UPS", "1 of 2", "2026-11-03", "2.35 kg / 5.2 lb"):
        assert expected in said
    assert f"(00){SSCC}" in said
    assert "SO-2026-000184" in said


@pytest.mark.parametrize("dpi", [152, 203, 300])
def test_the_printed_zpl_decodes_at_every_resolution(dpi: int) -> None:
    printed = print_label(render_zpl(CONTENT, dpi=dpi))
    scale = DOTS_PER_MM[dpi]
    assert printed.dots.shape == (int(152.4 * scale), int(101.6 * scale))
    assert decode(printed.image) == BOTH


def test_the_zpl_field_data_is_the_sscc_after_fnc1() -> None:
    (data,) = re.findall(r"\^BCN,256,N,N,N,N\^FH_\^FD([^^]*)\^FS", render_zpl(CONTENT))
    assert data == f">;>800{SSCC}"
    pairs = [int(SSCC[i : i + 2]) for i in range(0, 18, 2)]
    assert code_words(data)[:-1] == [105, 102, 0, *pairs]  # start C, FNC1, identifier 00, the digits in pairs


def test_the_logistic_symbol_keeps_the_sizes_gs1_asks_for() -> None:
    """Bars at least 31.75 mm high, narrow bars at least 0.495 mm, ten modules quiet on both sides."""
    for dpi, scale in DOTS_PER_MM.items():
        printed = print_label(render_zpl(CONTENT, dpi=dpi))
        (x, y), _ = max(printed.symbols.items(), key=lambda item: item[0][1])
        row = printed.dots[y]
        dark = np.flatnonzero(row)
        module = (dark[-1] - dark[0] + 1) / 156
        assert module / scale >= 0.495
        assert min(x, len(row) - 1 - dark[-1]) >= 10 * module
        column = printed.dots[y:, x]
        assert int(np.argmin(column)) / scale >= 31.75


def test_no_text_leaves_its_field_in_zpl() -> None:
    hostile = "^XZ~JR^FS^FO0,0_5E\\&\x00\r\n\x1b>:東京"
    printed = print_label(render_zpl(replace(CONTENT, ship_to=(hostile,), service=hostile, order_number=hostile)))
    assert [text for text in printed.texts.values() if "東京" in text] == [
        "^XZ~JR^FS^FO0,0_5E\\&  >:東京",
        "^XZ~JR^FS^FO0,0_5E/&  >:東京",  # the service stands in a field block, where a backslash is a command
        "^XZ~JR^FS^FO0,0_5E\\&  >:東京",
    ]
    assert decode(printed.image) == BOTH


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.text(max_size=40))
def test_any_address_prints_on_both_and_spoils_no_barcode_field(line: str, service: str) -> None:
    content = replace(CONTENT, ship_to=("Ann", line), service=service)
    zpl = render_zpl(content)
    assert zpl.count("^XA") == zpl.count("^XZ") == 1
    assert set(re.findall(r"[~^][A-Z@]?[A-Z0-9]?", zpl)) <= set(re.findall(r"[~^][A-Z@]?[A-Z0-9]?", render_zpl(CONTENT)))
    assert [words[1] for words in print_label(zpl).symbols.values()][-1] == 102
    assert render_pdf(content).startswith(b"%PDF")


@settings(max_examples=300)
@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40))
def test_code_128_data_encodes_the_text_in_the_characters_it_counts(text: str) -> None:
    data, symbols = code128_data(Symbology.CODE_128, text)
    encoded = code_words(data)
    assert len(encoded) == symbols
    read, in_c = "", encoded[0] == 105
    for word in encoded[1:-1]:
        if in_c and word == 100:
            in_c = False
        else:
            read += f"{word:02d}" if in_c else chr(word + 32)
    assert read == text


@pytest.mark.parametrize(
    "tracking", ["9400111899223100000000", "TBA123456789012", "123456789", "7", "A^B~C>D_E", "00340434161094042557"]
)
def test_trackings_of_every_shape_scan_from_both(tracking: str) -> None:
    content = replace(CONTENT, tracking=tracking)
    assert decode(print_label(render_zpl(content)).image)["]C0"] == tracking
    assert decode(pages(render_pdf(content))[0])["]C0"] == tracking


def test_many_labels_make_one_pdf_with_a_page_each() -> None:
    numbers = [make_sscc(company_prefix="0614141", serial=n) for n in range(3)]
    sheets = pages(render_pdfs(replace(CONTENT, sscc=number) for number in numbers))
    assert [decode(sheet)["]C1"] for sheet in sheets] == [f"00{number}" for number in numbers]


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render_pdf(CONTENT) == render_pdf(CONTENT)
    assert render_zpl(CONTENT) == render_zpl(CONTENT)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"sscc": SSCC[:-1] + str((int(SSCC[-1]) + 1) % 10)}, "sscc"),
        ({"sscc": "123"}, "sscc"),
        ({"tracking": ""}, "tracking"),
        ({"tracking": "追跡"}, "tracking"),
        ({"tracking": "A" * 60}, "tracking"),
        ({"ship_to": ()}, "ship_to"),
        ({"ship_to": ("x",) * 8}, "ship_to"),
    ],
)
def test_a_label_that_could_not_be_delivered_is_refused(wrong: dict[str, object], field: str) -> None:
    content = replace(CONTENT, **wrong)  # type: ignore[arg-type]
    for render in (render_zpl, render_pdf):
        with pytest.raises(InvalidInput) as refused:
            render(content)
        assert refused.value.field == field


def test_an_unknown_resolution_is_refused() -> None:
    with pytest.raises(InvalidInput, match="96 is not one of"):
        render_zpl(CONTENT, dpi=96)
