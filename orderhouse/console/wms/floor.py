"""Floor control: waves, tours, people, what waits and what went wrong, node by node."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from orderhouse.catalog.queries import node_by_code, nodes
from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms.building import draw_building
from orderhouse.console.wms.queries import FloorPick, bays, floor_of_releases, people_at_work, stops
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.queries import counts_to_make, variances
from orderhouse.wms.inbound.queries import receipts
from orderhouse.wms.outbound.queries import backlog
from orderhouse.wms.putaway.queries import open_tasks
from orderhouse.wms.shipping.queries import parcels_to_ship
from orderhouse.wms.stock.queries import bins_of_item, open_exceptions
from orderhouse.wms.waves.queries import tours, waves

STAGES = ("accepted", "waved", "picking", "picked", "packed")


@allow(*SEE_FLOOR)
@require_GET
def floor(request: DeskRequest, node_code: str = "") -> HttpResponse:
    """One node's floor; the first by code where none is named."""
    tenant_id, now = request.desk.tenant_id, clock.now()
    with unit_of_work(tenant_id):
        every = list(nodes(tenant_id).values())
        if not every:
            return living(request, "wms/floor", {"nodes": [], "node": None, "refresh": None})
        node = node_by_code(tenant_id, node_code) if node_code else next((n for n in every if n.kind == "warehouse"), every[0])
        owed = backlog(tenant_id, node.id)
        stages = {stage: sum(row.orders for row in owed if row.state == stage) for stage in STAGES}
        walking = tours(tenant_id, node_id=node.id)
        putaways = open_tasks(tenant_id, node.id)
        context = {
            "nodes": every,
            "node": node,
            "stages": stages,
            "units": sum(row.units for row in owed),
            "waves": [
                (wave, *drawing.ring(wave.tours_done, wave.tours))
                for wave in waves(tenant_id, node.id, limit=12)
                if wave.state != "done" or (wave.done_at and wave.done_at > now - timedelta(minutes=10))
            ][:6],
            "tours": walking,
            "people": people_at_work(tenant_id, node.id, now - timedelta(minutes=5)),
            "putaways": putaways[:8],
            "putaway_count": len(putaways),
            "receipts": receipts(tenant_id, node.id, states=("expected", "arrived", "counting"), limit=8),
            "counts": counts_to_make(tenant_id, node.id, limit=8),
            "variances": variances(tenant_id, node.id, limit=8),
            "exceptions": [e for e in reversed(open_exceptions(tenant_id, node.id)) if e.kind != "count_variance"][:10],
            "parcels": parcels_to_ship(tenant_id, node.id),
            "building": draw_building(
                bays(tenant_id, node.id), stops(tenant_id, node.id), {tour.id: tour.path for tour in walking}
            ),
            "ring": drawing.RING,
            "may_act": request.desk.may("warehouse_manager"),
            "refresh": 3,
        }
    return living(request, "wms/floor", context)


@allow("warehouse_manager")
@require_POST
def approve_count(request: DeskRequest, task_id: int) -> HttpResponse:
    """Believe a count: the book follows."""
    try:
        delta = approve_variances(by=request.desk.by(), task_ids=[task_id])
        messages.success(request, f"The book follows the count: {delta:+d}.")
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.how_to_mend}")
    return HttpResponseRedirect(_back(request))


def _back(request: HttpRequest) -> str:
    to = request.POST.get("back", "")
    return to if url_has_allowed_host_and_scheme(to, {request.get_host()}) else reverse("console:floor")


@allow(*SEE_FLOOR)
@require_GET
def bins_fragment(request: DeskRequest, item_id: int) -> HttpResponse:
    """Where an item lies, bin by bin, for the item's page."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        places = [(node, bins_of_item(tenant_id, node.id, item_id)) for node in nodes(tenant_id).values()]
    return render(request, "console/wms/bins_of_item.html", {"places": places})


@allow(*SEE_FLOOR)
@require_GET
def releases_fragment(request: DeskRequest) -> HttpResponse:
    """What the floor did with an order's releases, for the order's page."""
    by_release: dict[str, list[FloorPick]] = {}
    for pick in floor_of_releases(request.desk.tenant_id, request.GET.getlist("number")[:50]):
        by_release.setdefault(pick.release_number, []).append(pick)
    return render(request, "console/wms/releases.html", {"releases": list(by_release.values())})
