"""Items, found by SKU, barcode and the words of their names: both wings know them."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from orderhouse.catalog.words import words_of
from orderhouse.console.search.hits import SHOWN, Hit, address, asked, same, spellings
from orderhouse.database import fetch_all
from orderhouse.kernel import sql

_BY_CODE = sql.load(__file__, "items_by_code")
_BY_WORDS = sql.load(__file__, "items_by_words")


def find_items(tenant_id: int, typed: str) -> Iterator[Hit]:
    """Items whose SKU or barcode begins so, then those with a word of the name for each word typed."""
    variants = spellings(typed)
    if typed.isdigit() and len(typed) in (8, 12, 13):  # a shorter GTIN is kept as fourteen digits
        variants.add(typed.zfill(14))
    for item_id, sku, name, barcode in fetch_all(_BY_CODE, asked(tenant_id, variants)):
        exact = same(typed, sku) or (barcode is not None and same(typed.lstrip("0"), barcode.lstrip("0")))
        yield _hit(item_id, sku, name, exact, _("barcode %s") % barcode if barcode else "")
    words = words_of(typed)[:4]
    if words:
        rows = fetch_all(
            _BY_WORDS,
            {
                "tenant": tenant_id,
                "words": len(words),
                "nth": list(range(len(words))),
                "low": words,
                "high": [word + "\U0010ffff" for word in words],
                "limit": SHOWN,
            },
        )
        for item_id, sku, name in rows:
            yield _hit(item_id, sku, name, False, "")


def _hit(item_id: int, sku: str, name: str, exact: bool, why: object) -> Hit:
    href = address(("console:item", {"item_id": item_id}), ("console:stock-of-item", {"item_id": item_id}))
    return Hit(_("Items"), "package", sku, name, href, exact, str(why))
