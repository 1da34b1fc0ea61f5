from __future__ import annotations

import pytest

from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.layout.open_totes import CodeIsTaken, open_totes
from orderhouse.wms.layout.queries import handling_units_by_code
from orderhouse.wms.stock.tests.floor import Floor


def test_totes_are_opened_once_however_often_they_are_asked_for(floor: Floor) -> None:
    first = open_totes(by=floor.by, node_id=floor.node_id, codes=["T-1", "T-2"])
    again = open_totes(by=floor.by, node_id=floor.node_id, codes=["T-2", "T-1", "T-3"])
    assert {code: again[code] for code in first} == first
    with unit_of_work(floor.tenant_id):
        known = handling_units_by_code(floor.tenant_id, floor.node_id, ["T-1", "T-3", "T-9"])
    assert sorted(known) == ["T-1", "T-3"]
    assert known["T-1"].kind == "tote"


def test_a_label_names_one_kind_of_thing(floor: Floor) -> None:
    open_totes(by=floor.by, node_id=floor.node_id, codes=["C-1"], kind="cart")
    with pytest.raises(CodeIsTaken, match="C-1 is the label of a cart"):
        open_totes(by=floor.by, node_id=floor.node_id, codes=["C-1"])
    with pytest.raises(InvalidInput):
        open_totes(by=floor.by, node_id=floor.node_id, codes=[" C-2"])
