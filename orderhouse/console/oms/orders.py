"""Orders: tabs with live counts, search, pages that neither skip nor repeat."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.oms.queries import nodes_of_orders
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.oms.orders.queries import counts_by_state, invalid_orders, list_orders

PAGE = 40


@dataclass(frozen=True, slots=True)
class Tab:
    """A saved view: its name, and the states it shows (None: all)."""

    label: str
    states: tuple[str, ...] | None


TABS = {
    "all": Tab("All", None),
    "attention": Tab("Needs attention", ("held", "backordered", "partly_reserved")),
    "new": Tab("New", ("received", "accepted")),
    "held": Tab("Held", ("held",)),
    "backordered": Tab("Backordered", ("backordered", "partly_reserved")),
    "to-release": Tab("To release", ("reserved", "partly_reserved")),
    "floor": Tab("On the floor", ("released", "partly_shipped")),
    "shipped": Tab("Shipped", ("shipped", "delivered", "closed")),
    "cancelled": Tab("Cancelled", ("cancelled",)),
}


@allow(*SEE_ORDERS)
@require_GET
def order_list(request: DeskRequest) -> HttpResponse:
    """A page of one tab, or of what a search found."""
    tenant_id = request.desk.tenant_id
    tab = request.GET.get("tab", "all")
    chosen = TABS.get(tab, TABS["all"])
    search = request.GET.get("q", "").strip()
    cursor = request.GET.get("after") or None
    page = list_orders(tenant_id, states=chosen.states, search=search, cursor=cursor, limit=PAGE)
    counts = counts_by_state(tenant_id)
    tabs = [
        {
            "code": code,
            "label": each.label,
            "count": sum(n for state, n in counts.items() if each.states is None or state in each.states),
        }
        for code, each in TABS.items()
    ]
    nodes = nodes_of_orders(tenant_id, [order.id for order in page.orders])
    older = urlencode({"tab": tab, "q": search, "after": page.next_cursor}) if page.next_cursor else ""
    return living(
        request,
        "oms/orders",
        {
            "tab": tab if tab in TABS else "all",
            "tabs": tabs,
            "invalid": len(invalid_orders(tenant_id, limit=100)),
            "rows": [(order, nodes.get(order.id, [])) for order in page.orders],
            "older": older,
            "search": search,
            "cursor": cursor,
            "refresh": None if cursor else 3,
        },
    )
