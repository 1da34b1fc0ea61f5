"""One of a thing is told as one, and the figure of what is at risk opens the rows it counts: none where it counts none."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from django.test import Client

from orderhouse.console.tests.test_board_pages import floor, floor_shop, rows, yard  # noqa: F401
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor


def words_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.decode())))


def risk_of(browser: Client) -> tuple[str, int]:
    """The address and the count of the board's figure of what is at risk."""
    tag = re.search(
        r'<a [^>]*href="([^"]+)" data-figure="(\d+)"><span class="label">At risk', browser.get("/board/BER").content.decode()
    )
    assert tag
    return unescape(tag[1]), int(tag[2])


def test_one_order_of_one_line_and_one_unit_is_told_in_the_singular(
    yard: ShippingFloor,  # noqa: F811
    browser: Callable[..., Client],
) -> None:
    yard.keep("TEA", ("01-001-1", 40))
    yard.release("R1", ("TEA", 1), hours=20)
    desk = browser("warehouse_manager")
    board = words_of(desk.get("/board/BER").content)
    assert "1 order in the house" in board
    assert "1 line, 1 unit" in board
    assert "1 line, 1 unit" in words_of(desk.get("/outbounds?node=BER").content)
    yard.release("R2", ("TEA", 2), hours=20)
    assert "2 orders in the house" in words_of(desk.get("/board/BER").content)


def test_what_is_at_risk_opens_its_rows_and_none_where_none_is(
    yard: ShippingFloor,  # noqa: F811
    browser: Callable[..., Client],
) -> None:
    yard.keep("TEA", ("01-001-1", 40))
    yard.release("FAR", ("TEA", 1), hours=20)
    desk = browser("warehouse_manager")
    href, count = risk_of(desk)
    assert (count, "before=" in href) == (0, False), "nobody packs, and there is time"
    page = desk.get(href).content.decode()
    assert (rows(page), "at risk at this pace" in page) == (0, True)

    yard.release("NEAR", ("TEA", 1), hours=1)
    href, count = risk_of(desk)
    page = desk.get(href).content.decode()
    assert (count, rows(page), "NEAR" in page, "FAR" in page) == (1, 1, True, False)
    assert rows(desk.get(href + "&stage=packed").content.decode()) == 0
