"""Price lists, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.oms.freight.tariffs import Tariff


@dataclass(frozen=True, slots=True)
class CarrierTariff:
    """What a carrier asks for one service."""

    id: int
    carrier: str
    service: str
    active: bool
    tariff: Tariff


def tariffs(tenant_id: int) -> list[CarrierTariff]:
    """Every tariff, by carrier and service."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            "SELECT id, carrier, service, active, zones::text FROM oms_tariff WHERE tenant_id = %s ORDER BY carrier, service",
            (tenant_id,),
        )
    return [
        CarrierTariff(tariff_id, carrier, service, active, Tariff.from_dict(orjson.loads(zones)))
        for tariff_id, carrier, service, active, zones in rows
    ]
