"""The warehouse map: what lies where, what is hot, old, due, and who walks, on the building itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

import orjson
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orderhouse.catalog.queries import Node, node_by_code, nodes
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import layers, map_queries
from orderhouse.console.wms.ask_count import ask_count
from orderhouse.console.wms.floor_plan import FloorPlan, TourDrawing, TourStop, draw_floor, draw_tours
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.layout.queries import location_by_code, site_geometry
from orderhouse.wms.routing import Geometry
from orderhouse.wms.stock.queries import movements, stock_in_bin
from orderhouse.wms.waves.queries import tours

ROWS = 500
"""Rows of the table behind the map on one page."""


@dataclass(frozen=True, slots=True)
class Row:
    """A bin in the table behind the map."""

    code: str
    zone: str
    level: int
    units: int
    room: int
    picks: int
    stock: map_queries.StockOfPlace | None
    counts: map_queries.CountsOfPlace | None


@allow(*SEE_FLOOR)
@require_GET
def floor_map(request: DeskRequest, node_code: str = "") -> HttpResponse:
    """A node's building; the first with one where none is named."""
    tenant_id, now, asked = request.desk.tenant_id, clock.now(), request.GET
    with unit_of_work(tenant_id):
        every = list(nodes(tenant_id).values())
        if not every:
            return render(request, "console/wms/map_empty.html", {"nodes": [], "node": None})
        node = node_by_code(tenant_id, node_code) if node_code else first_node(every)
        building = geometry_of(tenant_id, node)
        found = map_queries.places(tenant_id, node.id) if building else []
        level = _whole(asked.get("level"))
        plan = draw_building(building, found, level) if building else None
        if building is None or plan is None:
            return render(request, "console/wms/map_empty.html", {"nodes": every, "node": node})
        layer = asked.get("layer", "fill") if asked.get("layer") in layers.LAYERS else "fill"
        days = _whole(asked.get("days")) if _whole(asked.get("days")) in layers.DAYS else 7
        shown = [cell.place for cell in plan.cells]
        as_table = asked.get("as") == "table"
        stock = map_queries.stock_of_places(tenant_id, node.id) if as_table or layer in ("fill", "age", "expiry") else {}
        since = now - timedelta(days=days or 7)
        picks = map_queries.picks_of_places(tenant_id, node.id, since) if as_table or layer == "heat" else {}
        counts = map_queries.counts_of_places(tenant_id, node.id) if as_table or layer == "count" else {}
        if layer == "fill":
            painted = layers.fill(shown, stock)
        elif layer == "heat":
            painted = layers.heat(shown, picks)
        elif layer == "age":
            painted = layers.age(shown, stock, now)
        elif layer == "expiry":
            painted = layers.expiry(shown, stock, now.astimezone(ZoneInfo(node.time_zone)).date())
        else:
            painted = layers.count(shown, counts, now)
        text = asked.get("q", "") or asked.get("item", "")
        hits = map_queries.find_bins(tenant_id, node.id, text)
        walks = {tour.id: tour.path for tour in tours(tenant_id, node_id=node.id) if tour.state == "started"}
        stops = map_queries.walk_stops(tenant_id, building.aisles, node_id=node.id)
        walking = draw_tours(plan, stops, walks)
        context = {
            "nodes": every,
            "node": node,
            "plan": plan,
            "layer": layer,
            "layers": LAYER_NAMES(),
            "days": days,
            "day_choices": layers.DAYS,
            "level": level,
            "painted": painted,
            "cells": cells_markup(plan, painted.digits, {hit.code for hit in hits}),
            "bins": len(shown),
            "q": text,
            "hits": hits,
            "tours": walking,
            "legs": _legs(stops, walking),
            "state": state_of(painted.digits, walking),
            "as_table": as_table,
            "topics": (f"floor:{node.code}", "stock"),
            "refresh": 3,
        }
        if as_table:
            context |= _table(request, shown, painted, stock, picks, counts)
            context["refresh"] = None
        if asked.get("bin"):
            try:
                context |= _bin(request, node, asked["bin"])
            except NotFound as refusal:
                context["bin_refusal"] = refusal
    return living(request, "wms/map", context)


@allow(*SEE_FLOOR)
@require_GET
def map_bin(request: DeskRequest, node_code: str, bin_code: str) -> HttpResponse:
    """What lies in a bin and is to be done there: the map's side panel."""
    with unit_of_work(request.desk.tenant_id):
        node = node_by_code(request.desk.tenant_id, node_code)
        context = _bin(request, node, bin_code)
    return render(request, "console/wms/map_bin.html", context)


@allow("warehouse_manager")
@require_POST
def count_bin(request: DeskRequest, node_code: str, bin_code: str) -> HttpResponse:
    """Ask for a count of everything in a bin."""
    ask_count(request, node_code, bin_code)
    return HttpResponseRedirect(f"{reverse('console:map', args=[node_code])}?bin={bin_code}")


