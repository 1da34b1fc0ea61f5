"""Paper and labels: one page that finds them, and an address for each, as PDF or as ZPL for a label printer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import document_queries as queries
from orderhouse.console.wms.board_queries import node_of_page
from orderhouse.console.wms.document_queries import ItemOnPaper, ParcelOnPaper
from orderhouse.documents import lettering
from orderhouse.documents.bin_labels import BinLabel, render_bin_labels_pdf, render_bin_labels_zpl
from orderhouse.documents.item_labels import ItemLabel, render_item_labels_pdf, render_item_labels_zpl
from orderhouse.documents.label_sheets import LAYOUTS
from orderhouse.documents.manifest import Manifest, ManifestParcel, render_manifest
from orderhouse.documents.packing_slip import PackingSlip, SlipLine, render_packing_slips
from orderhouse.documents.pick_list import PickList, PickStop, render_pick_lists
from orderhouse.documents.shipping_label import LabelContent, render_pdf
from orderhouse.documents.zpl_picture import zpl_picture
from orderhouse.kernel import clock
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.kernel.identifiers import gtin
from orderhouse.wms.floor.barcodes import ScanKind, label_text
from orderhouse.wms.shipping.close_manifest import close_manifest
from orderhouse.wms.shipping.hand_over import hand_over

TABS = {
    "parcels": gettext_lazy("Parcels"),
    "picks": gettext_lazy("Pick lists"),
    "bins": gettext_lazy("Bins"),
    "items": gettext_lazy("Items"),
    "totes": gettext_lazy("Totes and pallets"),
    "badges": gettext_lazy("Badges"),
    "receipts": gettext_lazy("Receipts"),
    "manifests": gettext_lazy("Manifests"),
}
MOST = 2000
"""Labels made at one go."""


@allow(*SEE_FLOOR)
@require_GET
def documents(request: DeskRequest) -> HttpResponse:
    """What can be printed, kind by kind."""
    tenant_id, query = request.desk.tenant_id, request.GET
    every, node = node_of_page(tenant_id, query.get("node", ""))
    tab = query.get("what", "") if query.get("what", "") in TABS else "parcels"
    text = _plain(query.get("q", ""))
    context: dict[str, Any] = {
        "nodes": every,
        "node": node,
        "tab": tab,
        "tabs": list(TABS.items()),
        "q": text,
        "layouts": LAYOUTS.values(),
    }
    if node is not None:
        context |= _of_tab(request, tab, node.id, text)
    context["may_close"] = request.desk.may("warehouse_manager", "floor")
    return render(request, "console/wms/documents.html", context)


def _of_tab(request: DeskRequest, tab: str, node_id: int, text: str) -> dict[str, Any]:
    tenant_id, query = request.desk.tenant_id, request.GET
    if tab == "parcels":
        return {"rows": [(parcel, _lost(parcel.ship_to)) for parcel in queries.find_parcels(tenant_id, node_id, text)]}
    if tab == "picks":
        return {"rows": queries.tours_to_print(tenant_id, node_id)}
    if tab == "bins":
        zone, kind = _plain(query.get("zone", "")), _plain(query.get("kind", ""))
        rows = queries.bins_to_label(tenant_id, node_id, zone=zone, prefix=text, kind=kind, limit=MOST + 1)
        return {
            "rows": rows[:12],
            "many": len(rows),
            "most": MOST,
            "zones": queries.zones(tenant_id, node_id),
            "zone": zone,
            "kind": kind,
        }
    if tab == "items":
        return {"rows": [(item, _lost(item.name)) for item in queries.items_on_paper(tenant_id, text=text)]}
    if tab == "totes":
        return {"rows": queries.units_to_label(tenant_id, node_id, prefix=text)}
    if tab == "badges":
        return {"rows": queries.badges(tenant_id)}
    if tab == "receipts":
        return {"rows": queries.receipts_to_label(tenant_id, node_id)}
    return {"rows": queries.manifests(tenant_id, node_id), "waiting": queries.to_manifest(tenant_id, node_id)}


# ── parcels ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@allow(*SEE_FLOOR)
@require_GET
def parcel_label(request: DeskRequest, parcel_id: int) -> HttpResponse:
    """A parcel's shipping label as PDF; ``?format=zpl`` as the carrier gave it, ``?preview`` as the picture it prints."""
    (parcel,) = queries.parcels_on_paper(request.desk.tenant_id, [parcel_id])
    if parcel.zpl is None:
        raise NotFound(kind="label of parcel", code=parcel.sscc, field="parcel")
    if "preview" in request.GET:
        picture = zpl_picture(parcel.zpl)
        if picture is None:
            raise NotFound(kind="picture of this carrier's label, parcel", code=parcel.sscc, field="parcel")
        return HttpResponse(picture, content_type="image/svg+xml", headers={"Cache-Control": "private, max-age=60"})
    if request.GET.get("format") == "zpl":
        return _zpl(parcel.zpl, f"label-{parcel.sscc}")
    content = LabelContent(
        ship_from=_from(parcel.node_name, parcel.node_address, parcel.country),
        ship_to=_address(parcel.ship_to),
        carrier=parcel.carrier.replace("_", " ").upper(),
        service=parcel.service or "standard",
        tracking=parcel.tracking,
        sscc=parcel.sscc,
        order_number=parcel.order_number,
        weight_grams=parcel.weight_grams,
        parcel_number=parcel.number,
        parcel_count=parcel.count,
        ship_date=_day(parcel),
    )
    return _pdf(render_pdf(content), f"label-{parcel.sscc}", _lost(parcel.ship_to))


