"""Where customers are: countries by the names exports use, and the cities of the United Kingdom. Pure; degrees WGS 84."""

from __future__ import annotations

import csv
import hashlib
from bisect import bisect
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

from orderhouse.kernel.errors import InvalidInput


class Place(NamedTuple):
    """A delivery place: ISO 3166-1 alpha-2 country, its name or outcode, and where it lies."""

    country: str
    name: str
    latitude: float
    longitude: float


_COUNTRIES = """
Argentina AR -34.6 -58.4|Australia AU -33.9 151.2|Austria AT 48.2 16.4|Bahrain BH 26.2 50.6|Belgium BE 50.8 4.4
Bermuda BM 32.3 -64.8|Brazil BR -23.5 -46.6|Bulgaria BG 42.7 23.3|Canada CA 43.7 -79.4|Channel Islands JE 49.2 -2.1
Chile CL -33.4 -70.7|China CN 31.2 121.5|Croatia HR 45.8 16.0|Cyprus CY 35.2 33.4|Czech Republic CZ 50.1 14.4
Czechia CZ 50.1 14.4|Denmark DK 55.7 12.6|EIRE IE 53.3 -6.3|Egypt EG 30.0 31.2|Estonia EE 59.4 24.8
European Community BE 50.8 4.4|Finland FI 60.2 24.9|France FR 48.9 2.4|Germany DE 50.1 8.7|Gibraltar GI 36.1 -5.4
Greece GR 38.0 23.7|Guernsey GG 49.5 -2.5|Hong Kong HK 22.3 114.2|Hungary HU 47.5 19.0|Iceland IS 64.1 -21.9
India IN 28.6 77.2|Indonesia ID -6.2 106.8|Ireland IE 53.3 -6.3|Isle of Man IM 54.2 -4.5|Israel IL 32.1 34.8
Italy IT 45.5 9.2|Japan JP 35.7 139.7|Jersey JE 49.2 -2.1|Kenya KE -1.3 36.8|Korea KR 37.6 127.0
Kuwait KW 29.4 48.0|Latvia LV 56.9 24.1|Lebanon LB 33.9 35.5|Lithuania LT 54.7 25.3|Luxembourg LU 49.6 6.1
Malaysia MY 3.1 101.7|Malta MT 35.9 14.5|Mexico MX 19.4 -99.1|Morocco MA 33.6 -7.6|Netherlands NL 52.4 4.9
New Zealand NZ -36.8 174.8|Nigeria NG 6.5 3.4|Norway NO 59.9 10.8|Oman OM 23.6 58.4|Poland PL 52.2 21.0
Portugal PT 38.7 -9.1|Qatar QA 25.3 51.5|RSA ZA -26.2 28.0|Romania RO 44.4 26.1|Russia RU 55.8 37.6
Saudi Arabia SA 24.7 46.7|Singapore SG 1.3 103.8|Slovakia SK 48.1 17.1|Slovenia SI 46.1 14.5|South Africa ZA -26.2 28.0
South Korea KR 37.6 127.0|Spain ES 40.4 -3.7|Sweden SE 59.3 18.1|Switzerland CH 47.4 8.5|Taiwan TW 25.0 121.6
Thailand TH 13.8 100.5|The Netherlands NL 52.4 4.9|Turkey TR 41.0 29.0|USA US 40.7 -74.0|Ukraine UA 50.5 30.5
United Arab Emirates AE 25.2 55.3|United States US 40.7 -74.0|Vietnam VN 10.8 106.7|West Indies BB 13.1 -59.6
"""


def _country_table() -> dict[str, Place]:
    table = {}
    for entry in _COUNTRIES.replace("\n", "|").split("|"):
        if entry:
            name, iso, latitude, longitude = entry.rsplit(" ", 3)
            table[name.lower()] = Place(iso, name, float(latitude), float(longitude))
    return table


