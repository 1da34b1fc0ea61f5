"""One bin: what lies in it, what is to be done there, what ever came and went, and how well the book knows it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_GET, require_POST

from orderhouse.catalog.queries import node_by_code
from orderhouse.console import stock_asked, stock_books
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.stock_books import FIGURES, Scope
from orderhouse.console.wms import asked, map_queries
from orderhouse.console.wms.ask_count import ask_count
from orderhouse.console.wms.board_queries import badges
from orderhouse.console.wms.movement_story import told
from orderhouse.console.wms.place_queries import CountOfBin, counts_of_bin, handling_unit
from orderhouse.database import unit_of_work
from orderhouse.wms.layout.queries import location_by_code
from orderhouse.wms.stock.queries import stock_in_bin, stock_in_handling_unit

PAGE = 50
SHOWN = 120
"""Rows of contents shown: a dock may hold more than anybody reads."""


@allow(*SEE_FLOOR)
@require_GET
def bin_page(request: DeskRequest, node_code: str, bin_code: str) -> HttpResponse:
    """A place of the building by its code."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        node = node_by_code(tenant_id, node_code)
        place = location_by_code(tenant_id, node.id, bin_code)
        lies = stock_in_bin(tenant_id, place.id)
        counts = counts_of_bin(tenant_id, place.id)
        people = dict(badges(tenant_id))
        context: dict[str, Any] = {
            "node": node,
            "bin": place,
            "lies": lies[:SHOWN],
            "not_shown": max(0, len(lies) - SHOWN),
            "work": map_queries.work_at(tenant_id, place.id),
        } | _history(request, tenant_id, place.id)
    units = sum(row.quantity for row in lies)
    items = {row.item_id for row in lies}
    made = [count for count in counts if count.counted is not None]
    context |= {
        "units": units,
        "items": len(items),
        "share": min(100, round(100 * units / place.capacity_units)) if place.capacity_units else None,
        "last_count": made[0] if made else None,
        "counted_by": people.get(made[0].badge, made[0].badge) if made else "",
        "counts": made,
        "accuracy": _accuracy(made),
        "to_count": sum(1 for count in counts if count.state == "ready"),
        "may_act": request.desk.may("warehouse_manager"),
        "topics": (f"floor:{node.code}", "stock"),
        "refresh": 5,
    }
    return living(request, "wms/bin", context)


def _accuracy(made: list[CountOfBin]) -> tuple[int, int] | None:
    """Of the counts made, how many found what the book said."""
    return (sum(1 for count in made if count.counted == count.expected), len(made)) if made else None


def _history(request: DeskRequest, tenant_id: int, place_id: int) -> dict[str, Any]:
    """A page of what came to a place and went from it, with the units after each."""
    scope = Scope("physical", FIGURES["physical"]["inside"], place_id=place_id)
    before = stock_asked.number(request.GET, "before")
    found = stock_books.movements(tenant_id, scope, before=before or stock_books.NEWEST, limit=PAGE + 1)
    return {
        "rows": told(tenant_id, found[:PAGE]),
        "first": "?" if before else "",
        "more": f"?{urlencode({'before': found[PAGE - 1].id})}" if len(found) > PAGE else "",
    }


@allow("warehouse_manager")
@require_POST
def count_this_bin(request: DeskRequest, node_code: str, bin_code: str) -> HttpResponse:
    """Ask for a count of every item in the bin; one already asked for stays as it is."""
    ask_count(request, node_code, bin_code)
    return HttpResponseRedirect(asked.address("bin", node_code, bin_code))


@allow(*SEE_FLOOR)
@require_GET
def unit_page(request: DeskRequest, node_code: str, code: str) -> HttpResponse:
    """A tote, cart, pallet or parcel by the code on it."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        node = node_by_code(tenant_id, node_code)
        unit = handling_unit(tenant_id, node.id, code)
        lies = stock_in_handling_unit(tenant_id, unit.id)
        context: dict[str, Any] = {
            "node": node,
            "unit": unit,
            "lies": lies[:SHOWN],
            "not_shown": max(0, len(lies) - SHOWN),
        } | _history(request, tenant_id, unit.id)
    context |= {"units": sum(row.quantity for row in lies), "topics": (f"floor:{node.code}",), "refresh": 5}
    return living(request, "wms/bin_unit", context)
