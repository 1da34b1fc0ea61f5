"""The list of movements: complete, bounded, in order."""

from __future__ import annotations

from typing import Any

import pytest

from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.database import fetch_values, unit_of_work
from orderhouse.ledger import movement_list
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.movement_list import MovementFilter, every_movement, list_movements
from orderhouse.ledger.post_movements import post_movements


@pytest.fixture
def book(business: Any) -> Any:
    """Forty movements into available, one of them by somebody rare."""
    define_nodes(by=business.by, nodes=[NodeDefinition("MAIN", "Main", "warehouse", "GB", 52.0, -1.0)])
    define_items(by=business.by, items=[ItemDefinition("OWN", "A", "Item A")])
    with unit_of_work(business.tenant_id):
        (node,) = fetch_values("SELECT id FROM catalog_node WHERE tenant_id = %s", (business.tenant_id,))
        (item,) = fetch_values("SELECT id FROM catalog_item WHERE tenant_id = %s", (business.tenant_id,))
    ends = (promise(node, item, business.owner_id, "node"), promise(node, item, business.owner_id, "available"))
    for n in range(1, 41):
        post_movements(by=business.by, moves=[Move(*ends, n, "rare" if n == 3 else "inventory", n)])
    return business


def quantities(business: Any, wanted: MovementFilter) -> tuple[list[int], int]:
    """All quantities by going on from page to page, and how many pages it took."""
    found: list[int] = []
    before, pages = 2**63 - 1, 0
    while True:
        page = list_movements(business.tenant_id, wanted, before_id=before, limit=7)
        found, pages = found + [row.quantity for row in page.rows], pages + 1
        if page.before_id is None:
            return found, pages
        assert page.before_id < before
        before = page.before_id


@pytest.mark.parametrize("few", [0, 50])
def test_every_movement_is_met_once_going_back_page_by_page(book: Any, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(movement_list, "STRETCH", 10)
    monkeypatch.setattr(movement_list, "FEW", few)
    for wanted in (MovementFilter(), MovementFilter(state="available"), MovementFilter(cause="inventory")):
        found, _ = quantities(book, wanted)
        assert found == [n for n in range(40, 0, -1) if not (wanted.cause and n == 3)]


def test_a_rare_movement_is_sought_a_stretch_at_a_time(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movement_list, "STRETCH", 10)
    assert list_movements(book.tenant_id, MovementFilter(cause="rare")).rows == []
    found, pages = quantities(book, MovementFilter(cause="rare"))
    assert found == [3]
    assert pages >= 4


def test_a_file_holds_every_movement_in_order_across_its_pieces(book: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(movement_list, "CHUNK", 10)
    chunks = list(every_movement(book.tenant_id, MovementFilter(begins=book.by.at)))
    assert [row.quantity for rows in chunks for row in rows] == list(range(1, 41))
    assert list(every_movement(book.tenant_id, MovementFilter(ends=book.by.at))) == []
