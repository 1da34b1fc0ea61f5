"""Which stock codes are goods and which are money, by the codes this trade's exports use. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

CHARGES = {
    "POST": ("shipping", "postage"),
    "DOT": ("shipping", "web shop postage"),
    "C2": ("shipping", "carriage"),
    "C3": ("shipping", "carriage"),
    "M": ("adjustment", "entered by hand"),
    "D": ("discount", "discount"),
    "S": ("adjustment", "samples"),
    "ADJUST": ("adjustment", "adjustment by hand"),
    "ADJUST2": ("adjustment", "adjustment by hand"),
    "BANK CHARGES": ("fee", "bank charges"),
    "AMAZONFEE": ("fee", "marketplace fee"),
    "CRUK": ("fee", "charity commission"),
    "B": ("adjustment", "bad debt"),
    "GIFT": ("adjustment", "gift voucher"),
}
"""Codes that are money: the kind of charge, and what it is."""

_VOUCHER = re.compile(r"GIFT_\d+_\d+")
_TEST = re.compile(r"TEST\d*")


class Meaning(NamedTuple):
    """``kind`` is goods, charge or test; ``charge`` the kind of a charge, ``what`` its name."""

    kind: str
    charge: str = ""
    what: str = ""


@lru_cache(maxsize=65_536)
def sku_of(stock_code: str) -> str:
    """The SKU: upper case, since exports write 85123A and 85123a for the same goods; never above 64 characters."""
    return " ".join(stock_code.upper().split())[:64]


@lru_cache(maxsize=65_536)
def meaning(sku: str) -> Meaning:
    """What a SKU stands for."""
    if sku in CHARGES:
        return Meaning("charge", *CHARGES[sku])
    if _VOUCHER.fullmatch(sku):
        return Meaning("charge", "adjustment", "gift voucher")
    if _TEST.fullmatch(sku):
        return Meaning("test")
    return Meaning("goods")