def LAYER_NAMES() -> list[tuple[str, str, str]]:
    """Layers with their names and what they show, in the reader's language."""
    return [
        ("fill", _("Fill"), _("units against room")),
        ("heat", _("Picks"), _("picks done")),
        ("age", _("Age"), _("oldest stock of the bin")),
        ("expiry", _("Expiry"), _("first lot to expire")),
        ("count", _("Counts"), _("last counted")),
    ]


def first_node(every: Sequence[Node]) -> Node:
    """The node to show where none is named: the first warehouse, else the first."""
    warehouses = [node for node in every if node.kind == "warehouse"]
    return min(warehouses or every, key=lambda node: node.code)


def geometry_of(tenant_id: int, node: Node) -> Geometry | None:
    """The building, or None where no layout was ever imported: a store that keeps no bins."""
    try:
        return site_geometry(tenant_id, node.id)
    except NotFound:
        return None


def draw_building(building: Geometry, found: Sequence[map_queries.Place], level: int | None = None) -> FloorPlan | None:
    """The drawing of a building with its start."""
    aisle, y = building.depot
    return draw_floor(
        found, aisles=building.aisles, cross_aisles=building.cross_aisles, depot=(building.aisles[aisle], y), level=level
    )


def cells_markup(plan: FloorPlan, digits: str, hits: set[str] = frozenset()) -> SafeString:  # type: ignore[assignment]
    """The bins as SVG rectangles, written here and not by a template: there may be thousands."""
    drawn = []
    for box, digit in zip(plan.cells, digits, strict=True):
        hit = " hit" if box.place.code in hits else ""
        drawn.append(
            f'<rect class="s{digit}{hit}" data-bin="{escape(box.place.code)}" x="{box.x:g}" y="{box.y:g}"'
            f' width="{box.width:g}" height="{box.height:g}"/>'
        )
    return mark_safe("".join(drawn))


def state_of(digits: str, walking: Sequence[TourDrawing]) -> str:
    """What the page compares with what it shows: the bins' digits and the tours."""
    drawn = [
        {
            "id": str(tour.id),
            "title": f"{tour.number} {tour.name}",
            "letters": tour.letters,
            "color": tour.color,
            "line": tour.line,
            "done": tour.done,
            "dots": [[dot.n, dot.x, dot.y, dot.done] for dot in tour.dots],
            "x": tour.x,
            "y": tour.y,
            "walking": tour.walking,
        }
        for tour in walking
    ]
    return orjson.dumps({"cells": digits, "tours": drawn}).decode()


def _legs(stops: Sequence[TourStop], walking: Sequence[TourDrawing]) -> list[tuple[TourDrawing, int, int]]:
    """Tours with picks done and all."""
    done: dict[int, list[int]] = {}
    for stop in stops:
        tally = done.setdefault(stop.tour_id, [0, 0])
        tally[0] += stop.state in ("picked", "short")
        tally[1] += 1
    return [(tour, *done[tour.id]) for tour in walking]  # type: ignore[misc]


def _table(
    request: DeskRequest,
    shown: Sequence[map_queries.Place],
    painted: layers.Layer,
    stock: dict[int, map_queries.StockOfPlace],
    picks: dict[int, int],
    counts: dict[int, map_queries.CountsOfPlace],
) -> dict[str, object]:
    step = request.GET.get("step", "")
    chosen = [place for place, digit in zip(shown, painted.digits, strict=True) if not step or digit == step]
    begin = max(0, _whole(request.GET.get("from")) or 0)
    rows = []
    for place in chosen[begin : begin + ROWS]:
        lies = stock.get(place.id)
        rows.append(
            Row(
                place.code,
                place.zone,
                place.level,
                lies.units if lies else 0,
                place.room,
                picks.get(place.id, 0),
                lies,
                counts.get(place.id),
            )
        )
    after = begin + ROWS if begin + ROWS < len(chosen) else None
    return {"rows": rows, "of": len(chosen), "step": step, "begin": begin, "after": after}


def _bin(request: DeskRequest, node: Node, code: str) -> dict[str, object]:
    tenant_id = request.desk.tenant_id
    place = location_by_code(tenant_id, node.id, code)
    lies = stock_in_bin(tenant_id, place.id)
    units = sum(row.quantity for row in lies)
    share = min(100, round(100 * units / place.capacity_units)) if place.capacity_units else None
    return {
        "node": node,
        "bin": place,
        "lies": lies,
        "bin_units": units,
        "bin_share": share,
        "work": map_queries.work_at(tenant_id, place.id),
        "moved": movements(tenant_id, node_id=node.id, place_id=place.id, limit=3),
        "may_act": request.desk.may("warehouse_manager"),
    }


def _whole(text: str | None) -> int | None:
    """A whole number from an address, None for anything else."""
    return int(text) if text and text.lstrip("-").isdecimal() and len(text) < 9 else None
