"""The facts each flow decides on, read with a fixed number of statements however many scans wait.

Nothing is locked here but the session, by the caller: the verbs that post lock in the house's order and look again, so a fact
that grew old in between is refused there, never acted on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from orderhouse.catalog.queries import items
from orderhouse.database import fetch_all
from orderhouse.database.statements import run_compiled
from orderhouse.kernel import clock, sql
from orderhouse.kernel.identifiers import first_id_at
from orderhouse.wms.floor.barcodes import Scan, ScanKind
from orderhouse.wms.floor.flows import count, lookup, move, pack, pick, putaway, receive
from orderhouse.wms.floor.flows.machine import State, called, is_command, item_codes, names_tote
from orderhouse.wms.floor.look_up import look_up
from orderhouse.wms.floor.store import Session
from orderhouse.wms.floor.tours import tours_at_hand
from orderhouse.wms.layout.queries import handling_units_by_code, locations_by_code
from orderhouse.wms.packing.queries import cartons, units_to_pack

MOST = 500
"""Tasks a scanner takes along when it goes offline, and the most one batch looks at beyond its own."""

LATELY = timedelta(days=2)
"""Put-away tasks made longer ago than this are not looked through for who did them."""


def gather(tenant_id: int, session: Session, scans: Sequence[Scan]) -> Any:
    """The facts of the session's flow for these scans; with no scans, for a start."""
    return _GATHER[session.flow](tenant_id, session, session.state, scans)


def gather_picks(tenant_id: int, asked: Sequence[tuple[Session, Sequence[Scan]]]) -> list[pick.Facts]:
    """The facts of several pickers' sessions, each with its scans, in as many statements as for one."""
    tours = tours_at_hand(tenant_id, {session.target for session, _ in asked if session.target})
    scans = [scan for _, own in asked for scan in own]
    params = {
        "tenant": tenant_id,
        "nodes": sorted({session.node_id for session, _ in asked}),
        "codes": list({scan.value for scan in scans if scan.kind in (ScanKind.TOTE, ScanKind.SSCC, ScanKind.TEXT)}),
        "outbounds": list({outbound_id for tour in tours.values() for outbound_id in tour.outbound_ids}),
    }
    totes: dict[int, list[pick.Tote]] = {}
    stopped: set[int] = set()
    for node_id, *tote in run_compiled(sql.load(__file__, "totes_at_hand"), params):
        if node_id is None:
            stopped.add(tote[-1])
        else:
            totes.setdefault(node_id, []).append(pick.Tote(*tote))
    barcodes, names = _barcodes(tenant_id, scans)
    facts = []
    for session, own in asked:
        assert session.target
        tour, named = tours[session.target], {scan.value for scan in own}
        tour.stopped = stopped
        at_hand = {
            tote.code: replace(tote)
            for tote in totes.get(session.node_id, ())
            if tote.code in named or tote.outbound_id in tour.outbound_ids
        }
        facts.append(pick.Facts(session.badge, tour.number, tour, at_hand, barcodes, names, position=tour.position))
    return facts


def _pick(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> pick.Facts:
    return gather_picks(tenant_id, [(session, scans)])[0]


def at_bench(tenant_id: int, session: Session) -> pack.Facts:
    """The order at work in a pack session, and nothing beyond it."""
    return _pack(tenant_id, session, session.state, (), waiting=False)


def _pack(tenant_id: int, session: Session, state: State, scans: Sequence[Scan], *, waiting: bool = True) -> pack.Facts:
    codes = {scan.value for scan in scans if names_tote(scan) or (scan.kind is ScanKind.TEXT and not is_command(scan))}
    parameters: dict[str, Any] = {
        "tenant": tenant_id,
        "node": session.node_id,
        "codes": list(codes),
        "outbound": state.get("order", 0),
    }
    rows = fetch_all(sql.load(__file__, "orders_at_bench"), parameters) if scans or state.get("order") else []
    if waiting and not scans:
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
                u.outbound_line_id,
                u.item_id,
                u.sku,
                item.name,
                u.lot_id,
                lots,
                u.place_id,
                u.tote,
                u.quantity,
                item.weight_grams,
                item.length_mm,
                item.width_mm,
                item.height_mm,
            )
            pieces[u.outbound_id].append(piece)
    orders = {
        outbound_id: pack.Order(outbound_id, number, pieces[outbound_id], to_pick, stopped)
        for outbound_id, (_, _, number, stopped, to_pick) in heads.items()
    }
    totes = {row[0]: row[1] for row in rows}
    return pack.Facts(orders, totes, *_barcodes(tenant_id, scans), cartons(tenant_id))


