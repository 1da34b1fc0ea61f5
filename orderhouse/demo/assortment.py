"""What the demonstration business sells: a home and pantry shop of families with variants. Names and figures are invented."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from orderhouse.catalog.define_items import ItemDefinition
from orderhouse.kernel.identifiers import check_digit

COMPANY_PREFIX = "9521234"
"""GS1 prefix 952 is kept for demonstrations: these barcodes scan, and belong to nobody."""


@dataclass(frozen=True, slots=True)
class Family:
    """Items alike but for one thing. ``edges`` in millimeters; ``price`` in pounds; ``pull`` how often it is bought; ``case`` units
    in a case, 0 for none; ``life`` days a lot must have left at the pick, None where lots are not kept."""

    code: str
    name: str
    variants: tuple[str, ...]
    grams: int
    edges: tuple[int, int, int]
    price: str
    pull: float = 1.0
    case: int = 0
    life: int | None = None
    hazmat: bool = False


FAMILIES = (
    Family("MUG", "Stoneware mug 350 ml", ("Oat", "Moss", "Slate", "Rust", "Ink"), 380, (120, 100, 95), "14.00", 5, 6),
    Family("BOWL", "Stoneware bowl 16 cm", ("Oat", "Moss", "Slate", "Rust"), 520, (165, 165, 70), "16.50", 3, 6),
    Family("PLATE", "Stoneware plate 26 cm", ("Oat", "Moss", "Slate", "Rust"), 810, (265, 265, 28), "19.00", 2.5, 6),
    Family("JUG", "Stoneware jug 1 l", ("Oat", "Moss", "Slate"), 930, (180, 130, 190), "34.00", 1),
    Family("TEAPOT", "Stoneware teapot 900 ml", ("Oat", "Ink"), 1010, (230, 150, 140), "46.00", 1),
    Family("LTT", "Linen tea towel", ("Oat", "Moss", "Slate", "Rust", "Stripe"), 160, (230, 170, 15), "12.50", 4, 12),
    Family("APRON", "Linen apron", ("Oat", "Moss", "Slate"), 310, (300, 230, 25), "38.00", 1.5),
    Family("NAP", "Linen napkins, set of four", ("Oat", "Moss", "Rust"), 240, (220, 180, 20), "28.00", 1.5),
    Family("TABLE", "Linen tablecloth 150 x 250 cm", ("Oat", "Slate"), 890, (340, 260, 40), "92.00", 0.7),
    Family("BOARD", "Oak serving board", ("Small", "Medium", "Large"), 780, (400, 180, 20), "32.00", 2),
    Family("SPOON", "Olive wood spoon", ("Round", "Slotted", "Flat"), 70, (310, 60, 20), "9.50", 2.5, 12),
    Family("KNIFE", "Carbon steel knife", ("Paring", "Utility", "Chef"), 210, (320, 60, 25), "54.00", 1),
    Family("PAN", "Cast iron pan", ("20 cm", "24 cm", "28 cm"), 2300, (420, 260, 60), "58.00", 1.2),
    Family("POT", "Enamel pot", ("1.5 l", "3 l", "5 l"), 1450, (260, 220, 150), "49.00", 1),
    Family(
        "TEA",
        "Loose leaf tea 100 g",
        ("Assam", "Earl Grey", "Sencha", "Rooibos", "Mint", "Darjeeling"),
        118,
        (90, 90, 120),
        "8.90",
        6,
        12,
        60,
    ),
    Family(
        "COF",
        "Coffee beans 250 g",
        ("House", "Ethiopia", "Colombia", "Decaf", "Espresso"),
        268,
        (100, 70, 190),
        "9.80",
        7,
        12,
        45,
    ),
    Family(
        "CHOC",
        "Chocolate bar 70 g",
        ("Dark 72 %", "Sea salt", "Hazelnut", "Orange", "Milk"),
        82,
        (160, 80, 10),
        "4.20",
        6,
        24,
        60,
    ),
    Family("HONEY", "Honey 340 g", ("Heather", "Blossom", "Chestnut"), 530, (75, 75, 110), "11.40", 2.5, 12, 120),
    Family("JAM", "Jam 280 g", ("Damson", "Apricot", "Raspberry", "Marmalade"), 460, (70, 70, 95), "6.80", 3, 12, 90),
    Family("OIL", "Olive oil 500 ml", ("Picual", "Arbequina"), 960, (75, 75, 280), "16.90", 2, 6, 120),
    Family("VIN", "Vinegar 250 ml", ("Cider", "Sherry", "Balsamic"), 520, (60, 60, 220), "9.20", 1.2, 6, 120),
    Family("SALT", "Sea salt 200 g", ("Flakes", "Smoked", "Rosemary"), 230, (90, 60, 130), "6.20", 2, 12),
    Family(
        "SPICE",
        "Spice tin 40 g",
        ("Cumin", "Paprika", "Turmeric", "Za'atar", "Garam masala", "Chilli"),
        92,
        (65, 65, 80),
        "5.40",
        3,
        12,
        90,
    ),
    Family("SOAP", "Olive soap 100 g", ("Lavender", "Cedar", "Plain", "Citrus"), 112, (85, 60, 30), "6.50", 4, 24),
    Family("CAND", "Soy candle 220 g", ("Fig", "Cedar", "Smoke", "Linen", "Tomato leaf"), 540, (90, 90, 110), "24.00", 3, 6),
    Family("DIFF", "Reed diffuser 100 ml", ("Fig", "Cedar", "Linen"), 410, (80, 80, 190), "29.00", 1, 0, None, True),
    Family("BATH", "Bath towel", ("Oat", "Moss", "Slate"), 690, (350, 250, 90), "36.00", 1.5),
    Family("HAND", "Hand towel", ("Oat", "Moss", "Slate"), 290, (260, 190, 60), "18.00", 1.5),
    Family("THROW", "Wool throw", ("Oat", "Moss", "Slate", "Check"), 1250, (400, 320, 110), "118.00", 0.8),
    Family("CUSH", "Wool cushion 45 cm", ("Oat", "Moss", "Rust", "Check"), 840, (450, 450, 140), "64.00", 1),
    Family("BASK", "Willow basket", ("Small", "Medium", "Large"), 980, (400, 300, 240), "42.00", 0.8),
    Family("VASE", "Glass vase", ("Bud", "Bottle", "Cylinder"), 760, (130, 130, 250), "31.00", 1),
    Family("GLASS", "Tumblers, set of four", ("Clear", "Smoke", "Green"), 1240, (200, 200, 110), "34.00", 1.2),
    Family("PLANT", "Terracotta pot", ("12 cm", "16 cm", "20 cm", "26 cm"), 1150, (200, 200, 180), "14.50", 1.5),
    Family(
        "SEED",
        "Seed packet",
        ("Sweet pea", "Cosmos", "Basil", "Tomato", "Nasturtium", "Poppy"),
        14,
        (120, 80, 4),
        "3.40",
        3,
        0,
        90,
    ),
    Family("TROW", "Garden hand tool", ("Trowel", "Fork", "Dibber"), 340, (330, 90, 60), "22.00", 1),
    Family("TWINE", "Jute twine 150 m", ("Natural", "Green"), 260, (90, 90, 110), "7.80", 1.2, 12),
    Family("NOTE", "Notebook A5", ("Plain", "Lined", "Dotted"), 280, (210, 148, 15), "13.00", 2, 12),
    Family("CARD", "Greeting card", ("Wren", "Fern", "Hare", "Moon"), 24, (170, 120, 3), "3.20", 2.5, 24),
    Family("LAMP", "Enamel table lamp", ("Moss", "Ink"), 1900, (350, 260, 260), "98.00", 0.5),
)


@dataclass(frozen=True, slots=True)
class Good:
    """An item with what the demonstration's customers and buyers need of it."""

    sku: str
    price: Decimal
    pull: float
    expires: bool


