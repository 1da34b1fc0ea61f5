"""What comes back: at most what left, refunded at its price, stock again only when graded so."""

from __future__ import annotations

import pytest

from orderhouse.contract.messages import (
    LineQuantity,
    ParcelContent,
    ReturnGraded,
    ReturnReceived,
    ShipmentConfirmed,
    ShippedParcel,
)
from orderhouse.database import fetch_one, unit_of_work
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.returns.authorize_returns import NotReturnable, ReturnRequest, authorize_returns
from orderhouse.oms.returns.grade_returns import grade_returns
from orderhouse.oms.returns.receive_returns import receive_returns
from orderhouse.oms.shipments.confirm_shipments import confirm_shipments
from orderhouse.oms.tests.shop import Shop


@pytest.fixture
def shipped(shop: Shop) -> tuple[Shop, int]:
    """A shop that has shipped one order of 4 A."""
    shop.report("MAIN", "A", 10)
    order = shop.order({"A": 4})
    (number,) = release_orders(by=shop.by)
    parcel = ShippedParcel("095212340000000017", "TRACK1", 800, 325, (ParcelContent(1, 4),))
    message = ShipmentConfirmed(number, "MAIN", "S1", "PARCELUK", "standard", shop.by.at, (parcel,))
    confirm_shipments(by=shop.by, messages=[message])
    shop.report("MAIN", "A", -4, "shipped")
    return shop, order


def return_row(shop: Shop, number: str) -> tuple[str, int, int, str]:
    with unit_of_work(shop.business.tenant_id):
        row = fetch_one(
            """SELECT r.state, l.received, l.restocked, l.refund_amount::text FROM oms_return r
               JOIN oms_return_line l ON l.tenant_id = r.tenant_id AND l.return_id = r.id WHERE r.number = %s""",
            (number,),
        )
    assert row
    return row[0], row[1], row[2], row[3]


def test_a_return_goes_to_the_node_that_shipped_and_is_refunded_when_graded(shipped: tuple[Shop, int]) -> None:
    shop, order = shipped
    (number,) = authorize_returns(by=shop.by, requests=[ReturnRequest(order, {1: 3}, "too many")])
    (letter,) = shop.letters("ExpectReturn")
    assert (letter["node"], letter["rma"]) == ("MAIN", number)
    receive_returns(by=shop.by, messages=[ReturnReceived(number, "MAIN", shop.by.at, (LineQuantity(1, 3),))])
    assert shop.line(order) == {"shipped": 4, "returned": 3}
    graded = (LineQuantity(1, 2, "restock"), LineQuantity(1, 1, "scrap"))
    grade_returns(by=shop.by, messages=[ReturnGraded(number, "MAIN", shop.by.at, graded)])
    assert return_row(shop, number) == ("graded", 3, 2, "7.5000")
    shop.report("MAIN", "A", 2, "returned")
    assert shop.promised("A") == {"available": 8}
    assert shop.violations() == {}


def test_an_order_of_which_everything_has_come_back_is_closed_with_the_last_unit(shipped: tuple[Shop, int]) -> None:
    shop, order = shipped
    requests = [ReturnRequest(order, {1: 3}, "too many"), ReturnRequest(order, {1: 1}, "the last")]
    first, last = authorize_returns(by=shop.by, requests=requests)
    receive_returns(by=shop.by, messages=[ReturnReceived(first, "MAIN", shop.by.at, (LineQuantity(1, 3),))])
    assert shop.state(order) == "shipped"
    receive_returns(by=shop.by, messages=[ReturnReceived(last, "MAIN", shop.by.at, (LineQuantity(1, 1),))])
    assert shop.state(order) == "closed"
    grade_returns(by=shop.by, messages=[ReturnGraded(last, "MAIN", shop.by.at, (LineQuantity(1, 1, "restock"),))])
    assert shop.state(order) == "closed"


def test_no_more_comes_back_than_left(shipped: tuple[Shop, int]) -> None:
    shop, order = shipped
    authorize_returns(by=shop.by, requests=[ReturnRequest(order, {1: 3}, "too many")])
    with pytest.raises(NotReturnable) as refusal:
        authorize_returns(by=shop.by, requests=[ReturnRequest(order, {1: 2}, "more")])
    assert refusal.value.facts["returnable"] == 1


def test_two_requests_of_one_batch_share_what_may_come_back(shipped: tuple[Shop, int]) -> None:
    shop, order = shipped
    requests = [ReturnRequest(order, {1: 2}, "a"), ReturnRequest(order, {1: 2}, "b")]
    assert [number[-2:] for number in authorize_returns(by=shop.by, requests=requests)] == ["R1", "R2"]
    with pytest.raises(NotReturnable):
        authorize_returns(by=shop.by, requests=[ReturnRequest(order, {1: 1}, "c")])


def test_more_units_than_authorized_are_not_counted(shipped: tuple[Shop, int]) -> None:
    shop, order = shipped
    (number,) = authorize_returns(by=shop.by, requests=[ReturnRequest(order, {1: 1}, "one")])
    receive_returns(by=shop.by, messages=[ReturnReceived(number, "MAIN", shop.by.at, (LineQuantity(1, 5),))])
    assert shop.line(order)["returned"] == 1
