"""What a scanner sent, read: our own labels, GTINs, SSCCs, GS1 element strings and Digital Links. Pure and cached.

A keyboard wedge sends characters, perhaps framed by STX, ETX or a line end and led by an AIM symbology identifier
(``]C1``, ISO/IEC 15424); a camera sends text and names the symbology apart. Both end in one :class:`Scan`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from biip.gs1_digital_link_uris import GS1DigitalLinkURI
from biip.gs1_element_strings import GS1ElementString
from biip.gs1_messages import GS1Message
from biip.upc import Upc

from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.identifiers import check_digit

MAX_LENGTH = 512
"""Characters: the longest GS1 message is shorter; a longer read is two labels run together or a paste."""


class ScanKind(StrEnum):
    """What was read. ``text`` is anything else: the flow may still know it (a SKU, an order number, a bare bin code)."""

    LOCATION = "location"
    TOTE = "tote"
    BADGE = "badge"
    CART = "cart"
    GTIN = "gtin"
    SSCC = "sscc"
    TEXT = "text"


PREFIXES = {"L": ScanKind.LOCATION, "T": ScanKind.TOTE, "B": ScanKind.BADGE, "C": ScanKind.CART}
"""Our own labels: one letter, a point, the code as the database knows it: ``L.A-12-03``."""


@dataclass(frozen=True, slots=True)
class Scan:
    """One read.

    ``value`` is the code without our prefix, the GTIN as 14 digits, the SSCC as 18 digits, or the text itself.
    ``gtin`` is set too when an SSCC names its contents (AI 02). ``quantity`` counts trade items (AI 30 or 37).
    ``expires_on`` is the expiry date (AI 17), else the best-before date (AI 15); day 00 means the month's last day.
    ``raw`` is what arrived, untouched.
    """

    kind: ScanKind
    value: str
    gtin: str | None = None
    lot: str | None = None
    serial: str | None = None
    expires_on: date | None = None
    quantity: int | None = None
    raw: str = ""


class UnreadableScan(Refusal):
    """What was scanned cannot be a label of any kind we know."""

    sentence = "Scanned {scanned}: {reason}."
    remedy = "{mend}"
    status = 422


def read(text: str, *, symbology: str | None = None) -> Scan:
    """Read what a scanner sent.

    ``symbology`` is what the reader says the symbol was, if it says: an AIM identifier (``]d2``) or a name
    (``ean_13``, ``UPC-E``, ``gs1_128``); an identifier inside the text wins. Raises :class:`UnreadableScan` and
    nothing else, whatever the text.
    """
    if len(text) > MAX_LENGTH:
        raise _unreadable(
            text,
            f"{len(text)} characters are more than the {MAX_LENGTH} a label can hold",
            "Scan one label at a time, holding the scanner closer.",
        )
    return _read(text, symbology)


def label_text(kind: ScanKind, code: str) -> str:
    """What to print in the barcode of a location, tote, badge or cart: :func:`read` gives back ``kind`` and ``code``."""
    for letter, of_kind in PREFIXES.items():
        if of_kind is kind and _OURS.fullmatch(f"{letter}.{code}") and code.isprintable():
            return f"{letter}.{code}"
    raise _unreadable(code, f"it cannot be the code of a {kind}", "Use 1 to 64 printable characters, no space at either end.")


_FRAMING = " \t\r\n\x00\x02\x03\x04"
_GS = "\x1d"
_SHOWN_GS = re.compile(r"<GS>|\{GS\}|\u241d")  # how wedges that cannot type a control character spell the separator
_AIM = re.compile(r"\]([A-Za-z][0-9A-Za-z])")
_OURS = re.compile(rf"([{''.join(PREFIXES)}])\.(\S(?:.{{0,62}}\S)?)")
_OUR_EMPTY = re.compile(rf"[{''.join(PREFIXES)}]\.")
_HEAD = re.compile(r"00[0-9]{18}|0[12][0-9]{14}")
_BRACKETED = re.compile(r"\((?:00|01|02|10|11|13|15|17|21|30|37)\) ?\S")
_LINK = re.compile(r"https?://[^/]+(?:/[^/?#]+)*?/(?:00|01)/[0-9]", re.IGNORECASE)

_RETAIL = {"E0", "E3", "E4", "ean13", "ean8", "eanupc", "upca"}
_UPC_E = {"upce"}
_GS1 = {"C1", "e0", "e1", "e2", "d2", "Q3", "J1", "gs1128", "gs1datamatrix", "gs1qrcode", "gs1databar", "gs1dotcode"}
_SCAN_AGAIN = "Scan it again; if it is refused again, print a fresh label."


@lru_cache(maxsize=1 << 16)
def _read(text: str, symbology: str | None) -> Scan:
    body = text.strip(_FRAMING)
    carrier = "" if symbology is None else _carrier(symbology)
    if body[:1] == "]" and (aim := _AIM.match(body)):
        carrier, body = aim[1], body[3:]
    if not body.strip(_GS):
        raise _unreadable(text, "there is nothing in it", "Scan the label again.")
    if "GS" in body or "\u241d" in body:
        body = _SHOWN_GS.sub(_GS, body)
    if not body.isprintable() and not body.replace(_GS, "").isprintable():
        raise _unreadable(text, "it holds characters no label carries", _SCAN_AGAIN)
    if ours := _OURS.fullmatch(body):
        return Scan(PREFIXES[ours[1]], ours[2], raw=text)
    if _OUR_EMPTY.fullmatch(body):
        raise _unreadable(text, f"it says {PREFIXES[body[0]]} but carries no code", "Print this label again.")
    if carrier in _RETAIL or carrier in _UPC_E:
        return _retail(body, carrier, text)
    if body.isdigit() and body.isascii() and (scan := _digits(body, text)):
        return scan
    if carrier in _GS1 or _GS in body:
        return _link(body, text) if _LINK.match(body) else _elements(body, text)
    if _BRACKETED.match(body):
        return _elements(body, text)
    if _LINK.match(body):
        return _link(body, text)
    if (head := _HEAD.match(body)) and _checks(head[0][2:]):
        try:
            return _elements(body, text)
        except UnreadableScan:
            pass  # nothing but its first digits says GS1: leave it to the flow
    return Scan(ScanKind.TEXT, body, raw=text)


def _carrier(symbology: str) -> str:
    aim = _AIM.match(symbology)
    return aim[1] if aim else re.sub(r"[^a-z0-9]", "", symbology.lower())


def _checks(digits: str) -> bool:
    return check_digit(digits[:-1]) == digits[-1] and digits.strip("0") != ""


def _digits(digits: str, raw: str) -> Scan | None:
    """A bare EAN-8, UPC-A, EAN-13, ITF-14 or SSCC-18, by length and check digit; None where it is neither."""
    if len(digits) in (8, 12, 13, 14) and _checks(digits):
        gtin = digits.zfill(14)
        return Scan(ScanKind.GTIN, gtin, gtin=gtin, raw=raw)
    if len(digits) == 18 and _checks(digits):
        return Scan(ScanKind.SSCC, digits, raw=raw)
    return None


def _retail(body: str, carrier: str, raw: str) -> Scan:
    """An EAN or UPC symbol: digits with a right check digit, or nothing. UPC-E is expanded to its UPC-A."""
    digits = body
    if carrier == "E3":
        digits = body[:13]  # the two- or five-digit add-on follows
    if not (digits.isascii() and digits.isdigit()):
        raise _unreadable(raw, "an EAN or UPC holds digits only", _SCAN_AGAIN)
    if carrier in _UPC_E or (len(digits) == 8 and not _checks(digits)):
        try:
            digits = Upc.parse(digits).as_upc_a()
        except Exception:  # a parser of hostile input: whatever it trips over, the scan cannot be read
            raise _unreadable(raw, "it is no EAN-8 and no UPC-E", _SCAN_AGAIN)
    if len(digits) not in (8, 12, 13, 14):
        raise _unreadable(raw, f"an EAN or UPC has 8, 12 or 13 digits, this has {len(digits)}", _SCAN_AGAIN)
    if not _checks(digits):
        due = check_digit(digits[:-1])
        raise _unreadable(raw, f"its last digit is {digits[-1]} where the check digit is {due}", _SCAN_AGAIN)
    gtin = digits.zfill(14)
    return Scan(ScanKind.GTIN, gtin, gtin=gtin, raw=raw)


def _link(body: str, raw: str) -> Scan:
    """A GS1 Digital Link URI (GS1 Digital Link Standard: URI Syntax), any domain."""
    try:
        elements = GS1DigitalLinkURI.parse(body).element_strings
    except Exception:  # as above
        raise _unreadable(raw, "it is not a well-formed GS1 Digital Link", "Scan the item's other barcode.")
    return _scan_of(elements, raw)


def _elements(body: str, raw: str) -> Scan:
    """A GS1 element string, separated by GS (FNC1) or written with its identifiers in brackets."""
    try:
        if body[0] == "(":
            return _scan_of(GS1Message.parse_hri(body).element_strings, raw)
        body = body.strip(_GS)
        elements = GS1Message.parse(body).element_strings
    except Exception:  # as above
        raise _unreadable(raw, "its GS1 data does not parse", _SCAN_AGAIN)
    rest = body
    for element in elements:
        rest = rest[len(element) :]
        if element.ai.separator_required and rest and rest[0] != _GS:
            raise _unreadable(raw, f"no separator ends its ({element.ai.ai}) {element.value}", _SCAN_AGAIN)
        rest = rest.lstrip(_GS)
    return _scan_of(elements, raw)


def _scan_of(elements: list[GS1ElementString], raw: str) -> Scan:
    """The scan that checked GS1 elements make: an SSCC before a GTIN, else text with the lot or serial it names."""
    found: dict[str, GS1ElementString] = {}
    for element in elements:
        if not element.value:
            raise _unreadable(raw, f"its ({element.ai.ai}) is empty", _SCAN_AGAIN)
        if not element.value.isascii():  # the parser takes any script's digits for digits; GS1 does not
            raise _unreadable(raw, f"its ({element.ai.ai}) holds letters or digits no GS1 symbol has", _SCAN_AGAIN)
        if found.setdefault(element.ai.ai, element).value != element.value:
            raise _unreadable(raw, f"it gives two different ({element.ai.ai})", "Scan one label at a time.")

    def value(*names: str) -> str | None:
        return next((found[ai].value for ai in names if ai in found), None)

    sscc, gtin = value("00"), value("01", "02")
    for name, digits in (("SSCC", sscc), ("GTIN", gtin)):
        if digits is not None and not _checks(digits):
            raise _unreadable(raw, f"the check digit of its {name} {digits} is wrong", _SCAN_AGAIN)
    count = value("30", "37")
    if count is not None and int(count) == 0:
        raise _unreadable(raw, "its count is 0", "Print the label again with the right count.")
    expiry = next((found[ai].date for ai in ("17", "15") if ai in found), None)
    lot, serial = value("10"), value("21")
    kind = ScanKind.SSCC if sscc else ScanKind.GTIN if gtin else ScanKind.TEXT
    text = sscc or gtin or serial or lot or "".join(f"({e.ai.ai}){e.value}" for e in elements)
    return Scan(kind, text, gtin, lot, serial, expiry, int(count) if count else None, raw)


def _unreadable(text: str, reason: str, mend: str) -> UnreadableScan:
    shown = "".join(c if c.isprintable() else "\u00b7" for c in text.strip()[:40])
    return UnreadableScan(scanned=f"“{shown}{'…' if len(text.strip()) > 40 else ''}”", reason=reason, mend=mend)
