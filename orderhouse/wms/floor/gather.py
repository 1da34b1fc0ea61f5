"""The facts each flow decides on, read with a fixed number of statements however many scans wait.

Nothing is locked here but the session, by the caller: the verbs that post lock in the house's order and look again, so a fact
that grew old in between is refused there, never acted on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from orderhouse.catalog.queries import items, items_by_barcode
from orderhouse.database import fetch_all, fetch_one
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows import count, pack, pick, putaway, receive
from orderhouse.wms.floor.flows.machine import State, is_command, item_codes, names_tote
from orderhouse.wms.floor.store import Session
from orderhouse.wms.floor.walk import meters_left
from orderhouse.wms.layout.queries import handling_units_by_code, locations_by_code
from orderhouse.wms.packing.queries import units_to_pack
from orderhouse.wms.routing.geometry import Geometry

MOST = 500
"""Tasks a scanner takes along when it goes offline, and the most one batch looks at beyond its own."""


def gather(tenant_id: int, session: Session, scans: Sequence[Scan]) -> Any:
    """The facts of the session's flow for these scans; with no scans, for a start."""
    return _GATHER[session.flow](tenant_id, session, session.state, scans)


def _pick(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> pick.Facts:
    tour = fetch_one(
        """SELECT t.number, s.geometry::text FROM wms_tour t JOIN wms_site s ON s.tenant_id = t.tenant_id AND s.node_id = t.node_id
           WHERE t.tenant_id = %s AND t.id = %s""",
        (tenant_id, session.target),
    )
    if tour is None:
        raise NotFound(kind="tour", code=session.target, field="target")
    site = orjson.loads(tour[1])
    geometry = Geometry(
        tuple(site["aisles"]),
        tuple(site["cross_aisles"]),
        depot_aisle=site["depot_aisle"],
        depot_cross_aisle=site["depot_cross_aisle"],
    )
    rows = fetch_all(sql.load(__file__, "tour_tasks"), {"tenant": tenant_id, "tour": session.target})
    tasks = [pick.Task(*row[:13]) for row in rows]
    for task, meters in zip(tasks, meters_left(geometry, [(row[13], row[14]) for row in rows]), strict=True):
        task.meters_left = meters
    codes = {scan.value for scan in scans if scan.kind in (ScanKind.TOTE, ScanKind.SSCC, ScanKind.TEXT)}
    totes = fetch_all(
        sql.load(__file__, "totes_at_hand"),
        {"tenant": tenant_id, "node": session.node_id, "codes": list(codes), "outbounds": list({t.outbound_id for t in tasks})},
        of=pick.Tote,
    )
    return pick.Facts(session.badge, tour[0], tasks, {tote.code: tote for tote in totes}, _barcodes(tenant_id, scans))


def _pack(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> pack.Facts:
    codes = {scan.value for scan in scans if names_tote(scan) or (scan.kind is ScanKind.TEXT and not is_command(scan))}
    parameters: dict[str, Any] = {
        "tenant": tenant_id,
        "node": session.node_id,
        "codes": list(codes),
        "outbound": state.get("order", 0),
    }
    rows = fetch_all(sql.load(__file__, "orders_at_bench"), parameters) if scans or state.get("order") else []
    if not scans:
        rows += fetch_all(sql.load(__file__, "totes_to_pack"), parameters | {"limit": MOST})
    heads = {row[1]: row for row in rows if row[1]}
    pieces: dict[int, list[pack.Piece]] = {outbound_id: [] for outbound_id in heads}
    if heads:
        units = units_to_pack(tenant_id, list(heads))
        known = items(tenant_id, {unit.item_id for unit in units})
        for u in units:
            lots = tuple(name for name in (u.lot.lot_number, u.lot.serial_number) if name) if u.lot else ()
            item = known[u.item_id]
            piece = pack.Piece(
                u.outbound_line_id, u.item_id, u.sku, item.name, u.lot_id, lots, u.place_id, u.tote, u.quantity, item.weight_grams
            )
            pieces[u.outbound_id].append(piece)
    orders = {
        outbound_id: pack.Order(outbound_id, number, pieces[outbound_id], to_pick, stopped)
        for outbound_id, (_, _, number, stopped, to_pick) in heads.items()
    }
    return pack.Facts(orders, {row[0]: row[1] for row in rows}, _barcodes(tenant_id, scans))


def _receive(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> receive.Facts:
    numbers = {text for scan in scans if not is_command(scan) for text in (scan.value, scan.raw.strip())}
    wanted = state.get("receipt") or session.target or 0
    parameters = {"tenant": tenant_id, "node": session.node_id, "numbers": list(numbers), "receipt": wanted}
    receipts: dict[str, receive.Receipt] = {}
    for id_, number, kind, standing, line_number, *line in fetch_all(sql.load(__file__, "receipts_at_hand"), parameters):
        receipt = receipts.setdefault(number, receive.Receipt(id_, number, kind, standing))
        if line_number is not None:
            receipt.lines.setdefault(line[0], []).append(receive.Line(line_number, *line))
    barcodes = _barcodes(tenant_id, scans)
    wanted_items = {item_id for item_id, _ in barcodes.values()} | ({state["item"]} if "item" in state else set())
    if not scans:
        wanted_items |= {item_id for receipt in receipts.values() for item_id in receipt.lines}
    known = {
        item.id: receive.Item(
            item.id, item.sku, item.name, item.tracks_lots, item.tracks_serials, item.tracks_lots and item.minimum_life_days > 0
        )
        for item in (items(tenant_id, wanted_items).values() if wanted_items else ())
    }
    return receive.Facts(receipts, known, barcodes, session.target)


def _putaway(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> putaway.Facts:
    barcodes = _barcodes(tenant_id, scans)
    totes: dict[str, int] = {}
    bins: dict[str, putaway.Bin] = {}
    if codes := {scan.value for scan in scans if names_tote(scan)}:
        totes = {unit.code: unit.id for unit in handling_units_by_code(tenant_id, session.node_id, codes).values()}
    if codes := {scan.value for scan in scans if scan.kind is ScanKind.LOCATION or _may_be_bin(scan, barcodes)}:
        known = locations_by_code(tenant_id, session.node_id, codes).values()
        bins = {place.code: putaway.Bin(place.id, place.kind, place.active) for place in known}
    parameters = {
        "tenant": tenant_id,
        "node": session.node_id,
        "items": list({item_id for item_id, _ in barcodes.values()}) if scans else None,
        "places": list({*totes.values(), state.get("source_id", 0)}),
        "task": state.get("task", 0),
        "limit": MOST if not scans else MOST + 20 * len(scans),
    }
    tasks = [
        putaway.Task(id_, item_id, sku, name, tuple(text for text in (lot, serial) if text), *rest)
        for id_, item_id, sku, name, lot, serial, *rest in fetch_all(sql.load(__file__, "putaway_tasks"), parameters)
    ]
    return putaway.Facts(tasks, bins, totes, barcodes)


def _count(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> count.Facts:
    codes = {scan.value for scan in scans} | ({state["bin"]} if "bin" in state else set())
    parameters = {
        "tenant": tenant_id,
        "node": session.node_id,
        "bins": list(codes) if scans else None,
        "task": state.get("task", 0),
        "limit": MOST if not scans else MOST + 20 * len(scans),
    }
    rows = fetch_all(sql.load(__file__, "count_tasks"), parameters)
    return count.Facts([count.Task(*row) for row in rows], _barcodes(tenant_id, scans))


_GATHER = {"pick": _pick, "pack": _pack, "receive": _receive, "putaway": _putaway, "count": _count}


def _barcodes(tenant_id: int, scans: Sequence[Scan]) -> dict[str, tuple[int, int]]:
    """What the catalog knows of the texts that may name an item."""
    ours = (ScanKind.LOCATION, ScanKind.TOTE, ScanKind.BADGE, ScanKind.CART)
    texts = {code for scan in scans if scan.kind not in ours and not is_command(scan) for code in item_codes(scan)}
    return items_by_barcode(tenant_id, list(texts)) if texts else {}


def _may_be_bin(scan: Scan, barcodes: dict[str, tuple[int, int]]) -> bool:
    return scan.kind is ScanKind.TEXT and not is_command(scan) and scan.value not in barcodes


def barcodes_of(tenant_id: int, item_ids: Iterable[int]) -> dict[int, list[tuple[str, int]]]:
    """Every barcode of these items with the base units it stands for: what a scanner needs to know them offline."""
    rows = fetch_all(
        "SELECT item_id, text, quantity FROM catalog_barcode WHERE tenant_id = %s AND item_id = ANY (%s) ORDER BY item_id, quantity, text",
        (tenant_id, list(set(item_ids))),
    )
    found: dict[int, list[tuple[str, int]]] = {}
    for item_id, text, quantity in rows:
        found.setdefault(item_id, []).append((text, quantity))
    return found
