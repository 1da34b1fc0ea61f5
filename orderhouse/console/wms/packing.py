"""The packing station: a tote is scanned, every unit checked, the parcel weighed and closed, label and slip come out.

It scans through a pack session of the floor (``wms.floor``) like any scanner: the browser makes each scan's id, so that a form
sent twice is one scan. Labels are bought after the closing, outside any transaction; a carrier that fails loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from orderhouse.catalog.queries import Node, node_by_code
from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import allow
from orderhouse.console.wms.board_queries import node_of_page
from orderhouse.console.wms.document_queries import ParcelOnPaper, badges, parcels_on_paper
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.wms.floor.bench import Bench, bench, totes_waiting
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.take_scan import NotYourSession, ScanInput, start_session, take_scans
from orderhouse.wms.layout.queries import locations
from orderhouse.wms.packing.define_cartons import define_cartons
from orderhouse.wms.packing.queries import cartons
from orderhouse.wms.packing.rules import Carton
from orderhouse.wms.packing.scale import read_scale, scale_of
from orderhouse.wms.packing.unpack_parcels import unpack_parcels
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.void_labels import void_labels

KEY = "packing"
"""The browser session's key for the bench somebody stands at."""
SHOWN = 6
"""Parcels closed here that stay in sight."""
FRAGMENT = "X-Station"
"""The header by which the station's script asks for the part that changes."""


@dataclass(frozen=True, slots=True)
class Station:
    """A bench, whoever packs there, and the parcels they closed lately."""

    node: str
    bench: str
    badge: str
    session_id: int
    closed: tuple[int, ...] = ()

    @property
    def device(self) -> str:
        return f"bench {self.bench}"


@allow("warehouse_manager", "floor")
@require_GET
def packing(request: DeskRequest) -> HttpResponse:
    """The station, or the choice of a bench."""
    station = _station(request)
    if station is None or "bench" in request.GET:
        return _choose(request)
    try:
        return _show(request, station)
    except NotFound:  # the session is of another business, or gone
        return _choose(request)


@allow("warehouse_manager", "floor")
@require_POST
def open_bench(request: DeskRequest) -> HttpResponse:
    """Take a bench: start packing there, or go on with what this badge left."""
    node_code, bench_code, badge = (request.POST.get(name, "")[:64] for name in ("node", "bench", "badge"))
    with unit_of_work(request.desk.tenant_id):
        node = node_by_code(request.desk.tenant_id, node_code)
    by = replace(request.desk.by(), device=f"bench {bench_code}")
    try:
        first = start_session(by=by, node_id=node.id, badge=badge, flow="pack")
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return HttpResponseRedirect(f"{reverse('console:packing')}?bench&node={node.code}")
    _keep(request, Station(node.code, bench_code, badge, int(first.data["session"])))
    return HttpResponseRedirect(reverse("console:packing"))


@allow("warehouse_manager", "floor")
@require_POST
def scan(request: DeskRequest) -> HttpResponse:
    """One scan or command. The same ``scan_id`` again is answered, not done, again."""
    station = _station(request)
    if station is None:
        return HttpResponseRedirect(reverse("console:packing"))
    try:
        entry = _entry(request, station)
        (answer,) = take_scans(by=_by(request, station), session_id=station.session_id, scans=[entry])
    except NotYourSession as refusal:
        toasts.refuse(request, refusal)
        return _to_choice(request, station)
    except Refusal as refusal:
        return _show(request, station, Answer(False, "pack.refused", f"{refusal} {refusal.how_to_mend}".strip(), {}))
    closed = [int(parcel["parcel"]) for parcel in answer.data.get("parcels", ())]
    if fresh := [parcel_id for parcel_id in closed if parcel_id not in station.closed]:
        station = replace(station, closed=(*fresh[::-1], *station.closed)[:SHOWN])
        _keep(request, station)
    if closed:
        _label(request, closed)
    return _show(request, station, answer)


@allow("warehouse_manager", "floor")
@require_POST
def label(request: DeskRequest, parcel_id: int) -> HttpResponse:
    """Buy a parcel's label again where it failed; one bought already is found."""
    return _act(request, parcel_id, lambda: _label(request, [parcel_id]))


@allow("warehouse_manager", "floor")
@require_POST
def void(request: DeskRequest, parcel_id: int) -> HttpResponse:
    """Take the label off a parcel that has not left."""
    return _act(request, parcel_id, lambda: _void(request, parcel_id))


@allow("warehouse_manager", "floor")
@require_POST
def unpack(request: DeskRequest, parcel_id: int) -> HttpResponse:
    """Open a parcel that has not left: its units are picked again, lying in the carton, whose barcode stands for a tote's."""
    return _act(request, parcel_id, lambda: _unpack(request, parcel_id))


@allow("warehouse_manager")
@require_POST
def set_carton(request: DeskRequest) -> HttpResponse:
    """Define a carton, change one, or retire one."""
    values = {name: request.POST.get(name, "").strip() for name in ("code", "name", "length", "width", "height", "tare", "most")}
    try:
        if "retire" in request.POST:
            define_cartons(by=request.desk.by(), cartons=(), retired=[values["code"]])
            toasts.say(request, _("Carton %(code)s is taken no more.") % values)
        else:
            sizes = [_whole(values[name], name) for name in ("length", "width", "height", "tare", "most")]
            define_cartons(by=request.desk.by(), cartons=[Carton(values["code"], values["name"][:80], *sizes)])
            toasts.say(request, _("Carton %(code)s is in the catalog.") % values)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(f"{reverse('console:packing')}?bench&node={request.POST.get('node', '')[:64]}#cartons")


# ── what they share ──────────────────────────────────────────────────────────────────────────────────────────────────


