"""Waves of a node as cards, and the planner that shows a wave before it is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from orderhouse.catalog.queries import Node, node_by_code, nodes
from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import map_queries, wave_queries
from orderhouse.console.wms.floor_plan import TourDrawing, TourStop, draw_tours
from orderhouse.console.wms.map import cells_markup, draw_building, first_node, geometry_of
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.layout.queries import locations
from orderhouse.wms.picking.labor import LaborStandard, share_out
from orderhouse.wms.picking.strategies import STRATEGIES
from orderhouse.wms.waves.draft_wave import FloorChanged, Setting, WaveDraft, draft_wave, gather_wave, make_drafted_wave
from orderhouse.wms.waves.release_wave import release_wave
from orderhouse.wms.waves.rules import Choice

STATES = ("planned", "released", "done", "cancelled")
SALT = "orderhouse.console.wave-draft"
MOST_SECONDS = 20
SEED = 1


@dataclass(frozen=True, slots=True)
class Walked:
    """A tour of a draft: what it fetches, how far and how long it goes, who would walk it."""

    n: int
    color: int
    orders: int
    picks: int
    units: int
    meters: float
    minutes: float
    picker: int


@dataclass(frozen=True, slots=True)
class Preview:
    """A draft as the planner shows it. ``finish`` by picker: (number, tours, minutes, when); ``token`` makes that very plan."""

    draft: WaveDraft
    walks: tuple[Walked, ...]
    finish: tuple[tuple[int, int, float, datetime], ...]
    token: str

    @property
    def through(self) -> datetime:
        """When the last picker is through."""
        return max(when for _, _, _, when in self.finish)


@allow(*SEE_FLOOR)
@require_GET
def waves(request: DeskRequest, node_code: str = "") -> HttpResponse:
    """A node's waves by state; the first warehouse's where none is named."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        every = list(nodes(tenant_id).values())
        if not every:
            return living(request, "wms/waves", {"nodes": [], "node": None, "refresh": None})
        node = node_by_code(tenant_id, node_code) if node_code else first_node(every)
        state = request.GET.get("state", "")
        state = state if state in STATES else ""
        cards = wave_queries.wave_cards(tenant_id, node.id, state=state or None)
        counts = wave_queries.wave_counts(tenant_id, node.id)
        waiting = wave_queries.waiting_for_waves(tenant_id, node.id)
    if not state:  # what is alive first, then what was
        cards.sort(key=lambda card: STATES.index(card.state) if card.state != "released" else -1)
    context = {
        "nodes": every,
        "node": node,
        "state": state,
        "tabs": [("", sum(counts.values())), *((each, counts.get(each, 0)) for each in STATES)],
        "cards": [(card, *drawing.ring(card.picks_done, card.picks)) for card in cards],
        "waiting_orders": sum(row.orders for row in waiting),
        "waiting_units": sum(row.units for row in waiting),
        "may_act": request.desk.may("warehouse_manager"),
        "topics": (f"floor:{node.code}",),
        "refresh": 3,
    }
    return living(request, "wms/waves", context)


