"""Quantities are whole numbers of an item's base unit; packs convert exactly or refuse."""

from __future__ import annotations

import reprlib

from orderhouse.kernel.errors import InvalidInput

MAX_QUANTITY = 999_999_999
"""The most units one line may name: above it a typing error is likelier than an order."""


def quantity(value: object, *, field: str = "quantity") -> int:
    """A positive whole quantity of base units, 1 to 999,999,999; refuses anything else, naming ``field``."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidInput(
            field=field, reason=f"{reprlib.repr(value)} is not a whole number", remedy="Give a whole number of base units."
        )
    if value < 1:
        raise InvalidInput(field=field, reason=f"{value} is less than 1", remedy="Give at least 1 unit, or leave the line out.")
    if value > MAX_QUANTITY:
        raise InvalidInput(
            field=field, reason=f"{value} is more than {MAX_QUANTITY}", remedy="Check for extra digits, or split the order."
        )
    return value


def packs_to_units(packs: int, units_per_pack: int) -> int:
    """Units in ``packs`` whole packs."""
    return packs * units_per_pack


def units_to_packs(units: int, units_per_pack: int) -> int:
    """Whole packs in ``units``; refuses a quantity that would break a pack."""
    packs, rest = divmod(units, units_per_pack)
    if rest:
        raise InvalidInput(
            field="quantity",
            reason=f"{units} units are not whole packs of {units_per_pack}",
            remedy=f"Give a multiple of {units_per_pack}.",
        )
    return packs
