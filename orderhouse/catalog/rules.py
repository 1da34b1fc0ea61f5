"""What a definition must look like before it becomes a row. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import gtin

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.\-]{0,31}")
_COUNTRY, _CURRENCY = re.compile(r"[A-Z]{2}"), re.compile(r"[A-Z]{3}")


def code(text: str, *, field: str) -> str:
    """A code of 1 to 32 letters, digits, ``_ . -``, as people type and labels print it."""
    if not _CODE.fullmatch(text):
        raise InvalidInput(
            field=field, reason=f"{text!r} is not 1 to 32 letters, digits, '_', '.' or '-'", remedy="Shorten or rename the code."
        )
    return text


def country(text: str, *, field: str) -> str:
    """An ISO 3166-1 alpha-2 code by its shape."""
    if not _COUNTRY.fullmatch(text):
        raise InvalidInput(field=field, reason=f"{text!r} is not a two-letter country code", remedy="Use ISO 3166-1, such as GB.")
    return text


def currency(text: str, *, field: str) -> str:
    """An ISO 4217 code by its shape."""
    if not _CURRENCY.fullmatch(text):
        raise InvalidInput(
            field=field, reason=f"{text!r} is not a three-letter currency code", remedy="Use ISO 4217, such as EUR."
        )
    return text


def time_zone(text: str, *, field: str) -> str:
    """A name of the IANA time zone database."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise InvalidInput(field=field, reason=f"{text!r} is not a time zone", remedy="Use an IANA name, such as Europe/London.")
    return text


def barcode(text: str) -> str:
    """A barcode as it is kept: a GTIN with a right check digit as 14 digits, anything else as printed."""
    try:
        return gtin(text)
    except InvalidInput:
        pass
    if not 1 <= len(text) <= 128 or not text.isprintable() or text != text.strip():
        raise InvalidInput(field="barcode", reason=f"{text[:40]!r} is not 1 to 128 printable characters")
    return text


def none_twice(codes: Iterable[str], *, field: str) -> None:
    """Refuse a batch that names one code twice: which of the two should count?"""
    seen: set[str] = set()
    for each in codes:
        if each in seen:
            raise InvalidInput(field=field, reason=f"{each!r} stands twice in the batch", remedy="Give each once.")
        seen.add(each)
