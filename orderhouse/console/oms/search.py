"""What the promise wing finds: orders, by every code a customer, a channel or a carrier may name them with."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from orderhouse.console.search.hits import SHOWN, Hit, address, asked, same, spellings
from orderhouse.database import fetch_all
from orderhouse.kernel import sql

_BY_NUMBER = sql.load(__file__, "find_by_number")
_BY_CUSTOMER = sql.load(__file__, "find_by_customer")
_BY_PARCEL = sql.load(__file__, "find_by_parcel")

MATCHED = {
    "number": "",
    "channel": _("channel's order id"),
    "release": _("release %s"),
    "return": _("return %s"),
    "tracking": _("tracking %s"),
    "sscc": _("SSCC %s"),
}


def find(tenant_id: int, typed: str) -> Iterator[Hit]:
    """Orders by number, channel order id, release, return, tracking, SSCC, email and phone."""
    codes = asked(tenant_id, spellings(typed))
    for by, order_id, number, code, name in fetch_all(_BY_NUMBER, codes):
        yield _hit(order_id, number, name, by, code, typed)
    for by, order_id, number, code, name in fetch_all(_BY_PARCEL, codes):
        yield _hit(order_id, number, name, by, code, typed)
    digits = re.sub(r"\D", "", typed)
    phone = digits.lstrip("0")[::-1] if len(digits) >= 5 and re.fullmatch(r"[\d\s()+./-]+", typed) else ""
    email = typed.lower() if len(typed) >= 3 and " " not in typed else ""
    people = {
        "tenant": tenant_id,
        "email": email,
        "email_end": email + "\U0010ffff",
        "phone": phone,
        "phone_end": phone + "\U0010ffff",
        "limit": SHOWN,
    }
    if phone or email:
        for order_id, number, name, matched in fetch_all(_BY_CUSTOMER, people):
            yield Hit(_("Orders"), "list-check", number, name, _order(order_id), False, matched)


def _hit(order_id: int, number: str, name: str, by: str, code: str, typed: str) -> Hit:
    why = str(MATCHED[by]).replace("%s", code)
    return Hit(_("Orders"), "list-check", number, name or "", _order(order_id), same(typed, code), why)


def _order(order_id: int) -> str:
    return address(("console:order", {"order_id": order_id}))
