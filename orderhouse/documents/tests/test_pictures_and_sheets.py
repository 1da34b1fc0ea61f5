"""What a label printer will print, on a screen; and labels on sheets of label paper."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from orderhouse.documents.bin_labels import BinLabel, render_bin_labels_pdf, render_bin_labels_zpl
from orderhouse.documents.item_labels import ItemLabel, render_item_labels_pdf
from orderhouse.documents.label_sheets import LAYOUTS
from orderhouse.documents.shipping_label import render_zpl
from orderhouse.documents.tests.rasters import decode, pages
from orderhouse.documents.tests.test_shipping_label import BOTH, CONTENT
from orderhouse.documents.zpl_picture import zpl_picture
from orderhouse.kernel.errors import InvalidInput


def pixels(svg: str) -> np.ndarray:
    """The dark shapes of a picture, without its texts."""
    wide, high = (int(n) for n in re.findall(r'viewBox="0 0 (\d+) (\d+)"', svg)[0])
    dots = np.full((high, wide), 255, dtype=np.uint8)
    for x, y, run, tall in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)", svg):
        dots[int(y) : int(y) + int(tall), int(x) : int(x) + int(run)] = 0
    return dots


@pytest.mark.parametrize("dpi", [203, 300])
def test_the_picture_of_a_shipping_label_reads_as_the_label_does(dpi: int) -> None:
    picture = zpl_picture(render_zpl(CONTENT, dpi=dpi))
    assert picture
    assert decode(pixels(picture)) == BOTH
    assert "Łucja Żółć-O’Brien" in picture


def test_the_picture_of_a_bin_label_has_both_its_symbols() -> None:
    picture = zpl_picture(render_bin_labels_zpl([BinLabel("A-12-03", "L.A-12-03", "Zone A")]))
    assert picture
    assert decode(pixels(picture)) == {"]C0": "L.A-12-03", "]d1": "L.A-12-03"}


def test_no_text_on_a_label_becomes_markup() -> None:
    picture = zpl_picture(render_zpl(replace(CONTENT, ship_to=('<script>alert("x")</script>', "]]>&"))))
    assert picture
    assert "<script" not in picture


@pytest.mark.parametrize("zpl", ["", "no label", "^XA^PW812^LL1218^FO1,1^BXN,4,200^FDx^FS^XZ", "^XA^PWwide^LL1^FS^XZ"])
def test_what_is_not_understood_has_no_picture_rather_than_a_wrong_one(zpl: str) -> None:
    assert zpl_picture(zpl) is None


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_label_on_a_sheet_decodes_where_the_paper_has_one(layout: str) -> None:
    sheet = LAYOUTS[layout]
    many = sheet.columns * sheet.rows + 2
    labels = [BinLabel(f"A-{n:02}", f"L.A-{n:02}") for n in range(many)]
    found = pages(render_bin_labels_pdf(labels, layout=layout, skip=3), dpi=300)
    assert len(found) == 2
    read: set[str] = set()
    for page in found:
        for row in range(sheet.rows):
            for column in range(sheet.columns):
                left, top = sheet.left + column * sheet.across, sheet.top + row * sheet.down
                box = [int(v * 300 / 72) for v in (top, top + sheet.label_height, left, left + sheet.label_width)]
                here = set(decode(page[box[0] : box[1], box[2] : box[3]]).values())
                assert len(here) <= 1, "a label lies across two places of the paper"
                read |= here
    assert read == {label.barcode for label in labels}


def test_a_roll_has_a_page_a_label_and_paper_nobody_has_is_refused() -> None:
    assert len(pages(render_item_labels_pdf([ItemLabel("MUG", "Mug")] * 3))) == 3
    with pytest.raises(InvalidInput, match="none of letter-10"):
        render_item_labels_pdf([ItemLabel("MUG", "Mug")], layout="papyrus")