@allow(*SEE_FLOOR)
@require_GET
def packing_slip(request: DeskRequest, parcel_id: int) -> HttpResponse:
    """What lies in a parcel, on paper for its customer."""
    return _slips(request, [parcel_id], "packing-slip")


@allow(*SEE_FLOOR)
@require_GET
def order_slips(request: DeskRequest, outbound_id: int) -> HttpResponse:
    """The packing slips of all closed parcels of an order."""
    parcel_ids = queries.outbound_parcels(request.desk.tenant_id, outbound_id)
    if not parcel_ids:
        raise NotFound(kind="closed parcel of order", code=outbound_id, field="order")
    return _slips(request, parcel_ids, "packing-slips")


def _slips(request: DeskRequest, parcel_ids: Sequence[int], name: str) -> HttpResponse:
    tenant_id = request.desk.tenant_id
    parcels = queries.parcels_on_paper(tenant_id, parcel_ids)
    lines: dict[int, list[SlipLine]] = {}
    lost = ""
    for c in queries.parcel_contents(tenant_id, parcel_ids):
        lines.setdefault(c.parcel_id, []).append(SlipLine(c.sku, c.name, c.ordered, c.packed, c.to_follow, c.unit, c.lots))
        lost += _lost(c.name)
    slips = [
        PackingSlip(
            order_number=parcel.order_number,
            ship_from=_from(parcel.node_name, parcel.node_address, parcel.country),
            ship_to=_address(parcel.ship_to),
            order_date=parcel.accepted_at.date(),
            ship_date=_day(parcel),
            carrier=parcel.carrier.replace("_", " "),
            service=parcel.service,
            tracking=parcel.tracking,
            parcel_number=parcel.number,
            parcel_count=parcel.count,
            lines=tuple(lines.get(parcel.id, ())),
        )
        for parcel in parcels
    ]
    lost += "".join(_lost(parcel.ship_to) for parcel in parcels)
    return _pdf(render_packing_slips(slips, paper=_paper(request)), f"{name}-{parcels[0].sscc}", lost)


