"""The facts an invoice file does not hold, assumed: places, prices of carriage, weights, suppliers. Pure; the report names them all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import time
from decimal import Decimal
from math import ceil
from typing import Any, NamedTuple

from orderhouse.catalog.define_items import ItemDefinition
from orderhouse.catalog.define_nodes import NodeDefinition
from orderhouse.oms.channels.define_channels import ChannelDefinition
from orderhouse.oms.freight.define_tariffs import TariffDefinition
from orderhouse.replay.interpret import CURRENCY, NewItem

OWNER = "OWN"
SUPPLIER = "GIFTWARE"
PARCELS, PALLETS = "own_fleet", "pallet_freight"


@dataclass(frozen=True, slots=True)
class Site:
    """A node with what the replay assumes of it. ``share``: of a new item's launch quantity; ``range_share``: of the items, those
    it carries; ``pickers``: badges at work; ``aisles`` and ``bins_per_side`` are sized from the file."""

    code: str
    name: str
    kind: str
    latitude: float
    longitude: float
    cutoff: time
    handling_per_parcel: int
    handling_per_line: int
    share: float
    range_share: float
    pickers: int


SITES = (
    Site("THU", "Thurrock warehouse", "warehouse", 51.48, 0.28, time(16), 45, 12, 0.44, 1.0, 8),
    Site("WAR", "Warrington warehouse", "warehouse", 53.39, -2.59, time(16), 45, 12, 0.38, 1.0, 8),
    Site("GLA", "Glasgow warehouse", "warehouse", 55.86, -4.26, time(15, 30), 50, 14, 0.12, 0.6, 4),
    Site("LON", "London store", "store", 51.51, -0.13, time(15), 80, 25, 0.06, 0.2, 2),
)

EUROPE = [
    "AT",
    "BE",
    "BG",
    "CH",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "FR",
    "GI",
    "GR",
    "HR",
    "HU",
    "IE",
    "IS",
    "IT",
    "LT",
    "LU",
    "LV",
    "MT",
    "NL",
    "NO",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
]
ISLANDS = ["GG", "IM", "JE"]

CHANNELS = (
    ChannelDefinition("WHOLESALE", "Wholesale customers", "b2b_portal", OWNER, CURRENCY, priority=40),
    ChannelDefinition("WEB", "Web shop", "web_shop", OWNER, CURRENCY, priority=50),
)


PARCEL_GRAMS = 25_000
"""Orders heavier than this travel as pallet freight, so that no parcel outweighs what one person carries."""


def tariffs() -> list[TariffDefinition]:
    """Pence for each consignment and started kilogram: near (100 km), home, islands, Europe, world; parcels and pallets."""
    parcels = (
        ("near", 390, 45, 1),
        ("home", 450, 45, 2),
        ("islands", 790, 70, 3),
        ("europe", 990, 120, 4),
        ("world", 1750, 430, 7),
    )
    pallets = (
        ("near", 3600, 9, 1),
        ("home", 4400, 14, 2),
        ("islands", 7900, 40, 4),
        ("europe", 9900, 60, 6),
        ("world", 19000, 190, 21),
    )
    return [_tariff(PARCELS, "standard", 30_000, parcels), _tariff(PALLETS, "pallet", 900_000, pallets)]


def _tariff(carrier: str, service: str, most_grams: int, rates: tuple[tuple[str, int, int, int], ...]) -> TariffDefinition:
    zones: dict[str, Any] = {
        "step_grams": 1000,
        "max_parcel_grams": most_grams,
        "delivery_days": {"weekdays": [0, 1, 2, 3, 4]},
        "zones": [
            {"zone": "near", "max_km": 100, "to": ["GB"]},
            {"zone": "home", "to": ["GB"]},
            {"zone": "islands", "to": ISLANDS},
            {"zone": "europe", "to": EUROPE},
            {"zone": "world"},
        ],
        "rates": [
            {"service": service, "zone": zone, "base": base, "per_step": step, "transit_days": days}
            for zone, base, step, days in rates
        ],
    }
    return TariffDefinition(carrier, service, zones)


def service_for(grams: int) -> str:
    """How an order of this weight travels."""
    return "standard" if grams <= PARCEL_GRAMS else "pallet"


def node_definition(site: Site, working_days: str) -> NodeDefinition:
    """The node in the catalog; it works on the weekdays that the file trades on."""
    return NodeDefinition(
        code=site.code,
        name=site.name,
        kind=site.kind,
        country="GB",
        latitude=site.latitude,
        longitude=site.longitude,
        time_zone="Europe/London",
        working_days=working_days,
        cutoff_time=site.cutoff,
        handling_per_parcel=site.handling_per_parcel,
        handling_per_line=site.handling_per_line,
        address={"name": site.name, "country": "GB"},
    )


class Plan(NamedTuple):
    """The size of a two-block building: see :func:`orderhouse.wms.layout.make_layout.make_layout`."""

    aisles: int
    blocks: int
    bins_per_side: int
    levels: int
    pack_benches: int
    capacity_units: int


def building(site: Site, items: int) -> Plan:
    """Room for every item the node may come to carry, and half as many bins again; 4,000 units a bin."""
    bins = ceil(items * site.range_share * 1.5) + 60
    bins_per_side, levels = 20, 3
    aisles = max(4, ceil(bins / (2 * 2 * bins_per_side * levels)))
    return Plan(aisles, 2, bins_per_side, levels, max(2, site.pickers), 4_000)


def carries(site: Site, sku: str) -> bool:
    """Whether the item belongs to the site's range: a fixed lot drawn by the SKU."""
    return _draw("range", site.code, sku) < site.range_share


