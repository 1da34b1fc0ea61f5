"""Freight for what no parcel service carries: the assumed second carrier of a replay, behind the carrier port."""

from __future__ import annotations

import hashlib

from orderhouse.contract.ports.carrier import BoughtLabel, CarrierRefused, LabelRequest
from orderhouse.documents.shipping_label import LabelContent, render_zpl

BASE_MINOR, PER_STARTED_KG_MINOR = 4_400, 14


def consignment_number(purchase_key: str) -> str:
    """``PF`` and twelve digits; the same key gives the same number."""
    return f"PF{int.from_bytes(hashlib.sha256(purchase_key.encode()).digest()[:8], 'big') % 10**12:012d}"


class PalletFreight:
    """Labels made here; number and price follow from the request, so a repeated purchase finds the same label."""

    def buy_label(self, request: LabelRequest) -> BoughtLabel:
        number = consignment_number(request.purchase_key)
        to = request.ship_to
        lines = (to.name, to.company, *to.lines[:3], f"{to.postal_code} {to.city}".strip(), to.country)
        label = LabelContent(
            ship_from=request.ship_from,
            ship_to=tuple(line for line in lines if line) or ("-",),
            carrier="PALLET FREIGHT",
            service=request.service,
            tracking=number,
            sscc=request.sscc,
            order_number=request.order_number,
            weight_grams=request.weight_grams,
            parcel_number=request.parcel_number,
            parcel_count=request.parcel_count,
            ship_date=request.ship_date,
        )
        return BoughtLabel(number, render_zpl(label), BASE_MINOR + PER_STARTED_KG_MINOR * -(-request.weight_grams // 1000))

    def void_label(self, purchase_key: str, tracking: str) -> None:
        if tracking != consignment_number(purchase_key):
            raise CarrierRefused(carrier="pallet_freight", why=f"{tracking} is not its label")
