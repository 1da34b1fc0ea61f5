"""The own fleet behind the carrier port: labels made here, numbered so that a wrong digit shows."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from orderhouse.contract.messages import Address
from orderhouse.contract.ports.carrier import BoughtLabel, Carrier, CarrierRefused, CarrierUnavailable, LabelRequest
from orderhouse.documents.shipping_label import LabelContent, render_zpl
from orderhouse.kernel.identifiers import check_digit

CODES = ("own_fleet",)

MAX_GRAMS = 31_500
"""The heaviest parcel one person carries to a door."""

BASE_MINOR, PER_STARTED_KG_MINOR = 390, 45
SURCHARGE_MINOR: Mapping[str, int] = {"express": 600, "next_day": 350}
"""The tariff, in minor units: a base, so much a started kilogram, and more where it must be quick."""


def tracking_number(purchase_key: str) -> str:
    """``OF`` and 13 digits, the last a GS1 check digit over the others; the same key gives the same number."""
    digest = hashlib.sha256(purchase_key.encode()).digest()
    digits = f"{int.from_bytes(digest[:8], 'big') % 10**12:012d}"
    return f"OF{digits}{check_digit(digits)}"


def is_tracking_number(text: str) -> bool:
    """Whether this could be a number of ours: prefix, length and check digit."""
    digits = text[2:]
    return text.startswith("OF") and len(digits) == 13 and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]


def price(service: str, weight_grams: int) -> int:
    """What a parcel costs, in minor units."""
    return BASE_MINOR + PER_STARTED_KG_MINOR * -(-weight_grams // 1000) + SURCHARGE_MINOR.get(service, 0)


@dataclass(slots=True)
class OwnFleet:
    """The fleet's label desk. It keeps no books of its own: number and price follow from the request, so that a purchase
    repeated under its key finds the same label, whichever process asks.

    ``before`` and ``after`` are called with the purchase key around each purchase and may sleep or raise, which is how a slow,
    a failing, or a carrier whose answer is lost is played; ``bought`` and ``voided`` count what took effect.
    """

    before: Callable[[str], None] | None = None
    after: Callable[[str], None] | None = None
    bought: dict[str, int] = field(default_factory=dict)
    voided: set[str] = field(default_factory=set)

    def buy_label(self, request: LabelRequest) -> BoughtLabel:
        if self.before:
            self.before(request.purchase_key)
        if request.weight_grams > MAX_GRAMS:
            raise CarrierRefused(carrier="own_fleet", why=f"{request.weight_grams} g are more than {MAX_GRAMS} g")
        tracking = tracking_number(request.purchase_key)
        label = LabelContent(
            ship_from=request.ship_from,
            ship_to=printed_lines(request.ship_to),
            carrier="OWN FLEET",
            service=request.service or "standard",
            tracking=tracking,
            sscc=request.sscc,
            order_number=request.order_number,
            weight_grams=request.weight_grams,
            parcel_number=request.parcel_number,
            parcel_count=request.parcel_count,
            ship_date=request.ship_date,
        )
        answer = BoughtLabel(tracking, render_zpl(label), price(request.service, request.weight_grams))
        self.bought.setdefault(request.purchase_key, answer.cost_minor)
        if self.after:
            self.after(request.purchase_key)
        return answer

    def void_label(self, purchase_key: str, tracking: str) -> None:
        if tracking != tracking_number(purchase_key):
            raise CarrierRefused(carrier="own_fleet", why=f"{tracking} is not its label")
        self.voided.add(purchase_key)


def printed_lines(address: Address) -> tuple[str, ...]:
    """An address as it is printed, at most 7 lines."""
    town = " ".join(part for part in (address.postal_code, address.city, address.region) if part)
    lines = [address.name, address.company, *address.lines[:3], town, address.country]
    return tuple(line for line in lines if line) or ("-",)


def slow(seconds: float) -> Callable[[str], None]:
    """A hook that takes its time."""
    return lambda key: time.sleep(seconds)


def failing(times: int, why: str = "connection reset") -> Callable[[str], None]:
    """A hook that fails so many times. As ``before``: nothing was bought. As ``after``: it was, but the answer is lost."""
    left = [times]

    def fail(key: str) -> None:
        if left[0] > 0:
            left[0] -= 1
            raise CarrierUnavailable(carrier="own_fleet", why=why)

    return fail


def carrier() -> Carrier:
    """The adapter as it is registered."""
    return OwnFleet()