@allow(*SEE_FLOOR)
@require_GET
def manifest(request: DeskRequest, manifest_id: int) -> HttpResponse:
    """A closed manifest for the driver to sign."""
    tenant_id = request.desk.tenant_id
    found = queries.manifests(tenant_id, manifest_id=manifest_id)
    if not found:
        raise NotFound(kind="manifest", code=manifest_id, field="manifest")
    row = found[0]
    parcels = []
    for parcel in queries.parcels_on_paper(tenant_id, queries.parcels_of_manifest(tenant_id, manifest_id)):
        to = orjson.loads(parcel.ship_to)
        place = (str(to.get("postal_code") or ""), str(to.get("country") or ""))
        parcels.append(
            ManifestParcel(parcel.sscc, parcel.tracking, parcel.order_number, parcel.service, *place, parcel.weight_grams)
        )
    paper = Manifest(
        number=row.number,
        carrier=row.carrier.replace("_", " ").capitalize(),
        account="",
        ship_from=_from(row.node_name, row.node_address, row.country),
        dock="",
        closed_at=row.closed_at,
        parcels=tuple(parcels),
    )
    return _pdf(render_manifest(paper, paper=_paper(request)), f"manifest-{row.number}")


@allow("warehouse_manager", "floor")
@require_POST
def close_carrier(request: DeskRequest) -> HttpResponse:
    """Close a carrier's manifest: every labelled parcel of the node is on it."""
    _every, node = node_of_page(request.desk.tenant_id, request.POST.get("node", ""))
    if node is None:
        raise NotFound(kind="node", code=request.POST.get("node", ""), field="node")
    try:
        closed = close_manifest(by=request.desk.by(), node_id=node.id, carrier=request.POST.get("carrier", "")[:64])
        many = len(closed.parcel_ids)
        said = ngettext("Manifest %(number)s holds %(many)s parcel.", "Manifest %(number)s holds %(many)s parcels.", many)
        toasts.say(request, said % {"number": closed.number, "many": many})
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(f"{reverse('console:documents')}?what=manifests&node={node.code}")


@allow("warehouse_manager", "floor")
@require_POST
def hand_over_manifest(request: DeskRequest, manifest_id: int) -> HttpResponse:
    """The truck leaves: what the manifest lists has shipped."""
    found = queries.manifests(request.desk.tenant_id, manifest_id=manifest_id)
    if not found:
        raise NotFound(kind="manifest", code=manifest_id, field="manifest")
    try:
        many = hand_over(by=request.desk.by(), manifest_id=manifest_id)
        said = ngettext("%(many)s parcel of %(number)s has left.", "%(many)s parcels of %(number)s have left.", many)
        toasts.say(request, said % {"number": found[0].number, "many": many})
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(f"{reverse('console:documents')}?what=manifests&node={found[0].node}")


# ── the floor's own labels ───────────────────────────────────────────────────────────────────────────────────────────


@allow(*SEE_FLOOR)
@require_GET
def pick_list(request: DeskRequest, tour_id: int) -> HttpResponse:
    """A tour on paper, for the day the scanners are down."""
    head, stops = queries.tour_on_paper(request.desk.tenant_id, tour_id)
    slots: dict[str, int] = {}
    paper = PickList(
        number=head["number"],
        wave=head["wave"],
        zone="",
        picker=head["picker"],
        planned_at=head["planned_at"],
        walk_meters=head["meters"],
        stops=tuple(
            PickStop(
                n,
                stop.location,
                stop.sku,
                stop.name,
                stop.quantity,
                stop.tote or _("slot %(n)s") % {"n": slots.setdefault(stop.release_number, len(slots) + 1)},
                stop.unit,
                stop.lot,
            )
            for n, stop in enumerate(stops, 1)
        ),
    )
    pdf = render_pick_lists([paper], paper=_paper(request))
    return _pdf(pdf, f"pick-list-{head['number']}".replace("/", "-"), _lost("".join(stop.name for stop in stops)))


