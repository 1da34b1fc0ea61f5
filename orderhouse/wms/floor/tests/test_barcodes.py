from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.identifiers import check_digit, make_sscc
from orderhouse.wms.floor import barcodes
from orderhouse.wms.floor.barcodes import MAX_LENGTH, PREFIXES, Scan, ScanKind, UnreadableScan, label_text, read

GTIN = "09506000134352"
SSCC = make_sscc(company_prefix="0614141", serial=1234567)
GS = "\x1d"


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("L.A-12-03", ScanKind.LOCATION, "A-12-03"),
        ("T.0042", ScanKind.TOTE, "0042"),
        ("B.d4na", ScanKind.BADGE, "d4na"),
        ("C.7", ScanKind.CART, "7"),
        ("\x02L.A-12-03\x03\r\n", ScanKind.LOCATION, "A-12-03"),
        ("]C0L.A-12-03", ScanKind.LOCATION, "A-12-03"),
        ("]d1T.Fläche 9", ScanKind.TOTE, "Fläche 9"),
    ],
)
def test_our_own_labels_name_their_kind(text: str, kind: ScanKind, value: str) -> None:
    assert read(text) == Scan(kind, value, raw=text)


@pytest.mark.parametrize(
    "text",
    [
        "9506000134352",
        "09506000134352",
        "]E09506000134352",
        "]I109506000134352",
        "]E3950600013435212",
        "0109506000134352",
        "]C10109506000134352",
        "]d20109506000134352",
        "]d2" + GS + "0109506000134352",
        "]Q30109506000134352",
        "]e00109506000134352",
        "(01)09506000134352",
        "(01) 09506000134352",
        "https://id.gs1.org/01/09506000134352",
        "HTTPS://example.com/shop/p/01/9506000134352?utm=x",
        "]Q1https://id.gs1.org/01/9506000134352",
    ],
)
def test_one_gtin_in_every_dress_is_one_scan(text: str) -> None:
    assert read(text) == Scan(ScanKind.GTIN, GTIN, gtin=GTIN, raw=text)


@pytest.mark.parametrize(
    ("text", "symbology", "gtin"),
    [
        ("96385074", None, "00000096385074"),
        ("]E496385074", None, "00000096385074"),
        ("036000291452", None, "00036000291452"),
        ("0036000291452", "]E0", "00036000291452"),
        ("01234565", "UPC-E", "00012345000065"),
        ("96385074", "ean_8", "00000096385074"),
    ],
)
def test_short_retail_symbols_fill_up_to_fourteen_digits(text: str, symbology: str | None, gtin: str) -> None:
    assert read(text, symbology=symbology).gtin == gtin


def test_a_full_element_string_gives_all_its_parts() -> None:
    text = f"]C101{GTIN}10LOT/7{GS}17261231{GS}21S-99{GS}3024"
    assert read(text) == Scan(ScanKind.GTIN, GTIN, GTIN, "LOT/7", "S-99", date(2026, 12, 31), 24, text)


@pytest.mark.parametrize("separator", [GS, "<GS>", "{GS}", "␝"])
def test_a_wedge_may_spell_the_separator(separator: str) -> None:
    scan = read(f"01{GTIN}10LOT{separator}17261200")
    assert (scan.lot, scan.expires_on) == ("LOT", date(2026, 12, 31))


def test_best_before_stands_in_for_a_missing_expiry_only() -> None:
    assert read(f"(01){GTIN}(15)270131").expires_on == date(2027, 1, 31)
    assert read(f"(01){GTIN}(15)270131(17)270228").expires_on == date(2027, 2, 28)


def test_a_digital_link_carries_lot_serial_and_expiry() -> None:
    scan = read("https://brand.example/01/9506000134352/10/AB%2FC/21/77?17=261231")
    assert (scan.kind, scan.gtin, scan.lot, scan.serial) == (ScanKind.GTIN, GTIN, "AB/C", "77")
    assert scan.expires_on == date(2026, 12, 31)


@pytest.mark.parametrize("text", [SSCC, f"00{SSCC}", f"]C100{SSCC}", f"(00){SSCC}", f"https://id.gs1.org/00/{SSCC}"])
def test_an_sscc_in_every_dress_is_one_scan(text: str) -> None:
    assert read(text) == Scan(ScanKind.SSCC, SSCC, raw=text)


def test_a_pallet_label_names_its_contents_and_count() -> None:
    scan = read(f"]C100{SSCC}02{GTIN}3748")
    assert (scan.kind, scan.value, scan.gtin, scan.quantity) == (ScanKind.SSCC, SSCC, GTIN, 48)


def test_a_second_label_with_a_lot_alone_is_text_that_knows_its_lot() -> None:
    scan = read("]C110LOT7")
    assert (scan.kind, scan.value, scan.lot) == (ScanKind.TEXT, "LOT7", "LOT7")


