"""What the floor finds: bins, totes and parcels, waves, receipts, releases and lots, by the codes that stand on them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderhouse.console.search.hits import Hit, address, asked, same, spellings
from orderhouse.database import fetch_all
from orderhouse.kernel import sql

_BY_CODE = sql.load(__file__, "find_by_code")

KINDS: dict[str, tuple[str | Promise, str]] = {
    "bin": (_("Bins"), "map-pin"),
    "handling unit": (_("Totes and parcels"), "box"),
    "wave": (_("Waves"), "stack-2"),
    "receipt": (_("Receipts"), "package-import"),
    "release": (_("Releases on the floor"), "route"),
    "parcel": (_("Totes and parcels"), "package"),
    "lot": (_("Lots and serials"), "barcode"),
}


def find(tenant_id: int, typed: str) -> Iterator[Hit]:
    """Everything on the floor whose code begins so."""
    for kind, id_, node, code, text, exact_code, of_id in fetch_all(_BY_CODE, asked(tenant_id, spellings(typed))):
        group, icon = KINDS[kind]
        shown = " · ".join(filter(None, (text.replace("_", " "), node)))
        yield Hit(group, icon, code, shown, _page(kind, id_, node, code, of_id), same(typed, exact_code))


def _page(kind: str, id_: int, node: str, code: str, of_id: int | None) -> str:
    """Where it is shown."""
    ways: dict[str, tuple[str, dict[str, Any]]] = {
        "bin": ("console:bin", {"node_code": node, "bin_code": code}),
        "handling unit": ("console:handling-unit", {"node_code": node, "code": code}),
        "wave": ("console:wave", {"node_code": node, "number": code}),
        "receipt": ("console:receipt", {"receipt_id": id_}),
        "lot": ("console:lot", {"lot_id": id_}),
    }
    way = ways.get(kind) or (("console:outbound", {"outbound_id": of_id}) if of_id else None)
    return address(*([way] if way else []), ("console:board-of-node", {"node_code": node}))
