"""What a parcel costs: zones by great-circle distance and country, a base and a rate per started step of weight.

Money is whole minor units (pence, cents) throughout sourcing: exact, and quick to add.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

from orderhouse.kernel.errors import InvalidInput
from orderhouse.oms.freight.calendars import WEEKDAYS, Calendar

EARTH_KM = 6371.0088
"""Mean radius of the Earth (IUGG R1)."""


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """One row of a zone table; the first that fits wins. None in a field fits everything.

    ``max_km``: great-circle distance up to and including which the row fits (it never fits an unknown distance).
    ``domestic``: True where both ends must lie in one country, False where they must not.
    """

    zone: str
    max_km: float | None = None
    from_countries: frozenset[str] | None = None
    to_countries: frozenset[str] | None = None
    domestic: bool | None = None


@dataclass(frozen=True, slots=True)
class Rate:
    """``base`` per parcel and ``per_step`` per started step of weight, minor units; ``transit_days`` of the carrier."""

    base: int
    per_step: int
    transit_days: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """A price list. ``max_parcel_grams`` is a whole number of ``step_grams``, so steps add up whatever the split in parcels."""

    code: str
    zones: tuple[ZoneRule, ...]
    rates: Mapping[tuple[str, str], Rate]  # (service, zone)
    step_grams: int = 1000
    max_parcel_grams: int = 30_000
    delivery_days: Calendar = WEEKDAYS

    def __post_init__(self) -> None:
        if self.step_grams < 1 or self.max_parcel_grams < 1 or self.max_parcel_grams % self.step_grams:
            raise InvalidInput(
                field="max_parcel_grams",
                reason=f"{self.max_parcel_grams} is not a whole number of steps of {self.step_grams} grams",
                remedy="Round the largest parcel down to a whole step.",
            )
        for (service, zone), rate in self.rates.items():
            if min(rate.base, rate.per_step, rate.transit_days) < 0:
                raise InvalidInput(field="rates", reason=f"{service} in zone {zone} has a negative base, rate or transit time")

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Tariff:
        """From plain data (JSON)::

            {"code": "parcel-uk", "step_grams": 1000, "max_parcel_grams": 30000,
             "delivery_days": {"weekdays": [0, 1, 2, 3, 4], "holidays_of": "GB"},
             "zones": [{"zone": "near", "max_km": 100, "from": ["GB"], "to": ["GB"]}, {"zone": "home", "domestic": true},
                       {"zone": "abroad"}],
             "rates": [{"service": "standard", "zone": "near", "base": 290, "per_step": 35, "transit_days": 1}]}

        Raises InvalidInput for a missing field, a negative figure, a rate for an unknown zone, or a zone without any rate.
        """
        try:
            zones = tuple(
                ZoneRule(z["zone"], z.get("max_km"), _set(z.get("from")), _set(z.get("to")), z.get("domestic"))
                for z in row["zones"]
            )
            rates = {
                (r["service"], r["zone"]): Rate(int(r["base"]), int(r["per_step"]), int(r["transit_days"])) for r in row["rates"]
            }
            code = row["code"]
        except KeyError as missing:
            raise InvalidInput(field=str(missing.args[0]), reason="is missing from the tariff")
        named, rated = {z.zone for z in zones}, {zone for _, zone in rates}
        if named != rated:
            raise InvalidInput(field="rates", reason=f"zones and rates disagree on {', '.join(sorted(named ^ rated))}")
        return cls(
            code,
            zones,
            rates,
            int(row.get("step_grams", 1000)),
            int(row.get("max_parcel_grams", 30_000)),
            Calendar.from_dict(row.get("delivery_days", {})),
        )

    def zone(self, from_country: str, to_country: str, distance_km: float | None) -> str | None:
        """The zone of a lane, or None when no row fits."""
        for rule in self.zones:
            if (
                (rule.max_km is None or (distance_km is not None and distance_km <= rule.max_km))
                and (rule.from_countries is None or from_country in rule.from_countries)
                and (rule.to_countries is None or to_country in rule.to_countries)
                and (rule.domestic is None or rule.domestic == (from_country == to_country))
            ):
                return rule.zone
        return None

    def steps(self, weight_grams: int) -> int:
        """Started steps of weight; at least one."""
        return max(1, -(-weight_grams // self.step_grams))

    def parcels(self, weight_grams: int) -> int:
        """Parcels by weight alone; at least one. Cartonizing may need more, never fewer."""
        return max(1, -(-weight_grams // self.max_parcel_grams))


def freight(tariff: Tariff, zone: str, weight_grams: int, service: str = "standard") -> int:
    """Minor units for one shipment: ``base`` for each parcel and ``per_step`` for each started step of weight."""
    rate = tariff.rates[service, zone]
    return rate.base * tariff.parcels(weight_grams) + rate.per_step * tariff.steps(weight_grams)


def great_circle_km(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """Great-circle distance in km by the haversine formula (Sinnott 1984) on the mean Earth radius; degrees in."""
    phi1, phi2 = radians(lat1), radians(lat2)
    half = sin((phi2 - phi1) / 2) ** 2 + cos(phi1) * cos(phi2) * sin(radians(lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _set(values: Any) -> frozenset[str] | None:
    return None if values is None else frozenset(values)
