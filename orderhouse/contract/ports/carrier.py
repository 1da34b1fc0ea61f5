"""What a carrier answers: labels bought and voided. Adapters fill this; the wings call it outside any transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from orderhouse.contract.messages import Address
from orderhouse.kernel.errors import NotFound, Refusal


class CarrierUnavailable(Refusal):
    """No answer, or none that tells: the label may or may not have been bought. Ask again with the same purchase key."""

    sentence = "{carrier} does not answer: {why}."
    remedy = "Try again: the same purchase is never paid twice."
    status = 503


class CarrierRefused(Refusal):
    """The carrier says no to this parcel."""

    sentence = "{carrier} does not take this parcel: {why}."
    remedy = "Correct the parcel or its address, or choose another carrier."


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """One parcel to carry. ``purchase_key`` makes a repeat find the first purchase; weight is gross, in grams."""

    purchase_key: str
    service: str
    ship_from: tuple[str, ...]
    ship_to: Address
    order_number: str
    sscc: str
    weight_grams: int
    parcel_number: int
    parcel_count: int
    ship_date: date


@dataclass(frozen=True, slots=True)
class BoughtLabel:
    """A label: its tracking number, its picture in ZPL II, its price in minor units of the shipper's currency."""

    tracking: str
    zpl: str
    cost_minor: int


class Carrier(Protocol):
    """A carrier adapter. Both calls may take seconds; both may be repeated with the same key and then answer the same."""

    def buy_label(self, request: LabelRequest) -> BoughtLabel:
        """Buy the label; raises :class:`CarrierUnavailable` or :class:`CarrierRefused`."""
        ...

    def void_label(self, purchase_key: str, tracking: str) -> None:
        """Give the label back unused; one voided before is not an error. Raises as :meth:`buy_label`."""
        ...


_carriers: dict[str, Carrier] = {}


def register_carrier(code: str, carrier: Carrier) -> None:
    """Let ``carrier`` answer for releases that name ``code``; a second one under the same code takes the place of the first."""
    _carriers[code] = carrier


def carrier_by_code(code: str) -> Carrier:
    """The adapter for this carrier code; refuses an unknown one."""
    if code not in _carriers:
        raise NotFound(kind="carrier", code=code, field="carrier")
    return _carriers[code]


def carrier_codes() -> list[str]:
    """The codes that have an adapter."""
    return sorted(_carriers)