def _by(request: DeskRequest, station: Station) -> By:
    return replace(request.desk.by(), actor=station.badge, device=station.device)


def _station(request: DeskRequest) -> Station | None:
    kept = request.session.get(KEY)
    if not isinstance(kept, dict) or kept.get("tenant") != request.desk.tenant_id:
        return None
    return Station(kept["node"], kept["bench"], kept["badge"], int(kept["session"]), tuple(kept["closed"]))


def _keep(request: DeskRequest, station: Station) -> None:
    request.session[KEY] = {
        "tenant": request.desk.tenant_id,
        "node": station.node,
        "bench": station.bench,
        "badge": station.badge,
        "session": str(station.session_id),
        "closed": list(station.closed),
    }


def _entry(request: DeskRequest, station: Station) -> ScanInput:
    try:
        scan_id = UUID(request.POST.get("scan_id", ""))
    except ValueError:
        raise InvalidInput(field="scan_id", reason="it is not a UUID", remedy="Load the page again.")
    text = request.POST.get("text", "")[:10_000].strip()
    if not text:
        raise InvalidInput(field="text", reason="nothing was scanned", remedy="Scan a tote or a unit.")
    if request.POST.get("weight") == "scale":
        now = bench(request.desk.tenant_id, station.session_id)
        return ScanInput(scan_id, text, read_scale(station.bench, expected=now.grams))
    keyed = request.POST.get("quantity", "").strip()
    return ScanInput(scan_id, text, _whole(keyed, "quantity") if keyed else None)


def _whole(text: str, field: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise InvalidInput(field=field, reason=f"{text[:20]!r} is not a whole number", remedy="Use digits only.")
    return int(text)


def _label(request: DeskRequest, parcel_ids: list[int]) -> None:
    """Buy labels; what the carrier refuses is said, and the parcel stays packed with its retry button."""
    try:
        printed = print_labels(by=request.desk.by(), parcel_ids=parcel_ids)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return
    for failure in printed.failed:
        toasts.refuse(request, failure)


def _void(request: DeskRequest, parcel_id: int) -> None:
    failed = void_labels(by=request.desk.by(), parcel_ids=[parcel_id])[1]
    for refusal in failed:
        toasts.refuse(request, refusal)
    if not failed:
        toasts.say(request, _("The label is void. Buy a new one, or unpack the parcel."))


def _unpack(request: DeskRequest, parcel_id: int) -> None:
    (parcel,) = parcels_on_paper(request.desk.tenant_id, [parcel_id])
    unpack_parcels(by=request.desk.by(), parcel_ids=[parcel_id])
    failed = void_labels(by=request.desk.by())[1]
    for refusal in failed:
        toasts.refuse(request, refusal)
    toasts.say(request, _("Parcel %(sscc)s is open: scan its barcode to pack it again.") % {"sscc": parcel.sscc})


def _act(request: DeskRequest, parcel_id: int, do: Any) -> HttpResponse:
    parcels_on_paper(request.desk.tenant_id, [parcel_id])  # refuses one of another business
    try:
        do()
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(reverse("console:packing"))


def _choose(request: DeskRequest) -> HttpResponse:
    """Which bench, and who packs."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        every, node = node_of_page(tenant_id, request.GET.get("node", ""))
        benches = (
            [each for each in locations(tenant_id, node.id).values() if each.kind == "pack_bench" and each.active] if node else []
        )
        people = badges(tenant_id)
    context = {
        "nodes": every,
        "node": node,
        "benches": benches,
        "badges": people,
        "cartons": cartons(tenant_id).values(),
        "waiting": totes_waiting(tenant_id, node.id) if node else [],
        "may_define": request.desk.may("warehouse_manager"),
        "mine": request.session.get(KEY, {}),
    }
    return render(request, "console/wms/packing_choose.html", context)


def _to_choice(request: DeskRequest, station: Station) -> HttpResponse:
    request.session.pop(KEY, None)
    to = f"{reverse('console:packing')}?bench&node={station.node}"
    if FRAGMENT in request.headers:
        return HttpResponse(status=204, headers={"X-Go": to})
    return HttpResponseRedirect(to)


def _show(request: DeskRequest, station: Station, answer: Answer | None = None) -> HttpResponse:
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        node = node_by_code(tenant_id, station.node)
        now = bench(tenant_id, station.session_id)
        if now.at == "ended":
            return _to_choice(request, station)
        context = {
            "station": station,
            "node": node,
            "bench": now,
            "answer": answer,
            "tone": "" if answer is None else "right" if answer.ok else "stop" if answer.screen.endswith(".stop") else "wrong",
            "waiting": totes_waiting(tenant_id, node.id) if not now.order else [],
            "closed": _closed(tenant_id, station),
            "has_scale": scale_of(station.bench) is not None,
            "scan_id": uuid4(),
            "todo": _todo(now, node),
        }
    fragment = FRAGMENT in request.headers
    return render(request, "console/wms/packing_live.html" if fragment else "console/wms/packing.html", context)


def _closed(tenant_id: int, station: Station) -> list[ParcelOnPaper]:
    """The parcels closed here, the latest first."""
    found = {parcel.id: parcel for parcel in parcels_on_paper(tenant_id, station.closed)} if station.closed else {}
    return [found[parcel_id] for parcel_id in station.closed if parcel_id in found]


def _todo(now: Bench, node: Node) -> str:
    """The one thing to do next."""
    if now.at == "tote":
        return _("Scan a tote")
    if now.at == "close":
        return _("Weigh and close parcel %(box)s") % {"box": now.box} if now.boxes else _("Weigh and close")
    return ngettext("Check %(count)s unit", "Check %(count)s units", now.left) % {"count": now.left}
