"""Who buys in the demonstration: invented people in real towns, at example addresses."""

from __future__ import annotations

from random import Random
from typing import Any

TOWNS = (
    ("London", "N1 7AA", "GB", 51.51, -0.12, 9.0),
    ("Birmingham", "B1 1AA", "GB", 52.48, -1.90, 3.0),
    ("Manchester", "M1 1AE", "GB", 53.48, -2.24, 3.0),
    ("Leeds", "LS1 1AA", "GB", 53.80, -1.55, 2.0),
    ("Glasgow", "G1 1AA", "GB", 55.86, -4.25, 2.0),
    ("Edinburgh", "EH1 1AA", "GB", 55.95, -3.19, 2.0),
    ("Bristol", "BS1 4AA", "GB", 51.45, -2.59, 2.5),
    ("Cardiff", "CF10 1AA", "GB", 51.48, -3.18, 1.5),
    ("Exeter", "EX1 1AA", "GB", 50.72, -3.53, 1.0),
    ("Norwich", "NR1 1AA", "GB", 52.63, 1.30, 1.0),
    ("Newcastle upon Tyne", "NE1 1AA", "GB", 54.97, -1.61, 1.5),
    ("Brighton", "BN1 1AA", "GB", 50.82, -0.14, 1.5),
    ("Amsterdam", "1012 AB", "NL", 52.37, 4.90, 2.5),
    ("Utrecht", "3511 AA", "NL", 52.09, 5.12, 1.0),
    ("Antwerpen", "2000", "BE", 51.22, 4.40, 1.2),
    ("Hamburg", "20095", "DE", 53.55, 9.99, 1.5),
    ("Berlin", "10115", "DE", 52.52, 13.40, 2.0),
    ("Köln", "50667", "DE", 50.94, 6.96, 1.2),
    ("Paris", "75001", "FR", 48.86, 2.35, 2.0),
    ("Lille", "59000", "FR", 50.63, 3.06, 0.8),
    ("København", "1050", "DK", 55.68, 12.57, 0.8),
    ("Dublin", "D01 A1A1", "IE", 53.35, -6.26, 1.5),
)
_FIRST = [
    "Alice",
    "Ben",
    "Carys",
    "Dara",
    "Elena",
    "Farid",
    "Grace",
    "Hugo",
    "Imogen",
    "Jonas",
    "Keira",
    "Lars",
    "Maya",
    "Nils",
    "Olga",
    "Priya",
    "Quentin",
    "Rosa",
    "Samuel",
    "Tessa",
    "Uwe",
    "Vera",
    "Wilma",
    "Xander",
    "Yusuf",
    "Zoë",
    "Anneke",
    "Bram",
    "Chloé",
    "Dieter",
    "Eoin",
    "Freya",
    "Gareth",
    "Hanna",
]
_LAST = [
    "Abbott",
    "Bakker",
    "Carver",
    "Dubois",
    "Evans",
    "Fischer",
    "Gallagher",
    "Hughes",
    "Iversen",
    "Jansen",
    "Khan",
    "Lambert",
    "Murphy",
    "Novak",
    "Okafor",
    "Patel",
    "Quinn",
    "Roberts",
    "Schneider",
    "Taylor",
    "Ueda",
    "Verhoeven",
    "Walsh",
    "Young",
    "Zimmermann",
    "Ashworth",
    "de",
    "Vries",
    "O'Neill",
    "Lindqvist",
    "Moreau",
    "Petersen",
]
_STREETS = [
    "Mill Lane",
    "High Street",
    "Station Road",
    "Church Walk",
    "Orchard Close",
    "Harbour Street",
    "Kirkgate",
    "Parkstraat",
    "Lindenweg",
    "Rue Neuve",
]
_FIRMS = ("The Copper Kettle", "Harbour Rooms", "Wren & Daughters", "Café Mondriaan", "Low Barn Farm Shop", "Station Hotel")

HOME, ABROAD = [t for t in TOWNS if t[2] == "GB"], [t for t in TOWNS if t[2] != "GB"]


def customer(random: Random, *, abroad: float, trade: bool = False) -> tuple[dict[str, Any], dict[str, Any]]:
    """A customer and where they want it sent, as a channel would write them. ``abroad`` is the share that lives over the water."""
    towns = ABROAD if random.random() < abroad else HOME
    city, postal_code, country, latitude, longitude, _ = random.choices(towns, [town[5] for town in towns])[0]
    first, last = random.choice(_FIRST), random.choice(_LAST)
    name = f"{first} {last}"
    mailbox = "".join(letter for letter in f"{first}.{last}".lower() if letter.isascii() and (letter.isalpha() or letter == "."))
    address: dict[str, Any] = {
        "name": name,
        "lines": [f"{random.randint(1, 180)} {random.choice(_STREETS)}"],
        "city": city,
        "postal_code": postal_code,
        "country": country,
        "latitude": round(latitude + random.uniform(-0.2, 0.2), 4),
        "longitude": round(longitude + random.uniform(-0.2, 0.2), 4),
    }
    if trade:
        address["company"] = random.choice(_FIRMS)
    return {"name": name, "email": f"{mailbox}@example.com"}, address