@allow(*SEE_FLOOR)
@require_GET
def bin_labels(request: DeskRequest) -> HttpResponse:
    """Labels of a node's places: by zone, by the head of their codes, or one by its code."""
    tenant_id, query = request.desk.tenant_id, request.GET
    _every, node = node_of_page(tenant_id, query.get("node", ""))
    zone, kind, prefix = (_plain(query.get(name, "")) for name in ("zone", "kind", "q"))
    places = queries.bins_to_label(tenant_id, node.id, zone=zone, prefix=prefix, kind=kind, limit=MOST) if node else []
    labels = [
        BinLabel(place.code, label_text(ScanKind.LOCATION, place.code), f"{place.note.replace('_', ' ')} · {place.name}")
        for place in places
    ]
    return _labels(request, labels, "bin-labels")


@allow(*SEE_FLOOR)
@require_GET
def tote_labels(request: DeskRequest) -> HttpResponse:
    """Labels of totes, carts and pallets: those ticked (``id``), or all whose codes begin with ``q``."""
    tenant_id, query = request.desk.tenant_id, request.GET
    _every, node = node_of_page(tenant_id, query.get("node", ""))
    units = queries.units_to_label(tenant_id, node.id, prefix=_plain(query.get("q", "")), limit=MOST) if node else []
    if wanted := set(query.getlist("code")):
        units = [unit for unit in units if unit.code in wanted]
    labels = [BinLabel(unit.code, _unit_barcode(unit.name, unit.code), unit.name) for unit in units]
    return _labels(request, labels, "tote-labels")


@allow(*SEE_FLOOR)
@require_GET
def badge_labels(request: DeskRequest) -> HttpResponse:
    """Badges: those ticked (``code``), or all."""
    found = queries.badges(request.desk.tenant_id)
    wanted = set(request.GET.getlist("code"))
    labels = [
        BinLabel(badge.name, label_text(ScanKind.BADGE, badge.code), _("Badge %(code)s") % {"code": badge.code})
        for badge in found
        if not wanted or badge.code in wanted
    ]
    return _labels(request, labels, "badges", _lost("".join(label.code for label in labels)))


@allow(*SEE_FLOOR)
@require_GET
def item_labels(request: DeskRequest) -> HttpResponse:
    """Item labels: ``item`` ids, ``copies`` of each."""
    ids = [int(text) for text in request.GET.getlist("item")[:MOST] if text.isascii() and text.isdigit() and len(text) < 19]
    copies = request.GET.get("copies", "1")
    many = int(copies) if copies.isascii() and copies.isdigit() and len(copies) <= 4 else 1
    if not 1 <= many * max(1, len(ids)) <= MOST:
        raise InvalidInput(field="copies", reason=f"{many} of each are not 1 to {MOST:,} labels", remedy="Print fewer at a time.")
    items = queries.items_on_paper(request.desk.tenant_id, ids=ids, limit=MOST)
    if not items:
        raise NotFound(kind="item", code=", ".join(map(str, ids)) or "none", field="item")
    labels = [_item_label(item) for item in items for _copy in range(many)]
    return _item_labels(request, labels, "item-labels")