@pytest.mark.parametrize(
    "text", ["ACME-1", "A-12-03", "10LOT", "9506000134353", "(555) 123-4567", "https://example.com/help", "l.a", "SO-2026-1"]
)
def test_what_no_standard_claims_is_left_to_the_flow_as_text(text: str) -> None:
    assert read(text) == Scan(ScanKind.TEXT, text, raw=text)


@pytest.mark.parametrize(
    ("text", "symbology", "says"),
    [
        ("", None, "nothing in it"),
        ("\r\n", None, "nothing in it"),
        ("]C1", None, "nothing in it"),
        (GS, None, "nothing in it"),
        ("]C101٠٩٥٠٦٠٠٠١٣٤٣٥٢", None, "no GS1 symbol has"),
        ("L.", None, "carries no code"),
        ("ab\x07cd", None, "no label carries"),
        ("]E09506000134353", None, "check digit is 2"),
        ("9506000134353", "ean_13", "check digit is 2"),
        ("12345", "upc_a", "has 5"),
        ("12AB5678", "ean_8", "digits only"),
        (f"]C100{SSCC[:-1]}{(int(SSCC[-1]) + 1) % 10}", None, "SSCC"),
        (f"]d201{GTIN}17261399", None, "does not parse"),
        (f"]d201{GTIN}10{'X' * 21}", None, "does not parse"),
        (f"]d201{GTIN}10A{GS}10B", None, "two different (10)"),
        (f"]d201{GTIN}300", None, "count is 0"),
        ("]C130", None, "(30) is empty"),
        ("https://id.gs1.org/01/9506000134353", None, "check digit of its GTIN"),
        ("x" * (MAX_LENGTH + 1), None, "513 characters"),
    ],
)
def test_what_cannot_be_a_label_is_refused_by_name_and_with_a_remedy(text: str, symbology: str | None, says: str) -> None:
    with pytest.raises(UnreadableScan) as refused:
        read(text, symbology=symbology)
    assert says in str(refused.value)
    assert refused.value.how_to_mend.endswith(".")
    assert str(refused.value).isprintable()


_PIECES = st.sampled_from(
    [
        "]C1",
        "]d2",
        "]E0",
        "]",
        "01",
        "00",
        "10",
        "17",
        "(01)",
        "(",
        ")",
        GS,
        "http://",
        "https://a/01/",
        "https://[",
        "L.",
        GTIN,
        SSCC,
    ]
)
_HOSTILE = st.one_of(
    st.text(max_size=600),
    st.binary(max_size=80).map(lambda raw: raw.decode("latin-1")),
    st.text(alphabet="0123456789", max_size=40),
    st.lists(st.one_of(_PIECES, st.text(max_size=12), st.integers(0, 10**14).map(str)), max_size=8).map("".join),
    st.text(alphabet=st.characters(categories=["Nd", "Nl", "No", "Cs"]), max_size=20),
)


@settings(max_examples=600, deadline=None)
@given(_HOSTILE, st.sampled_from([None, "]C1", "]d2", "]E0", "]I1", "upc_e", "ean_13", "qr_code", "", "]", "½"]))
def test_any_text_gives_a_scan_or_a_refusal_and_nothing_else(text: str, symbology: str | None) -> None:
    try:
        scan = read(text, symbology=symbology)
    except Refusal:
        return
    assert scan.raw == text
    assert scan.value
    for digits, count in ((scan.gtin, 14), (scan.value if scan.kind is ScanKind.SSCC else None, 18)):
        if digits is not None:
            assert len(digits) == count
            assert digits.isascii()
            assert check_digit(digits[:-1]) == digits[-1]


@settings(max_examples=200)
@given(
    st.sampled_from(list(PREFIXES.values())),
    st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=0x17F, categories=["L", "N", "P"]), min_size=1, max_size=64),
)
def test_a_label_we_print_reads_back_as_what_it_marks(kind: ScanKind, code: str) -> None:
    scan = read(label_text(kind, code))
    assert (scan.kind, scan.value) == (kind, code)


@pytest.mark.parametrize(
    ("kind", "code"), [(ScanKind.TOTE, ""), (ScanKind.TOTE, " a"), (ScanKind.TOTE, "a\x1db"), (ScanKind.GTIN, "1")]
)
def test_no_label_is_made_that_could_not_be_read(kind: ScanKind, code: str) -> None:
    with pytest.raises(UnreadableScan):
        label_text(kind, code)


@pytest.mark.parametrize("text", ["L.A-12-03", "9506000134352", "T.0042", SSCC])
def test_a_plain_scan_parses_in_ten_microseconds_with_a_cold_cache(text: str) -> None:
    parse = barcodes._read.__wrapped__

    def once() -> float:
        start = time.perf_counter()
        for _ in range(500):
            parse(text, None)
        return (time.perf_counter() - start) / 500

    assert min(once() for _ in range(12)) < 10e-6
