"""One wave: its orders, its tours on the building, and what may still be changed."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from orderhouse.catalog.queries import node_by_code
from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import map_queries, wave_queries
from orderhouse.console.wms.floor_plan import draw_tours
from orderhouse.console.wms.map import cells_markup, draw_building, geometry_of, state_of
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.wms.picking.assign_tour import assign_tour
from orderhouse.wms.waves.cancel_wave import cancel_wave, take_back_tours
from orderhouse.wms.waves.queries import tours
from orderhouse.wms.waves.release_wave import release_wave


@allow(*SEE_FLOOR)
@require_GET
def wave(request: DeskRequest, node_code: str, number: str) -> HttpResponse:
    """A wave by its number."""
    tenant_id, now = request.desk.tenant_id, clock.now()
    with unit_of_work(tenant_id):
        node = node_by_code(tenant_id, node_code)
        card = wave_queries.wave_by_number(tenant_id, node.id, number)
        walked = [tour for tour in tours(tenant_id, wave_id=card.id) if tour.tasks]
        building = geometry_of(tenant_id, node)
        plan = draw_building(building, map_queries.places(tenant_id, node.id)) if building else None
        stops = map_queries.walk_stops(tenant_id, building.aisles, wave_id=card.id) if building else []
        colors = {tour.id: n for n, tour in enumerate(walked)}
        drawn = draw_tours(plan, stops, {tour.id: tour.path for tour in walked}, colors=colors) if plan else ()
        by_id = {each.id: each for each in drawn}
        names = dict(wave_queries.badges(tenant_id))
        begun = card.released_at or card.planned_at
        context = {
            "node": node,
            "wave": card,
            "ring": drawing.ring(card.picks_done, card.picks),
            "minutes": ((card.done_at or now) - begun).total_seconds() / 60 if card.released_at else None,
            "tours_of_wave": [(tour, by_id.get(tour.id), names.get(tour.badge or "", tour.badge)) for tour in walked],
            "unstarted": sum(tour.state == "ready" for tour in walked),
            "orders": wave_queries.wave_orders(tenant_id, card.id),
            "shorts": wave_queries.wave_shorts(tenant_id, card.id),
            "badges": sorted(names.items(), key=lambda pair: pair[1]),
            "plan": plan,
            "cells": cells_markup(plan, "0" * len(plan.cells)) if plan else "",
            "tours": drawn,
            "state": state_of("0" * len(plan.cells), drawn) if plan else "",
            "may_act": request.desk.may("warehouse_manager"),
            "topics": (f"floor:{node.code}",),
            "refresh": None if card.state in ("done", "cancelled") else 3,
        }
    return living(request, "wms/wave", context)


@allow("warehouse_manager")
@require_POST
def release(request: DeskRequest, node_code: str, number: str) -> HttpResponse:
    """Let pickers have it."""

    def act(wave_id: int) -> str:
        release_wave(by=request.desk.by(), wave_id=wave_id)
        return _("Wave %(number)s is released: pickers can start its tours.") % {"number": number}

    return _done(request, node_code, number, act)


@allow("warehouse_manager")
@require_POST
def cancel(request: DeskRequest, node_code: str, number: str) -> HttpResponse:
    """Take it back before it is released."""

    def act(wave_id: int) -> str:
        taken = cancel_wave(by=request.desk.by(), wave_id=wave_id)
        free = ngettext("%(n)d unit is free again", "%(n)d units are free again", taken.units) % {"n": taken.units}
        wait = ngettext("%(n)d order waits", "%(n)d orders wait", taken.orders) % {"n": taken.orders}
        return _("Wave %(number)s is cancelled: %(free)s, %(wait)s.") % {"number": number, "free": free, "wait": wait}

    return _done(request, node_code, number, act)


@allow("warehouse_manager")
@require_POST
def take_back(request: DeskRequest, node_code: str, number: str) -> HttpResponse:
    """Take back what nobody has started, and go on to plan it anew."""

    def act(wave_id: int) -> str:
        taken = take_back_tours(by=request.desk.by(), wave_id=wave_id)
        said = ngettext("%(tours)d tour is taken back", "%(tours)d tours are taken back", taken.tours) % {"tours": taken.tours}
        units = ngettext("%(n)d unit", "%(n)d units", taken.units) % {"n": taken.units}
        rest = ngettext(
            "%(orders)d order with %(units)s waits for another wave.",
            "%(orders)d orders with %(units)s wait for another wave.",
            taken.orders,
        ) % {"orders": taken.orders, "units": units}
        return f"{said}: {rest}"

    return _done(request, node_code, number, act, to=reverse("console:plan-wave", args=[node_code]))


@allow("warehouse_manager")
@require_POST
def assign(request: DeskRequest, node_code: str, number: str, tour_id: int) -> HttpResponse:
    """Keep a tour for a badge, or give it back to whoever comes."""
    badge = request.POST.get("badge") or None

    def act(wave_id: int) -> str:
        if tour_id not in {tour.id for tour in tours(request.desk.tenant_id, wave_id=wave_id)}:
            raise NotFound(kind="tour", code=tour_id, field="tour_id")
        assign_tour(by=request.desk.by(), tour_id=tour_id, badge=badge)
        return _("The tour waits for %(badge)s.") % {"badge": badge} if badge else _("The tour is open to everybody again.")

    return _done(request, node_code, number, act)


def _done(
    request: DeskRequest, node_code: str, number: str, act: Callable[[int], str], to: str | None = None
) -> HttpResponseRedirect:
    """Act on the wave of this number and say what came of it; a refusal leads back to the wave."""
    back = reverse("console:wave", args=[node_code, number])
    try:
        tenant_id = request.desk.tenant_id
        with unit_of_work(tenant_id):
            wave_id = wave_queries.wave_by_number(tenant_id, node_by_code(tenant_id, node_code).id, number).id
        messages.success(request, act(wave_id))
    except Refusal as refusal:
        messages.error(request, f"{refusal} {refusal.how_to_mend}")
        return HttpResponseRedirect(back)
    return HttpResponseRedirect(to or back)
