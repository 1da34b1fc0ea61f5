from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from orderhouse.contract.messages import Address
from orderhouse.contract.ports.carrier import CarrierRefused, CarrierUnavailable, LabelRequest
from orderhouse.integrations.carriers.own_fleet.adapter import OwnFleet, failing, is_tracking_number, price, tracking_number
from orderhouse.kernel.identifiers import make_sscc

REQUEST = LabelRequest(
    purchase_key="17:1",
    service="express",
    ship_from=("Orderhouse", "Dock 1"),
    ship_to=Address("Ada Lovelace", "GB", ("12 St James's Square",), "London", "", "SW1Y 4JH"),
    order_number="O-1",
    sscc=make_sscc(company_prefix="9521234", serial=1),
    weight_grams=1200,
    parcel_number=1,
    parcel_count=1,
    ship_date=date(2026, 3, 2),
)


def test_one_purchase_key_buys_one_label_however_often_it_is_asked() -> None:
    fleet = OwnFleet()
    first = fleet.buy_label(REQUEST)
    assert fleet.buy_label(REQUEST) == first
    assert fleet.bought == {"17:1": price("express", 1200)} == {"17:1": 390 + 2 * 45 + 600}
    assert fleet.buy_label(replace(REQUEST, purchase_key="17:2")).tracking != first.tracking
    assert first.zpl.startswith("^XA")
    assert first.tracking in first.zpl


def test_a_mistyped_digit_of_a_tracking_number_shows() -> None:
    number = tracking_number("17:1")
    assert is_tracking_number(number)
    for at in range(2, len(number)):
        wrong = number[:at] + str((int(number[at]) + 1) % 10) + number[at + 1 :]
        assert not is_tracking_number(wrong)


def test_a_lost_answer_was_a_purchase_and_a_failed_call_was_none() -> None:
    lost = OwnFleet(after=failing(1))
    with pytest.raises(CarrierUnavailable):
        lost.buy_label(REQUEST)
    assert list(lost.bought) == ["17:1"]
    assert lost.buy_label(REQUEST).tracking == tracking_number("17:1")
    failed = OwnFleet(before=failing(1))
    with pytest.raises(CarrierUnavailable):
        failed.buy_label(REQUEST)
    assert failed.bought == {}


def test_what_is_too_heavy_for_one_person_is_refused() -> None:
    with pytest.raises(CarrierRefused, match="31500 g"):
        OwnFleet().buy_label(replace(REQUEST, weight_grams=31_501))
