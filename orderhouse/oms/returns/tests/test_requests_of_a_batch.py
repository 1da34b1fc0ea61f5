"""Requests of one batch are held against what left together, not one by one."""

from __future__ import annotations

from typing import Any

import pytest

from orderhouse.contract.messages import ParcelContent, ShipmentConfirmed, ShippedParcel
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.returns.authorize_returns import NotReturnable, ReturnRequest, authorize_returns
from orderhouse.oms.shipments.confirm_shipments import confirm_shipments
from orderhouse.oms.tests.shop import Shop


def shipped_order(shop: Shop, units: int) -> int:
    """An order of A that has left MAIN."""
    shop.report("MAIN", "A", units)
    order = shop.order({"A": units})
    (number,) = release_orders(by=shop.by)
    parcel = ShippedParcel("095212340000000017", "TRACK1", 800, 325, (ParcelContent(1, units),))
    message = ShipmentConfirmed(number, "MAIN", "S1", "PARCELUK", "standard", shop.by.at, (parcel,))
    confirm_shipments(by=shop.by, messages=[message])
    return order


@pytest.mark.parametrize("units", [(2, 2), (3, 1), (1, 1, 2)])
def test_requests_that_want_more_back_than_left_are_refused_together_and_nothing_is_authorized(shop: Shop, units: Any) -> None:
    order = shipped_order(shop, 3)
    requests = [ReturnRequest(order, {1: each}, "too many") for each in units]
    with pytest.raises(NotReturnable):
        authorize_returns(by=shop.by, requests=requests)
    assert shop.letters("ExpectReturn") == []
    assert [n[-2:] for n in authorize_returns(by=shop.by, requests=[ReturnRequest(order, {1: 3}, "all")])] == ["R1"]