def item_definition(item: NewItem) -> ItemDefinition:
    """The item with an assumed weight, size and outer pack: dearer things are heavier, by a law with a fixed scatter.

    About 30 g plus 55 g a pound of price to the power 0.8, times 0.6 to 1.4; packed at 0.25 kg a liter in a box of 4:3:2.
    """
    price = float(item.price)
    grams = round((30 + 55 * price**0.8) * (0.6 + 0.8 * _draw("weight", item.sku)))
    grams = min(max(grams, 5), 8_000)
    side = (grams / 0.25 * 1000 / 24) ** (1 / 3)  # mm: volume in mm3 over 4 * 3 * 2
    pack = outer_pack(item.price)
    return ItemDefinition(
        owner=OWNER,
        sku=item.sku,
        name=item.name,
        weight_grams=grams,
        length_mm=max(1, round(side * 4)),
        width_mm=max(1, round(side * 3)),
        height_mm=max(1, round(side * 2)),
        price=item.price,
        currency=CURRENCY,
        packs={"case": pack} if pack > 1 else {},
    )


def outer_pack(price: Decimal) -> int:
    """Units in the supplier's outer pack: twelve of what is cheap, six of what is not, single pieces from five pounds."""
    return 12 if price < 2 else 6 if price < 5 else 1


def launch_quantity(price: Decimal) -> int:
    """Units bought of an item before its first sale: few of what is dear (400 at a pound, falling by the power 0.8)."""
    return ceil(400 / max(float(price), 0.25) ** 0.8)


def disposition(number: str, line: int, seed: int) -> str:
    """What becomes of returned units: 80 in 100 are stock again, 12 go to quarantine, 8 are scrapped."""
    draw = _draw("grade", str(seed), number, str(line))
    return "restock" if draw < 0.80 else "quarantine" if draw < 0.92 else "scrap"


ASSUMPTIONS = (
    "The file holds no stock. Four places are assumed: warehouses at Thurrock, Warrington and Glasgow (60 in 100 items) and a "
    "store in London (20 in 100 items), each a two-block building drawn to the size of the file's range.",
    "Weights, sizes and outer packs are derived from price and stock code by a fixed law; carriage (parcels to 25 kg an order, pallet freight above), handling costs and cut-offs "
    "(16:00, 15:30, 15:00) are assumed.",
    "A customer's delivery place is drawn by the customer's number, once and for all, among postcode districts or British cities "
    "by residents; abroad it is the country's main port of trade. An unstated country is taken for the United Kingdom.",
    "One supplier is assumed. An item is launched on the morning of its first sale with a quantity set by its price; after "
    "that a plain (s, S) rule buys from what left each node lately, with three trading days to deliver. Of 200 lines about "
    "2 come short, 2 with damage, 1 over; 1 pick in 500 finds its bin short.",
    "Credit notes are matched to the same customer's earlier lines of the item, newest first: units not yet shipped are "
    "cancelled, shipped ones come back that day and are graded (80 restock, 12 quarantine, 8 scrap in 100).",
    "Lines without customer and price are corrections of stock: units written off or found are counted in a bin of the node "
    "that has most of them. Lines of wholesale invoices with a price of 0 are ordered as gifts.",
    "Stock codes that differ only in case are one item. Lines without a customer are orders of the web shop.",
    "Times of day on the floor follow the invoices' own dates; how long a walk or a scan takes is not simulated.",
)


def _draw(*key: str) -> float:
    """A number from 0 up to 1 that depends on the key alone."""
    return int.from_bytes(hashlib.blake2b("\x1f".join(key).encode(), digest_size=7).digest(), "big") / (1 << 56)
