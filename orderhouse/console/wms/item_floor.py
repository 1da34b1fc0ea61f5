"""An item on the floor: where it lies, bin by bin and lot by lot; and the stock pages of a house without the promise wing."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import items, nodes
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms.place_queries import floor_stock, lots_of_item
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.stock.queries import bins_of_item

PAGE = 50
BINS = 60
"""Places shown of each node; the rest are found on the map."""

TABS = ("all", "out", "aside")


@allow(*SEE_FLOOR)
@require_GET
def item_floor(request: DeskRequest, item_id: int) -> HttpResponse:
    """Where an item lies, for the item's page."""
    return render(request, "console/wms/item_floor.html", _floor(request.desk.tenant_id, item_id))


def _floor(tenant_id: int, item_id: int) -> dict[str, Any]:
    with unit_of_work(tenant_id):
        found = items(tenant_id, [item_id]).get(item_id)
        if found is None:
            raise NotFound(kind="item", code=item_id, field="item_id")
        every = [(node, bins_of_item(tenant_id, node.id, item_id)) for node in nodes(tenant_id).values()]
        kept = lots_of_item(tenant_id, item_id) if found.tracks_lots or found.tracks_serials else []
    places = [(node, bins[:BINS], len(bins) - BINS) for node, bins in every if bins]
    figures = {
        "good": sum(each.good for _node, bins in every for each in bins),
        "allocated": sum(each.allocated for _node, bins in every for each in bins),
        "other": sum(each.other for _node, bins in every for each in bins),
    }
    return {"article": found, "places": places, "lots": kept, "figures": figures, "inside": sum(figures.values())}


@allow(*SEE_FLOOR)
@require_GET
def stock_list(request: DeskRequest) -> HttpResponse:
    """Items by SKU as the physical book has them."""
    tenant_id, asked = request.desk.tenant_id, request.GET
    tab = asked.get("tab", "") if asked.get("tab") in TABS else "all"
    search, after = asked.get("q", "").strip()[:100], asked.get("after", "")
    with unit_of_work(tenant_id):
        every = list(nodes(tenant_id).values())
        node = next((each for each in every if each.code == asked.get("node")), None)
        rows, counts = floor_stock(
            tenant_id, tab=tab, search=search, node_id=node.id if node else None, after=after, limit=PAGE + 1
        )
    base = {"q": search, "node": node.code if node else ""}
    kept = {name: value for name, value in base.items() if value}
    here = kept | ({"tab": tab} if tab != "all" else {})
    context = {
        "rows": rows[:PAGE],
        "tabs": [(code, counts[code], urlencode(kept | ({"tab": code} if code != "all" else {}))) for code in TABS],
        "tab": tab,
        "search": search,
        "nodes": every,
        "node": node.code if node else "",
        "more": f"?{urlencode(here | {'after': rows[PAGE - 1].sku})}" if len(rows) > PAGE else "",
        "first": f"?{urlencode(here)}" if after else "",
        "topics": ("stock",),
        "refresh": 10,
    }
    return living(request, "wms/item_stock", context)


@allow(*SEE_FLOOR)
@require_GET
def item_page(request: DeskRequest, item_id: int) -> HttpResponse:
    """An item in the physical book alone."""
    context = _floor(request.desk.tenant_id, item_id) | {"topics": ("stock",), "refresh": 10}
    return living(request, "wms/item_alone", context)