@allow(*SEE_FLOOR)
@require_GET
def receipt_labels(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """Item labels for what came of a receipt, one a unit with its lot and expiry; ``?each=line`` one a line."""
    tenant_id = request.desk.tenant_id
    lines = queries.received_lines(tenant_id, receipt_id)
    known = {item.id: item for item in queries.items_on_paper(tenant_id, ids=[line.item_id for line in lines], limit=MOST)}
    labels: list[ItemLabel] = []
    for line in lines:
        label = _item_label(known[line.item_id], line)
        labels += [label] * (1 if request.GET.get("each") == "line" else line.quantity)
    return _item_labels(request, labels[:MOST], f"receipt-{receipt_id}")


def _item_label(item: ItemOnPaper, line: queries.ReceivedLine | None = None) -> ItemLabel:
    """An item's label; a lot can only be coded beside a GTIN, so that without one it is said in words alone."""
    try:
        code = gtin(item.gtin)[-14:] if item.gtin else ""
    except InvalidInput:
        code = ""
    if line is None or not (line.lot or line.serial):
        return ItemLabel(item.sku, item.name, code)
    if not code:
        return ItemLabel(item.sku, f"{item.name} · {line.lot or line.serial}", "")
    return ItemLabel(item.sku, item.name, code, line.lot, line.serial, line.expires_on)


def _unit_barcode(kind: str, code: str) -> str:
    """A pallet carries its SSCC as it is; a tote or cart our own label."""
    if kind == "cart":
        return label_text(ScanKind.CART, code)
    if kind == "pallet" and len(code) == 18 and code.isdigit():
        return f"00{code}"
    return label_text(ScanKind.TOTE, code)


# ── what they share ──────────────────────────────────────────────────────────────────────────────────────────────────


def _labels(request: DeskRequest, labels: Sequence[BinLabel], name: str, lost: str = "") -> HttpResponse:
    if not labels:
        raise NotFound(kind="label to print", code=request.GET.get("q", "") or "any", field="q")
    if request.GET.get("format") == "zpl":
        return _zpl(render_bin_labels_zpl(labels), name)
    return _pdf(render_bin_labels_pdf(labels, layout=_layout(request), skip=_skip(request)), name, lost)


def _item_labels(request: DeskRequest, labels: Sequence[ItemLabel], name: str) -> HttpResponse:
    if request.GET.get("format") == "zpl":
        return _zpl(render_item_labels_zpl(labels), name)
    lost = _lost("".join(dict.fromkeys(label.description for label in labels)))
    return _pdf(render_item_labels_pdf(labels, layout=_layout(request), skip=_skip(request)), name, lost)


def _pdf(body: bytes, name: str, lost: str = "") -> HttpResponse:
    """A PDF to look at and print. ``X-Undrawable`` names characters of it that no face here draws and that show as ``?``."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    if lost:
        headers["X-Undrawable"] = " ".join(f"U+{ord(c):04X}" for c in dict.fromkeys(lost))
    return HttpResponse(body, content_type="application/pdf", headers=headers)


def _zpl(body: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}.zpl"'}
    return HttpResponse(body, content_type="text/plain; charset=utf-8", headers=headers)


def _lost(text: str) -> str:
    """What of a text a PDF shows as ``?``; of JSON, what of its values."""
    return lettering.undrawable("".join(_values(orjson.loads(text))) if text.startswith("{") else text)


def _values(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in _values(each)]
    if isinstance(value, list):
        return [text for each in value for text in _values(each)]
    return [value] if isinstance(value, str) else []


def _address(ship_to: str) -> tuple[str, ...]:
    """An address as it is printed, at most 7 lines."""
    to = orjson.loads(ship_to)
    town = " ".join(str(to[key]) for key in ("postal_code", "city", "region") if to.get(key))
    lines = [to.get("name"), to.get("company"), *to.get("lines", ())[:3], town, to.get("country")]
    return tuple(str(line) for line in lines if line)[:7] or ("?",)


def _from(name: str, address: str, country: str) -> tuple[str, ...]:
    found = orjson.loads(address)
    town = " ".join(str(found[key]) for key in ("postal_code", "city", "region") if found.get(key))
    return tuple(str(line) for line in (name, *found.get("lines", ())[:3], town, country) if line)


def _day(parcel: ParcelOnPaper) -> date:
    return (parcel.shipped_at or parcel.packed_at or clock.now()).date()


def _paper(request: HttpRequest) -> str:
    return "a4" if request.GET.get("paper") == "a4" else "letter"


def _layout(request: HttpRequest) -> str:
    return request.GET.get("layout", "")[:20]


def _skip(request: HttpRequest) -> int:
    text = request.GET.get("skip", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def _plain(text: str) -> str:
    """What a person typed, as a database may be asked for it."""
    return "".join(c for c in text[:80].strip() if c.isprintable())
