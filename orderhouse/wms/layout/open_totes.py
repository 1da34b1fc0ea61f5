"""Bring totes, carts and pallets into use."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.wms.layout import store
from orderhouse.wms.layout.queries import handling_units_by_code


class CodeIsTaken(Refusal):
    """A handling unit of another kind carries this label already."""

    sentence = "{code} is the label of a {kind}."
    remedy = "Print another label."


def open_totes(*, by: By, node_id: int, codes: Sequence[str], kind: str = "tote") -> dict[str, int]:
    """Ids of handling units with these labels, made where they are not known yet: repeating it changes nothing.

    ``kind`` is tote, cart or pallet. Raises ``InvalidInput`` for a label that cannot be scanned, :class:`CodeIsTaken`
    where a label names a thing of another kind.
    """
    if kind not in ("tote", "cart", "pallet"):
        raise InvalidInput(field="kind", reason=f"{kind!r} is no tote, cart or pallet")
    for at, code in enumerate(codes):
        if not 1 <= len(code) <= 64 or not code.isprintable() or code != code.strip():
            raise InvalidInput(field=f"codes[{at}]", reason=f"{code[:70]!r} is not 1 to 64 printable characters")
    with unit_of_work(by.tenant_id):
        store.open_handling_units(by.tenant_id, node_id, kind, sorted(set(codes)))
        known = handling_units_by_code(by.tenant_id, node_id, codes)
    for unit in known.values():
        if unit.kind != kind:
            raise CodeIsTaken(code=unit.code, kind=unit.kind)
    return {code: known[code].id for code in codes}
