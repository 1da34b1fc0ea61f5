"""One lot: what is left of it and where, who got some of it, and holding or freeing it."""

from __future__ import annotations

import csv
from io import StringIO

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from orderhouse.catalog.queries import nodes
from orderhouse.console import stock_books, toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.stock_books import FIGURES, Scope
from orderhouse.console.trust.movements import quoted
from orderhouse.console.wms import asked
from orderhouse.console.wms.movement_story import place_names, told
from orderhouse.console.wms.place_queries import lot_facts, recall_list
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.wms.stock.queries import stock_of_lot
from orderhouse.wms.stock.set_lot_hold import set_lot_hold
from orderhouse.wms.stock.store import Standing

GOOD = ("good", "allocated")
"""Where holding a lot stops units: in their bins. What is in a tote or a parcel stays with its order."""


@allow(*SEE_FLOOR)
@require_GET
def lot_page(request: DeskRequest, lot_id: int) -> HttpResponse:
    """A lot or serial."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        lot = lot_facts(tenant_id, lot_id)
        lies = stock_of_lot(tenant_id, lot_id)
        went = recall_list(tenant_id, lot_id)
        codes = {node.id: node.code for node in nodes(tenant_id).values()}
        names = place_names(tenant_id, [row.place_id for row in lies])
        scope = Scope("physical", FIGURES["physical"]["inside"], item_id=lot.item_id, lot_id=lot_id)
        story = told(tenant_id, stock_books.movements(tenant_id, scope, limit=30))
    context = {
        "lot": lot,
        "lies": [(codes.get(row.node_id, ""), names.get(row.place_id), row) for row in lies],
        "units": sum(row.quantity for row in lies),
        "went": went,
        "gone": sum(row.units for row in went if row.state == "shipped"),
        "orders": len({row.order_number for row in went}),
        "rows": story,
        "may_act": request.desk.may("warehouse_manager"),
    }
    return render(request, "console/wms/lot.html", context)


@allow("warehouse_manager")
@require_http_methods(["GET", "POST"])
def lot_hold(request: DeskRequest, lot_id: int) -> HttpResponse:
    """Show what holding the lot, or freeing it, will do; with POST, do it."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        lot = lot_facts(tenant_id, lot_id)
        lies = stock_of_lot(tenant_id, lot_id)
    wanted = not lot.held
    refusal: Refusal | None = None
    reason = request.POST.get("reason", "").replace("\x00", "").strip()[:200]
    if request.method == "POST":
        try:
            if request.POST.get("held") not in ("yes", "no"):
                raise InvalidInput(field="held", reason="says neither yes nor no", remedy="Use the button of the page.")
            if not reason:
                raise InvalidInput(field="reason", reason="is empty", remedy="Say why, for whoever finds the lot next.")
            held = request.POST["held"] == "yes"
            moved = set_lot_hold(by=request.desk.by(), lot_ids=[lot_id], held=held, reason=reason)
            said = (
                ngettext("%(count)d unit is held.", "%(count)d units are held.", moved)
                if held
                else ngettext("%(count)d unit is free again.", "%(count)d units are free again.", moved)
            )
            toasts.say(request, said % {"count": moved})
            return HttpResponseRedirect(asked.address("lot", lot_id))
        except Refusal as refused:
            refusal = refused
    return render(
        request,
        "console/wms/lot_hold.html",
        {"lot": lot, "hold": wanted, "reason": reason, "refusal": refusal} | _foreseen(lies, wanted),
        status=refusal.status if refusal else 200,
    )


def _foreseen(lies: list[Standing], hold: bool) -> dict[str, int]:
    """Units that will change, those of them orders were given, and those that stay as they are."""
    changed = [row for row in lies if row.state in (GOOD if hold else ("hold",))]
    return {
        "units": sum(row.quantity for row in changed),
        "bins": len({row.place_id for row in changed}),
        "on_tasks": sum(row.quantity for row in changed if row.state == "allocated"),
        "stays": sum(row.quantity for row in lies if row.state in ("picked", "packed")),
    }


@allow("warehouse_manager", "order_desk", "auditor")
@require_GET
def lot_file(request: DeskRequest, lot_id: int) -> HttpResponse:
    """The recall list as a spreadsheet reads it."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        lot = lot_facts(tenant_id, lot_id)
        went = recall_list(tenant_id, lot_id)
    page = StringIO()
    writer = csv.writer(page)
    writer.writerow(
        [
            "order",
            "release",
            "node",
            "customer",
            "country",
            "sku",
            "lot",
            "units",
            "state",
            "carrier",
            "tracking",
            "sscc",
            "shipped_at",
        ]
    )
    for row in went:
        fields = (
            row.order_number,
            row.release_number,
            row.node,
            row.customer,
            row.country,
            lot.sku,
            lot.called,
            row.units,
            row.state,
        )
        writer.writerow([quoted(each) for each in (*fields, row.carrier, row.tracking, row.sscc, row.shipped_at)])
    answer = HttpResponse(page.getvalue(), content_type="text/csv; charset=utf-8")
    plain = "".join(letter if letter.isascii() and (letter.isalnum() or letter in "-_") else "-" for letter in lot.called)
    answer["Content-Disposition"] = f'attachment; filename="recall-{plain}.csv"'
    return answer
