from __future__ import annotations

import pytest

from orderhouse.contract.messages import ReleaseLine
from orderhouse.database import execute, unit_of_work
from orderhouse.wms.outbound.tests.shipping_floor import ShippingFloor


def test_a_release_is_accepted_once_and_a_repeat_gets_the_same_answer(shop: ShippingFloor) -> None:
    shop.item("MUG")
    shop.release("R1", ("MUG", 2))
    shop.release("R1", ("MUG", 99))
    assert shop.said("R1") == [("ReleaseAccepted", None), ("ReleaseAccepted", None)]
    assert shop.counts("R1") == {"waiting": 2}
    assert shop.out("R1").ship_to["city"] == "Berlin"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ((), "no-lines"),
        ((ReleaseLine(1, "NOPE", "OWN", 1),), "unknown-sku"),
        ((ReleaseLine(1, "MUG", "NOBODY", 1),), "unknown-owner"),
        ((ReleaseLine(1, "MUG", "OWN", 1), ReleaseLine(1, "MUG", "OWN", 1)), "duplicate-line"),
        ((ReleaseLine(1, "MUG", "OWN", 0),), "bad-quantity"),
    ],
)
def test_a_release_that_cannot_be_shipped_is_rejected_with_its_reason(
    shop: ShippingFloor, lines: tuple[ReleaseLine, ...], reason: str
) -> None:
    shop.item("MUG")
    shop.release("R1", lines=lines)
    assert shop.said("R1") == [("ReleaseRejected", reason)]
    assert shop.value("SELECT count(*) FROM wms_outbound WHERE tenant_id = %s") == 0


def test_a_node_out_of_service_rejects(shop: ShippingFloor) -> None:
    shop.item("MUG")
    with unit_of_work(shop.tenant_id):
        execute("UPDATE catalog_node SET active = false WHERE tenant_id = %s", (shop.tenant_id,))
    shop.release("R1", ("MUG", 1))
    shop.release("R2", ("MUG", 1), node="ELSEWHERE")
    assert shop.said("R1") == [("ReleaseRejected", "node-inactive")]
    assert shop.said("R2") == [("ReleaseRejected", "unknown-node")]


def test_a_cancellation_that_came_first_is_carried_out_on_arrival(shop: ShippingFloor) -> None:
    shop.keep("MUG", ("01-001-1", 9))
    shop.cancel("R1")
    shop.cancel("R2", (1, 1))
    shop.cancel("R2", (1, 2))
    shop.release("R1", ("MUG", 2), ("MUG", 1))
    shop.release("R2", ("MUG", 5))
    assert shop.said("R1") == [("ReleaseAccepted", None), ("ReleaseCancelled", [(1, 2), (2, 1)])]
    assert shop.out("R1").state == "cancelled"
    assert shop.counts("R2") == {"waiting": 2, "cancelled": 3}
    assert shop.wave() is not None
    assert shop.out("R1").state == "cancelled"
