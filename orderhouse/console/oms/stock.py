"""Stock as the promise book sees it: what may be promised, and the arithmetic behind every figure."""

from __future__ import annotations

from urllib.parse import urlencode

from django.apps import apps
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import items
from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.oms.queries import latest_movements, stock_list
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.database import unit_of_work
from orderhouse.oms.promise.queries import NodeFigures, explain_availability

PAGE = 50


@allow(*SEE_FLOOR)
@require_GET
def stock_list_page(request: DeskRequest) -> HttpResponse:
    """Items by SKU."""
    search, after = request.GET.get("q", "").strip(), request.GET.get("after", "")
    rows = stock_list(request.desk.tenant_id, search=search, after=after, limit=PAGE + 1)
    more = urlencode({"q": search, "after": rows[PAGE - 1].sku}) if len(rows) > PAGE else ""
    context = {"rows": rows[:PAGE], "search": search, "more": more, "refresh": 5}
    return living(request, "oms/stock", context)


@allow(*SEE_FLOOR)
@require_GET
def item_page(request: DeskRequest, item_id: int) -> HttpResponse:
    """One item, node by node."""
    tenant_id = request.desk.tenant_id
    found = explain_availability(tenant_id, item_id)
    with unit_of_work(tenant_id):
        name = items(tenant_id, [item_id])[item_id].name
    context = {
        "item": found,
        "name": name,
        "nodes": [(node, _arithmetic(node)) for node in found.nodes],
        "movements": latest_movements(tenant_id, item_id),
        "with_floor": apps.is_installed("orderhouse.wms"),
        "refresh": 5,
    }
    return living(request, "oms/item", context)


def _arithmetic(node: NodeFigures) -> list[drawing.Step]:
    return drawing.waterfall(
        node.projected + node.shortage.quantity,
        [
            ("reserved", "reserved", node.reserved.quantity),
            ("released", "released", node.released.quantity),
            ("safety stock", "safety", node.safety.quantity),
        ],
        "available",
    )
