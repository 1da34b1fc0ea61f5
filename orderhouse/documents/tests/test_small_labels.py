from __future__ import annotations

from datetime import date

import pytest

from orderhouse.documents.bin_labels import BinLabel, render_bin_labels_pdf, render_bin_labels_zpl
from orderhouse.documents.item_labels import ItemLabel, render_item_labels_pdf, render_item_labels_zpl
from orderhouse.documents.tests.rasters import decode, pages, words
from orderhouse.documents.tests.thermal_printer import print_label
from orderhouse.kernel.errors import InvalidInput

BIN = BinLabel("A-12-03", "L.A-12-03", "Zone A · level 3", "47")


def test_a_bin_label_scans_as_bars_and_as_matrix_from_both_printers() -> None:
    both = {"]C0": "L.A-12-03", "]d1": "L.A-12-03"}
    assert decode(pages(render_bin_labels_pdf([BIN]))[0]) == both
    for dpi in (203, 300):
        assert decode(print_label(render_bin_labels_zpl([BIN], dpi=dpi)).image) == both


def test_bin_labels_come_a_page_each_with_their_code_in_words() -> None:
    said = words(render_bin_labels_pdf([BIN, BinLabel("07", "T.07", "Tote")]))
    assert len(said) == 2
    assert "A-12-03" in said[0]
    assert "47" in said[0]
    assert "TOTE" in said[1]
    assert render_bin_labels_zpl([BIN, BIN]).count("^XA") == 2


def test_a_code_too_long_for_the_label_is_refused() -> None:
    with pytest.raises(InvalidInput) as refused:
        render_bin_labels_pdf([BinLabel("x", "L." + "Ab" * 30)])
    assert refused.value.field == "barcode"


@pytest.mark.parametrize(
    ("label", "aim", "read"),
    [
        (ItemLabel("BRK-1007", "Brake pads"), "]C0", "BRK-1007"),
        (ItemLabel("BRK-1007", "Brake pads", "9506000134352"), "]E0", "9506000134352"),
        (ItemLabel("SODA", "Cola", "036000291452"), "]E0", "0036000291452"),
        (ItemLabel("GUM", "Gum", "96385074"), "]E4", "96385074"),
        (ItemLabel("CASE", "Case", "10614141000415", pack="12 × each"), "]I1", "10614141000415"),
        (
            ItemLabel("OIL", "Öl", "9506000134352", lot="A(1)B", serial="7", expires_on=date(2026, 11, 3)),
            "]d2",
            "01095060001343521726110310A(1)B\x1d217",
        ),
    ],
)
def test_an_item_label_carries_the_symbol_its_data_asks_for(label: ItemLabel, aim: str, read: str) -> None:
    assert decode(pages(render_item_labels_pdf([label]), dpi=300)[0]) == {aim: read}
    assert decode(print_label(render_item_labels_zpl([label])).image) == {aim: read}


@pytest.mark.parametrize(
    ("label", "field"),
    [
        (ItemLabel("OIL", "Oil", lot="A1"), "gtin"),
        (ItemLabel("OIL", "Oil", "9506000134353"), "gtin"),
        (ItemLabel("OIL", "Oil", "9506000134352", lot="A[21]9"), "lot"),
        (ItemLabel("OIL", "Oil", "9506000134352", serial="ß"), "serial"),
    ],
)
def test_an_item_label_that_would_lie_is_refused(label: ItemLabel, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        render_item_labels_pdf([label])
    assert refused.value.field == field
