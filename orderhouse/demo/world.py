"""The demonstration business: where it keeps its goods, who works there, where it sells, what carriage costs. Invented throughout."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import Any

from orderhouse.catalog.define_nodes import NodeDefinition
from orderhouse.oms.channels.define_channels import ChannelDefinition
from orderhouse.oms.freight.define_tariffs import TariffDefinition
from orderhouse.wms.packing.rules import Carton

CODE, NAME, OWNER = "demo", "Fern & Hearth", "OWN"

SUPPLIERS = ("Tideway Pottery", "Alder Mill Linen", "Northgate Foods", "Casa Olmo", "Brook Street Trading", "Wick & Co")

CARTONS = (
    Carton("CTN-XS", "Mailer 250 × 180 × 60", 250, 180, 60, 60, 2_000),
    Carton("CTN-S", "Small 310 × 220 × 150", 310, 220, 150, 140, 8_000),
    Carton("CTN-M", "Medium 400 × 300 × 250", 400, 300, 250, 290, 15_000),
    Carton("CTN-L", "Large 600 × 400 × 300", 600, 400, 300, 560, 25_000),
    Carton("CTN-XL", "Extra large 800 × 600 × 400", 800, 600, 400, 980, 30_000),
)


@dataclass(frozen=True, slots=True)
class Site:
    """A node and the building behind it: its plan (arguments of ``make_layout``), its crew by badge, its totes, and what share of
    an item's usual stock it keeps."""

    node: NodeDefinition
    plan: dict[str, int]
    crew: dict[str, str]
    totes: int
    keeps: float


def _address(line: str, city: str, postal_code: str) -> dict[str, Any]:
    return {"lines": [line], "city": city, "postal_code": postal_code}


SITES = (
    Site(
        NodeDefinition(
            code="LON",
            name="London warehouse",
            kind="warehouse",
            country="GB",
            latitude=51.53,
            longitude=0.03,
            address=_address("Unit 4, Cooper's Wharf", "London", "E16 1AA"),
            time_zone="Europe/London",
            working_days="1111111",
            holiday_calendar="GB-ENG",
            cutoff_time=time(17),
            handling_per_parcel=95,
            handling_per_line=18,
        ),
        {"aisles": 6, "blocks": 2, "bins_per_side": 6, "levels": 2, "docks": 2, "pack_benches": 3, "zones": 2},
        {"B-101": "Amara Osei", "B-102": "Tom Hartley", "B-103": "Ines Duarte"},
        60,
        1.0,
    ),
    Site(
        NodeDefinition(
            code="RTM",
            name="Rotterdam warehouse",
            kind="warehouse",
            country="NL",
            latitude=51.92,
            longitude=4.48,
            address=_address("Maaskade 112", "Rotterdam", "3071 ND"),
            time_zone="Europe/Amsterdam",
            working_days="1111110",
            holiday_calendar="NL",
            cutoff_time=time(18),
            handling_per_parcel=88,
            handling_per_line=16,
        ),
        {"aisles": 5, "blocks": 2, "bins_per_side": 5, "levels": 2, "docks": 1, "pack_benches": 2, "zones": 1},
        {"B-201": "Daan Visser", "B-202": "Sofie Maes"},
        40,
        0.7,
    ),
    Site(
        NodeDefinition(
            code="BRS",
            name="Bristol store",
            kind="store",
            country="GB",
            latitude=51.45,
            longitude=-2.59,
            address=_address("18 Corn Lane", "Bristol", "BS1 2AA"),
            time_zone="Europe/London",
            working_days="1111111",
            holiday_calendar="GB-ENG",
            cutoff_time=time(16),
            handling_per_parcel=160,
            handling_per_line=35,
            lines_per_day=400,
            countries_served=("GB",),
            carries_hazmat=False,
        ),
        {"aisles": 2, "blocks": 1, "bins_per_side": 10, "levels": 2, "docks": 1, "pack_benches": 1, "zones": 1},
        {"B-301": "Rhys Bevan"},
        16,
        0.25,
    ),
)

CHANNELS = (
    ChannelDefinition(code="WEB", name="fernandhearth.example", kind="web_shop", owner=OWNER, currency="GBP", priority=40),
    ChannelDefinition(
        code="MARKET",
        name="Marketplace",
        kind="marketplace",
        owner=OWNER,
        currency="EUR",
        priority=30,
        when_short="cancel",
        buffer=2,
        share_percent=80,
    ),
    ChannelDefinition(code="STORE", name="Bristol store, tills", kind="store", owner=OWNER, currency="GBP", priority=50),
    ChannelDefinition(
        code="B2B", name="Trade customers", kind="b2b_portal", owner=OWNER, currency="GBP", priority=60, ships_partially=False
    ),
)


def tariffs() -> list[TariffDefinition]:
    """One carrier, two services. Zones by distance at home, then the islands' neighbors across the water."""
    zones = [
        {"zone": "near", "max_km": 120, "domestic": True},
        {"zone": "home", "domestic": True},
        {"zone": "abroad", "max_km": 900},
        {"zone": "far"},
    ]
    prices = {
        "standard": {"near": (310, 35, 1), "home": (365, 45, 2), "abroad": (690, 110, 3), "far": (940, 160, 5)},
        "express": {"near": (640, 60, 1), "home": (720, 80, 1), "abroad": (1490, 190, 2), "far": (1980, 260, 3)},
    }
    rates = [
        {"service": service, "zone": zone, "base": base, "per_step": per_step, "transit_days": days}
        for service, by_zone in prices.items()
        for zone, (base, per_step, days) in by_zone.items()
    ]
    return [TariffDefinition("own_fleet", "standard", {"zones": zones, "rates": rates})]