@allow("warehouse_manager")
@require_http_methods(["GET", "POST"])
def plan(request: DeskRequest, node_code: str) -> HttpResponse:
    """Choose orders and a way to walk, see the wave, then make exactly that one."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        node = node_by_code(tenant_id, node_code)
    given: Mapping[str, str] = request.POST if request.method == "POST" else request.GET
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            kept = signing.loads(given.get("token", ""), salt=SALT, max_age=24 * 3600)
            made = make_drafted_wave(by=request.desk.by(), kept=kept)
            if given.get("then") == "release":
                release_wave(by=request.desk.by(), wave_id=made.wave_id)
                said = ngettext("Wave %(n)s is released: %(count)d tour.", "Wave %(n)s is released: %(count)d tours.", made.tours)
            else:
                said = ngettext("Wave %(n)s is planned: %(count)d tour.", "Wave %(n)s is planned: %(count)d tours.", made.tours)
            messages.success(request, said % {"n": made.number, "count": made.tours})
            return HttpResponseRedirect(reverse("console:wave", args=[node.code, made.number]))
        except FloorChanged as changed:
            refusal = changed
        except signing.BadSignature:
            messages.error(request, _("The plan was too old or altered. Preview it again."))
    return _planner(request, node, given, refusal)


def _planner(request: DeskRequest, node: Node, given: Mapping[str, str], refusal: Refusal | None) -> HttpResponse:
    tenant_id, now = request.desk.tenant_id, clock.now()
    context: dict[str, Any] = {
        "node": node,
        "given": {**DEFAULTS, **{name: value for name, value in given.items() if name in FIELDS}},
        "strategies": [(name, " ".join((plan.__doc__ or "").split())) for name, plan in STRATEGIES.items()],
        "zones": wave_queries.zone_codes(tenant_id, node.id),
        "waiting": wave_queries.waiting_for_waves(tenant_id, node.id),
        "standard": LaborStandard(),
        "refusal": refusal,
        "most_seconds": MOST_SECONDS,
    }
    waiting = context["waiting"]
    context["carriers"] = sorted({row.carrier for row in waiting})
    context["services"] = sorted({row.service for row in waiting})
    context["owners"] = sorted({(row.owner, row.owner_id) for row in waiting})
    context["cutoffs"] = _cutoffs(waiting, ZoneInfo(node.time_zone))
    context["waiting_orders"] = sum(row.orders for row in waiting)
    context["waiting_units"] = sum(row.units for row in waiting)
    if "preview" in given:
        try:
            context |= _preview(request, node, given, now)
        except Refusal as problem:
            context["refusal"] = problem
    return render(request, "console/wms/wave_plan.html", context)


DEFAULTS = {"strategy": "cluster", "capacity": "12", "pickers": "2", "seconds": "1"}
FIELDS = (
    *("cutoff", "carrier", "service", "priority", "zone", "owner", "item", "single", "max_orders", "max_units"),
    *("strategy", "capacity", "cart_units", "pickers", "seconds", "other_strategy", "other_capacity"),
)


def _cutoffs(waiting: list[wave_queries.Waiting], zone: ZoneInfo) -> list[tuple[str, datetime, int]]:
    """The moments orders must leave by: (value, local time, orders due by then)."""
    due = 0
    found: list[tuple[str, datetime, int]] = []
    for row in waiting:
        due += row.orders
        if found and found[-1][1] == row.ship_by.astimezone(zone):
            found.pop()
        found.append((row.ship_by.isoformat(), row.ship_by.astimezone(zone), due))
    return found


def _preview(request: DeskRequest, node: Node, given: Mapping[str, str], now: datetime) -> dict[str, Any]:
    tenant_id, by = request.desk.tenant_id, request.desk.by()
    number = lambda name, default=None: _whole(given.get(name), default)  # noqa: E731
    sku = given.get("item", "").strip()
    choice = Choice(
        cutoff_at=_moment(given.get("cutoff")),
        carrier=given.get("carrier") or None,
        service=given.get("service") or None,
        priority=number("priority"),
        owner_id=number("owner"),
        item_id=(wave_queries.item_of_sku(tenant_id, sku) or -1) if sku else None,
        single_line=bool(given.get("single")),
        max_orders=number("max_orders"),
        max_wave_units=number("max_units"),
        zone=given.get("zone") or None,
    )
    first = Setting(given.get("strategy") or "cluster", number("capacity", 12), number("cart_units"))
    settings = [first]
    if given.get("other_strategy") or given.get("other_capacity"):
        settings.append(
            Setting(given.get("other_strategy") or first.strategy, number("other_capacity", first.capacity), first.max_units)
        )
    seconds = float(min(MOST_SECONDS, number("seconds", 0) or 0)) / len(settings)
    pickers = max(1, min(50, number("pickers", 2) or 2))
    gathered = gather_wave(by=by, node_id=node.id, choice=choice, settings=settings)
    lines = wave_queries.draft_lines(
        tenant_id, [d.line_id for d in gathered.waiting] + [d.line_id for d, _units in gathered.missing]
    )
    found: dict[str, Any] = {
        "looked": True,
        "waits": [(lines[d.line_id], d.quantity) for d in gathered.waiting if d.line_id in lines],
        "missing": [(lines[d.line_id], units) for d, units in gathered.missing if d.line_id in lines],
    }
    if not gathered.pieces:
        return found
    previews = [
        _shown(draft_wave(gathered, setting, limits, seconds=seconds, seed=SEED), pickers, now)
        for setting, limits in zip(settings, gathered.limits, strict=True)
    ]
    found["previews"] = previews
    found["shortest"] = min(previews, key=lambda each: each.draft.meters)
    return found | _drawn(tenant_id, node, previews[0])


def _shown(draft: WaveDraft, pickers: int, now: datetime) -> Preview:
    standard, pieces = LaborStandard(), draft.gathered.pieces
    units = [sum(pieces[ref].quantity for ref in walk.refs) for walk in draft.walks]
    seconds = [
        standard.seconds(meters=walk.meters, stops=len({pieces[ref].stock.place_id for ref in walk.refs}), units=taken)
        for walk, taken in zip(draft.walks, units, strict=True)
    ]
    shared = share_out(seconds, pickers)
    picker_of = {place: n for n, (_until, own) in enumerate(shared, 1) for place in own}
    walks = tuple(
        Walked(
            n + 1,
            n % 8,
            len({pieces[ref].demand.outbound_id for ref in walk.refs}),
            len(walk.refs),
            units[n],
            walk.meters,
            seconds[n] / 60,
            picker_of[n],
        )
        for n, walk in enumerate(draft.walks)
    )
    finish = tuple((n, len(own), until / 60, now + timedelta(seconds=until)) for n, (until, own) in enumerate(shared, 1) if own)
    return Preview(draft, walks, finish, signing.dumps(draft.kept(), salt=SALT, compress=True))


def _drawn(tenant_id: int, node: Node, preview: Preview) -> dict[str, Any]:
    """The draft's tours on the building."""
    with unit_of_work(tenant_id):
        building = geometry_of(tenant_id, node)
        plan = draw_building(building, map_queries.places(tenant_id, node.id)) if building else None
        at = locations(tenant_id, node.id, ids={piece.stock.place_id for piece in preview.draft.gathered.pieces})
    if building is None or plan is None:
        return {}
    stops, walks = [], {}
    for n, walk in enumerate(preview.draft.walks):
        walks[n] = walk.path
        for ref in walk.refs:
            place = at[preview.draft.gathered.pieces[ref].stock.place_id]
            stops.append(TourStop(n, str(n + 1), "", "", place.x, place.y, building.aisles[place.aisle or 0], "ready"))
    tours: tuple[TourDrawing, ...] = draw_tours(plan, stops, walks)
    return {"plan": plan, "cells": cells_markup(plan, "0" * len(plan.cells)), "tours": tours}


def _whole(text: str | None, default: int | None = None) -> Any:
    """A whole number of a form, or the default."""
    cleaned = (text or "").strip()
    return int(cleaned) if cleaned.isdecimal() and len(cleaned) < 20 else default


def _moment(text: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else None