def _receive(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> receive.Facts:
    numbers = {text for scan in scans if not is_command(scan) for text in (scan.value, scan.raw.strip())}
    wanted = state.get("receipt") or session.target or 0
    parameters = {"tenant": tenant_id, "node": session.node_id, "numbers": list(numbers), "receipt": wanted}
    receipts: dict[str, receive.Receipt] = {}
    for id_, number, kind, standing, line_number, *line in fetch_all(sql.load(__file__, "receipts_at_hand"), parameters):
        receipt = receipts.setdefault(number, receive.Receipt(id_, number, kind, standing))
        if line_number is not None:
            receipt.lines.setdefault(line[0], []).append(receive.Line(line_number, *line))
    barcodes, _ = _barcodes(tenant_id, scans)
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
    barcodes, names = _barcodes(tenant_id, scans)
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
        "last": state.get("last", {}).get("task", 0) if scans else 0,
        "limit": MOST if not scans else MOST + 20 * len(scans),
    }
    tasks = [
        putaway.Task(id_, item_id, sku, name, tuple(text for text in (lot, serial) if text), *rest)
        for id_, item_id, sku, name, lot, serial, *rest in fetch_all(sql.load(__file__, "putaway_tasks"), parameters)
    ]
    wanted = {place for place in parameters["places"] if place}
    here = [task for task in tasks if (task.source_id in wanted if wanted else not task.putback)]
    missing = {
        "items": list(set(parameters["items"] or ()) - {task.item_id for task in here}),
        "places": list(wanted - {task.source_id for task in here}),
        "task": state["task"] if state.get("task") not in {None, *(task.id for task in tasks)} else 0,
    }
    done = _done_by_others(tenant_id, session, missing) if scans and any(missing.values()) else []
    return putaway.Facts(tasks, bins, totes, barcodes, names, done)


def _done_by_others(tenant_id: int, session: Session, missing: dict[str, Any]) -> list[putaway.Task]:
    """What somebody else has put away lately of that which is not to be found: whoever comes second is told who was first."""
    parameters = missing | {
        "tenant": tenant_id,
        "node": session.node_id,
        "badge": session.badge,
        "since": first_id_at(clock.now() - LATELY),
        "limit": MOST,
    }
    rows = fetch_all(sql.load(__file__, "putaway_done"), parameters)
    return [
        putaway.Task(id_, item_id, sku, name, tuple(text for text in (lot, serial) if text), *rest)
        for id_, item_id, sku, name, lot, serial, *rest in rows
    ]


def _count(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> count.Facts:
    codes = {scan.value for scan in scans} | ({state["bin"]} if "bin" in state else set())
    parameters = {
        "tenant": tenant_id,
        "node": session.node_id,
        "badge": session.badge,
        "bins": list(codes) if scans else None,
        "task": state.get("task", 0),
        "limit": MOST if not scans else MOST + 20 * len(scans),
    }
    rows = fetch_all(sql.load(__file__, "count_tasks"), parameters)
    bins = {
        code: count.Bin(id_, frozenset(item_ids))
        for code, id_, item_ids in (
            fetch_all(sql.load(__file__, "bins_to_count"), parameters | {"bins": list(codes)}) if codes else ()
        )
    }
    return count.Facts([count.Task(*row) for row in rows], *_barcodes(tenant_id, scans), bins)


def _move(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> move.Facts:
    codes = {scan.value for scan in scans if not scan.gtin and not is_command(scan)} | (
        {state["source"]} if "source" in state else set()
    )
    places: dict[str, move.Place] = {}
    if codes:
        for unit in handling_units_by_code(tenant_id, session.node_id, codes).values():
            places[unit.code] = move.Place(unit.id, unit.code, unit.kind, True)
        for place in locations_by_code(tenant_id, session.node_id, codes).values():
            places[place.code] = move.Place(place.id, place.code, place.kind, place.active)
    by_id = {place.id: place for place in places.values()}
    if by_id:
        parameters = {"tenant": tenant_id, "node": session.node_id, "places": list(by_id)}
        for place_id, *row in fetch_all(sql.load(__file__, "place_holdings"), parameters):
            by_id[place_id].holdings.append(move.Holding(*row))
    return move.Facts(places, *_barcodes(tenant_id, scans))


def _lookup(tenant_id: int, session: Session, state: State, scans: Sequence[Scan]) -> lookup.Facts:
    barcodes, names = _barcodes(tenant_id, scans)
    asked = [scan for scan in scans if not is_command(scan)]
    return lookup.Facts(look_up(tenant_id, session.node_id, asked, barcodes) if asked else {}, barcodes, names)


_GATHER: dict[str, Callable[[int, Session, State, Sequence[Scan]], Any]] = {
    "pick": _pick,
    "pack": _pack,
    "receive": _receive,
    "putaway": _putaway,
    "count": _count,
    "move": _move,
    "lookup": _lookup,
}


def _barcodes(tenant_id: int, scans: Sequence[Scan]) -> tuple[dict[str, tuple[int, int]], dict[int, str]]:
    """What the catalog knows of the texts that may name an item, and what those items are called."""
    ours = (ScanKind.LOCATION, ScanKind.TOTE, ScanKind.BADGE, ScanKind.CART)
    texts = {code for scan in scans if scan.kind not in ours and not is_command(scan) for code in item_codes(scan)}
    rows = fetch_all(sql.load(__file__, "items_scanned"), {"tenant": tenant_id, "texts": list(texts)}) if texts else []
    return {row[0]: (row[1], row[2]) for row in rows}, {row[1]: called(row[3], row[4]) for row in rows}


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
