"""Identifiers: our own 64-bit row ids, and checked values of the trade (GTIN, SSCC, SKU, lot number)."""

from __future__ import annotations

import os
import re
import threading
import time
from datetime import datetime

from orderhouse.kernel.errors import InvalidInput

_EPOCH_MS = 1_735_689_600_000  # 2025-01-01T00:00Z: 41 bits of milliseconds reach the year 2094
_WRITER_BITS, _SERIAL_BITS = 10, 12


class IdSource:
    """Makes 63-bit ids: 41 bits milliseconds, 10 bits writer, 12 bits serial.

    Ids rise within one process and are unique among processes whose ``writer`` numbers differ; where two should ever
    agree, the primary key refuses the second. No order of ids is relied on anywhere (ADR 0003).
    """

    def __init__(self, writer: int | None = None) -> None:
        self._lock = threading.Lock()
        self._last = 0
        self.seat(writer if writer is not None else int.from_bytes(os.urandom(2), "big"))

    def seat(self, writer: int) -> None:
        """Take a writer number (0..1023); the database hands them out in turn when a process connects."""
        self._writer = (writer % (1 << _WRITER_BITS)) << _SERIAL_BITS

    def take(self, count: int) -> list[int]:
        """``count`` fresh ids, rising."""
        with self._lock:
            now = (int(time.time() * 1000) - _EPOCH_MS) << _SERIAL_BITS
            first = max(self._last + 1, now)
            self._last = first + count - 1
        mask = (1 << _SERIAL_BITS) - 1
        shift = _WRITER_BITS + _SERIAL_BITS
        return [(n >> _SERIAL_BITS) << shift | self._writer | (n & mask) for n in range(first, first + count)]


ids = IdSource()


def new_id() -> int:
    """One fresh 63-bit row id."""
    return ids.take(1)[0]


def new_ids(count: int) -> list[int]:
    """``count`` fresh 63-bit row ids, rising."""
    return ids.take(count)


def check_digit(digits: str) -> str:
    """The GS1 modulo-10 check digit of ``digits`` (GS1 General Specifications, section 7.9)."""
    total = sum(int(d) * (3 if i % 2 == 0 else 1) for i, d in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin(text: str) -> str:
    """A GTIN-8, -12, -13 or -14 as 14 digits; refuses a wrong length or check digit."""
    digits = text.strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) not in (8, 12, 13, 14):
        raise InvalidInput(field="gtin", reason=f"{text!r} is not 8, 12, 13 or 14 digits")
    if check_digit(digits[:-1]) != digits[-1]:
        raise InvalidInput(
            field="gtin",
            reason=f"{text!r} ends in {digits[-1]} where its check digit is {check_digit(digits[:-1])}",
            remedy="Scan it again, or correct the mistyped digit.",
        )
    return digits.zfill(14)


def sscc(text: str) -> str:
    """An SSCC-18 with a right check digit (GS1 General Specifications, section 3.2)."""
    digits = text.strip()
    if len(digits) != 18 or not (digits.isascii() and digits.isdigit()):
        raise InvalidInput(field="sscc", reason=f"{text!r} is not 18 digits")
    if check_digit(digits[:-1]) != digits[-1]:
        raise InvalidInput(field="sscc", reason=f"{text!r} has a wrong check digit", remedy="Scan the label again.")
    return digits


def make_sscc(*, company_prefix: str, serial: int, extension: int = 0) -> str:
    """An SSCC-18: extension digit, GS1 company prefix (7 to 10 digits), serial reference, check digit."""
    width = 16 - len(company_prefix)
    body = f"{extension}{company_prefix}{serial % 10**width:0{width}d}"
    return body + check_digit(body)


_SKU = re.compile(r"[^\s\x00-\x1f\x7f](?:[^\x00-\x1f\x7f]{0,62}[^\s\x00-\x1f\x7f])?")


def sku(text: str) -> str:
    """A SKU: 1 to 64 printable characters, no leading or trailing space."""
    if not _SKU.fullmatch(text):
        raise InvalidInput(field="sku", reason=f"{text!r} is not 1 to 64 printable characters")
    return text


_LOT = re.compile(r"[\x21-\x22\x25-\x2f\x30-\x39\x3a-\x3f\x41-\x5a\x5f\x61-\x7a]{1,20}")


def lot_number(text: str) -> str:
    """A lot number: 1 to 20 characters of GS1's set 82 (application identifier 10)."""
    if not _LOT.fullmatch(text):
        raise InvalidInput(field="lot_number", reason=f"{text!r} is not 1 to 20 characters of the GS1 set")
    return text


def first_id_at(moment: datetime) -> int:
    """The smallest id made at ``moment`` or later. For screens that look at the latest rows by their key; writers' clocks may
    differ by a little, so nothing that must be exact may lean on it."""
    return max(0, int(moment.timestamp() * 1000) - _EPOCH_MS) << (_WRITER_BITS + _SERIAL_BITS)