COUNTRIES = _country_table()
"""A country's main port of entry or trade, by its name in lower case as exports write it."""

HOME_NAMES = frozenset({"united kingdom", "uk", "great britain", "gb", "england", "scotland", "wales", "northern ireland"})
UNSTATED = frozenset({"", "unspecified"})

_CITIES = """
London 51.51 -0.13 8166|Birmingham 52.48 -1.90 1074|Leeds 53.80 -1.55 752|Glasgow 55.86 -4.26 593|Sheffield 53.38 -1.47 553
Bradford 53.79 -1.75 522|Liverpool 53.41 -2.98 466|Edinburgh 55.95 -3.19 477|Manchester 53.48 -2.24 503|Bristol 51.45 -2.59 428
Cardiff 51.48 -3.18 346|Leicester 52.64 -1.13 330|Coventry 52.41 -1.51 317|Belfast 54.60 -5.93 281|Nottingham 52.95 -1.15 306
Newcastle 54.98 -1.61 280|Hull 53.74 -0.34 256|Plymouth 50.38 -4.14 256|Stoke-on-Trent 53.00 -2.18 249|Derby 52.92 -1.48 249
Southampton 50.90 -1.40 237|Swansea 51.62 -3.94 239|Portsmouth 50.80 -1.09 205|Aberdeen 57.15 -2.09 223|Norwich 52.63 1.30 133
Dundee 56.46 -2.97 147|Brighton 50.83 -0.14 273|Reading 51.45 -0.97 156|Oxford 51.75 -1.26 152|Cambridge 52.21 0.12 124
York 53.96 -1.08 198|Exeter 50.72 -3.53 118|Ipswich 52.06 1.16 133|Inverness 57.48 -4.22 63|Carlisle 54.89 -2.93 107
Truro 50.26 -5.05 19|Bangor 53.23 -4.13 18|Canterbury 51.28 1.08 55|Lincoln 53.23 -0.54 94|Aberystwyth 52.42 -4.08 13
"""


def home_cities() -> list[tuple[Place, int]]:
    """Cities of the United Kingdom with their residents in thousands (2011 census, rounded)."""
    cities = []
    for entry in _CITIES.replace("\n", "|").split("|"):
        if entry:
            name, latitude, longitude, residents = entry.rsplit(" ", 3)
            cities.append((Place("GB", name, float(latitude), float(longitude)), int(residents)))
    return cities


def read_outcodes(path: Path) -> list[tuple[Place, int]]:
    """Postcode districts from a CSV with outcode, lat and lng: each weighs the same. Raises InvalidInput."""
    try:
        with path.open(encoding="utf-8", newline="") as sheet:
            places = [(Place("GB", r["outcode"], float(r["lat"]), float(r["lng"])), 1) for r in csv.DictReader(sheet)]
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise InvalidInput(field="outcodes", reason=f"{path} cannot be read as outcode, lat, lng: {error}")
    if not places:
        raise InvalidInput(field="outcodes", reason=f"{path} names no place")
    return places


class Gazetteer:
    """Gives every customer a place, the same at each asking."""

    def __init__(self, home: list[tuple[Place, int]]) -> None:
        self._home = [place for place, _ in home]
        self._reach = list(accumulate(weight for _, weight in home))
        self._given: dict[tuple[str, str], Place | None] = {}

    def place(self, who: str, country: str) -> Place | None:
        """Where ``who`` in ``country`` (as the file writes it) has goods sent; None for a country nobody here knows."""
        key = (who, country)
        if key not in self._given:
            self._given[key] = self._find(who, country.strip().lower())
        return self._given[key]

    def _find(self, who: str, country: str) -> Place | None:
        if country not in HOME_NAMES and country not in UNSTATED:
            return COUNTRIES.get(country)
        draw = int.from_bytes(hashlib.blake2b(who.encode(), digest_size=8).digest(), "big") % self._reach[-1]
        return self._home[bisect(self._reach, draw)]
