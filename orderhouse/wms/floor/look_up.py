"""What scans name, whatever they name: read for the look-up flow, with the same statements however many scans there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orderhouse.database import fetch_all
from orderhouse.kernel import sql
from orderhouse.wms.floor import sentences as say
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows.lookup import Found
from orderhouse.wms.floor.flows.machine import called, item_of

ROWS = 40
"""The most rows a small screen is given."""


def look_up(tenant_id: int, node_id: int, scans: Sequence[Scan], barcodes: Mapping[str, tuple[int, int]]) -> dict[str, Found]:
    """What was found, by the text of the scan as it arrived; what nobody knows is absent."""
    texts = sorted({text for scan in scans for text in (scan.value, scan.raw.strip(), scan.lot or "", scan.serial or "") if text})
    parameters: dict[str, Any] = {"tenant": tenant_id, "node": node_id, "texts": texts}
    items = sorted({known[0] for scan in scans if (known := item_of(scan, barcodes))})
    places = {row[1]: row for row in _rows("look_places", parameters)}
    parameters |= {"places": [row[0] for row in places.values()], "items": items}
    holdings = _grouped(_rows("look_holdings", parameters))
    work = _grouped(_rows("look_work", parameters))
    of_items = _grouped(_rows("look_items", parameters))
    lots = _grouped(_rows("look_lots", parameters))
    orders = {text: row for row in _rows("look_orders", parameters) for text in (row[0], row[1], row[8]) if text}
    receipts = {row[0]: row for row in _rows("look_receipts", parameters)}
    badges = {row[0]: row for row in _rows("look_badges", parameters)}
    found: dict[str, Found] = {}
    for scan in scans:
        item = item_of(scan, barcodes)
        if scan.kind is ScanKind.BADGE:
            answer = _badge(badges.get(scan.value))
        elif (lot := scan.serial or scan.lot) and lot in lots:
            answer = _lot(lot, lots[lot])
        elif item is not None:
            answer = _item(of_items.get(item[0], []))
        elif scan.value in places:
            place = places[scan.value]
            answer = _place(place, holdings.get(place[0], []), work.get(place[0], []), orders)
        else:
            text = scan.value
            answer = (
                _order(orders.get(text))
                or _receipt(receipts.get(text))
                or (_lot(text, lots[text]) if text in lots else None)
                or _badge(badges.get(text))
            )
        if answer is not None:
            found[scan.raw] = answer
    return found


def _rows(name: str, parameters: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return fetch_all(sql.load(__file__, name), dict(parameters))


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[Any, list[tuple[Any, ...]]]:
    groups: dict[Any, list[tuple[Any, ...]]] = {}
    for first, *rest in rows:
        groups.setdefault(first, []).append(tuple(rest))
    return groups


STATES = {"good": "free", "allocated": "for picks", "picked": "picked", "packed": "packed", "returned_ungraded": "ungraded"}


def _units(rows: Iterable[tuple[Any, ...]]) -> str:
    """``12 units of 2 items``, from rows whose first and last columns are item and units."""
    rows = list(rows)
    units, items = sum(row[-1] for row in rows), len({row[0] for row in rows})
    if not units:
        return "empty"
    return f"{units} unit{'' if units == 1 else 's'} of {items} item{'' if items == 1 else 's'}"


def _place(
    place: tuple[Any, ...], holdings: Sequence[tuple[Any, ...]], work: Sequence[tuple[Any, ...]], orders: Mapping[str, Any]
) -> Found:
    _, code, kind, note, location = place
    rows = [
        (f"{called(sku, name)} {lot}".strip(), f"{units} {STATES.get(state, state)}") for sku, name, lot, state, units in holdings
    ]
    rows += [(what, f"{count} open") for what, count in work]
    what = _units(holdings) + (f", {note}" if note else "")
    title = f"{kind.replace('_', ' ').capitalize()} {code}"
    said = say.LOOK_BIN if location and kind == "bin" else say.LOOK_UNIT
    return Found(kind, title, said.format(code=code, kind=kind.replace("_", " ").capitalize(), what=what), rows[:ROWS])


def _item(rows: Sequence[tuple[Any, ...]]) -> Found:
    sku, name = rows[0][0], rows[0][1]
    lies = [(f"{place} {lot}".strip(), f"{units} {STATES.get(state, state)}") for _, _, place, lot, state, units in rows if units]
    units = sum(row[-1] for row in rows)
    what = f"{units} here in {len({row[2] for row in rows})} places" if units else "none here"
    return Found(
        "item",
        sku,
        say.LOOK_ITEM.format(sku=sku, name="" if name.casefold() == sku.casefold() else name, what=what).replace(" :", ":"),
        lies[:ROWS],
    )


def _lot(lot: str, rows: Sequence[tuple[Any, ...]]) -> Found:
    sku, _, expires, held = rows[0][:4]
    lies = [(place, f"{units} {STATES.get(state, state)}") for *_, place, state, units in rows if units]
    notes = [f"expires {expires.isoformat()}"] if expires else []
    notes += ["held"] if held else []
    notes.append(f"{sum(row[-1] for row in rows)} here")
    return Found("lot", f"{sku} {lot}", say.LOOK_ITEM.format(sku=sku, name=f"lot {lot}", what=", ".join(notes)), lies[:ROWS])


def _order(row: tuple[Any, ...] | None) -> Found | None:
    if row is None:
        return None
    release, _, state, stopped, units, picked, packed, totes, tracking = row
    rows = [("Units", str(units)), ("Picked", str(picked)), ("Packed", str(packed))]
    rows += [("Lies in", tote) for tote in totes]
    rows += [("Tracking", tracking)] if tracking else []
    what = "cancelled: put its goods back" if stopped else state
    return Found("order", f"Order {release}", say.LOOK_ORDER.format(code=release, what=what), rows)


def _receipt(row: tuple[Any, ...] | None) -> Found | None:
    if row is None:
        return None
    number, state, supplier, dock, expected, came = row
    rows = [("From", supplier)] if supplier else []
    rows += [("Dock", dock)] if dock else []
    rows.append(("Came", f"{came} of {expected}" if expected else str(came)))
    return Found("receipt", f"Receipt {number}", say.LOOK_RECEIPT.format(code=number, what=state), rows)


def _badge(row: tuple[Any, ...] | None) -> Found | None:
    if row is None:
        return None
    code, name, flows = row
    what = name + (f", at work: {', '.join(flows)}" if flows else "")
    return Found("badge", f"Badge {code}", say.LOOK_BADGE.format(code=code, what=what), [])