def goods() -> list[Good]:
    """Every item, in the order of :data:`FAMILIES`."""
    return [
        Good(sku, Decimal(family.price), family.pull * (1.6 if n == 0 else 1.0), family.life is not None)
        for family, n, _, sku in _variants()
    ]


def item_definitions(owner: str) -> list[ItemDefinition]:
    """Every item as the catalog takes it: a GTIN-13 each, and a GTIN-14 for a case where it comes in cases."""
    definitions = []
    for number, (family, n, variant, sku) in enumerate(_variants(), 1):
        body = f"{COMPANY_PREFIX}{number:05d}"
        barcodes = {body + check_digit(body): 1}
        packs = {}
        if family.case:
            packs["case"] = family.case
            barcodes["1" + body + check_digit("1" + body)] = family.case
        definitions.append(
            ItemDefinition(
                owner=owner,
                sku=sku,
                name=f"{family.name}, {variant}",
                weight_grams=round(family.grams * (1 + 0.06 * n)),
                length_mm=family.edges[0],
                width_mm=family.edges[1],
                height_mm=family.edges[2],
                tracks_lots=family.life is not None,
                minimum_life_days=family.life or 0,
                hazmat=family.hazmat,
                price=Decimal(family.price),
                currency="GBP",
                barcodes=barcodes,
                packs=packs,
            )
        )
    return definitions


def _variants() -> Iterator[tuple[Family, int, str, str]]:
    for family in FAMILIES:
        for n, variant in enumerate(family.variants):
            short = "".join(letter for letter in variant.upper() if letter.isalnum())[:6]
            yield family, n, variant, f"{family.code}-{short}"
