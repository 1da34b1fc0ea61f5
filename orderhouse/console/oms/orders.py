"""Orders: the queue as saved filters, with live counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.looks import YEAR
from orderhouse.console.oms import queue
from orderhouse.console.oms.filters import SORTS, STAGES, Filter, read_filter
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.kernel import clock
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.orders.parse_order import HOLD_KINDS
from orderhouse.oms.orders.queries import invalid_count
from orderhouse.people.delete_view import delete_view
from orderhouse.people.rename_view import rename_view
from orderhouse.people.save_view import save_view
from orderhouse.people.saved_views import saved_views

PAGE = 50
COLUMNS_COOKIE = "orderhouse_order_columns"

TABS = {
    "all": gettext_lazy("All"),
    "attention": gettext_lazy("Needs attention"),
    "held": gettext_lazy("Held"),
    "backordered": gettext_lazy("Backordered"),
    "late": gettext_lazy("Late risk"),
    "to-release": gettext_lazy("To release"),
    "floor": gettext_lazy("On the floor"),
    "shipped": gettext_lazy("Shipped"),
}
COLUMNS = {
    "channel": gettext_lazy("Channel"),
    "customer": gettext_lazy("Customer"),
    "units": gettext_lazy("Lines and units"),
    "value": gettext_lazy("Value"),
    "promise": gettext_lazy("Promise"),
    "ship_by": gettext_lazy("Ship by"),
    "track": gettext_lazy("Stage"),
    "nodes": gettext_lazy("Nodes"),
    "service": gettext_lazy("Service"),
    "age": gettext_lazy("Age"),
}
USUAL = ("channel", "customer", "units", "value", "promise", "track", "nodes", "age")
SORT_NAMES = {
    "age": gettext_lazy("newest first"),
    "ship_by": gettext_lazy("first to ship"),
    "promise": gettext_lazy("first promised"),
    "value": gettext_lazy("greatest value"),
}
LABELS = {
    "q": gettext_lazy("Text"),
    "state": gettext_lazy("State"),
    "stage": gettext_lazy("Stands at"),
    "entered": gettext_lazy("Came within the hour to"),
    "channel": gettext_lazy("Channel"),
    "node": gettext_lazy("Node"),
    "country": gettext_lazy("Country"),
    "service": gettext_lazy("Service"),
    "hold": gettext_lazy("Hold"),
    "risk": gettext_lazy("Risk"),
    "value_from": gettext_lazy("Value from"),
    "value_to": gettext_lazy("Value to"),
    "promised_from": gettext_lazy("Promised from"),
    "promised_to": gettext_lazy("Promised until"),
    "leaves_by": gettext_lazy("Leaves by"),
    "received": gettext_lazy("Received"),
    "shipped": gettext_lazy("Shipped"),
}
_WORDS = {
    ("risk", "late"): gettext_lazy("past its dispatch time"),
    ("risk", "soon"): gettext_lazy("due within 2 hours, not packed"),
    ("received", "today"): gettext_lazy("today"),
    ("shipped", "today"): gettext_lazy("today"),
}


@allow(*SEE_ORDERS)
@require_GET
def order_list(request: DeskRequest) -> HttpResponse:
    """A page of one tab or saved view, narrowed by the filters in the address."""
    at = queue.moment(request.desk.tenant_id, clock.now())
    wanted, after = read_filter(request.GET), request.GET.get("after", "")
    page = queue.page(at, wanted, after=after, limit=PAGE)
    views = saved_views(at.tenant_id, request.desk.user_id, "orders")
    saved = {f"view:{view.id}": read_filter(QueryDict(view.query)) for view in views}
    asked = {f"tab:{code}": Filter(tab=code) for code in TABS} | saved | {"shown": wanted}
    counts = queue.counts(at, asked)
    here = next((view for view in views if saved[f"view:{view.id}"] == wanted), None)
    plain = not wanted.chosen and here is None
    tabs: list[dict[str, Any]] = [
        {
            "code": code,
            "label": label,
            "href": Filter(tab=code).query,
            "count": counts[f"tab:{code}"],
            "here": plain and code == wanted.tab,
        }
        for code, label in TABS.items()
    ]
    own = [
        {"view": view, "href": saved[f"view:{view.id}"].query, "count": counts[f"view:{view.id}"], "here": view is here}
        for view in views
    ]
    name, down = wanted.order
    context = {
        "wanted": wanted,
        "tab": wanted.tab,
        "tabs": tabs,
        "saved": own,
        "here": here,
        "invalid": invalid_count(at.tenant_id),
        "rows": [(row, row.nodes) for row in page.rows],
        "total": counts["shown"],
        "next": "&".join(filter(None, (wanted.query, _after(page.after)))) if page.after else "",
        "after": after,
        "chips": _chips(wanted),
        "sorts": [_sort(wanted, code, name, down) for code in SORTS],
        "sort_of": {code: _sort(wanted, code, name, down) for code in SORTS},
        "columns": [(code, label, code in _columns(request)) for code, label in COLUMNS.items()],
        "shown": _columns(request),
        "facets": queue.facets(at.tenant_id),
        "stages": STAGES[:-1],
        "hold_kinds": HOLD_KINDS,
        "may_act": request.desk.may("order_desk"),
        "topics": () if after else ("orders",),
        "refresh": None if after else 3,
        "search": wanted.q,
    }
    return living(request, "oms/orders", context)


def _after(key: str) -> str:
    query = QueryDict(mutable=True)
    query["after"] = key
    return query.urlencode()


def _sort(wanted: Filter, code: str, name: str, down: bool) -> dict[str, Any]:
    """One way to sort: its address, which turns it round where it is chosen already."""
    here = code == name
    reverse_it = here and down == SORTS[code][2]
    query = wanted.but(sort=f"-{code}" if reverse_it else "" if code == "age" else code).query
    return {"code": code, "label": SORT_NAMES[code], "here": here, "down": down, "href": query}


def _chips(wanted: Filter) -> list[dict[str, str]]:
    """Each filter set, in words, with the address without it."""
    chips = []
    for name, value in wanted.chosen.items():
        said = str(_WORDS.get((name, value), value.replace("_", " ") if name in ("state", "hold", "stage") else value))
        chips.append({"name": name, "label": str(LABELS[name]), "value": said, "href": wanted.but(**{name: ""}).query})
    return chips


def _columns(request: DeskRequest) -> tuple[str, ...]:
    chosen = [name for name in request.COOKIES.get(COLUMNS_COOKIE, "").split(".") if name in COLUMNS]
    return tuple(chosen) or USUAL


@allow(*SEE_ORDERS, own=True)
@require_POST
def choose_columns(request: DeskRequest) -> HttpResponse:
    """Remember in this browser which columns the list shows."""
    response = HttpResponseRedirect(_list(request.POST))
    chosen = [name for name in COLUMNS if name in request.POST.getlist("column")]
    response.set_cookie(COLUMNS_COOKIE, ".".join(chosen), max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response


@allow(*SEE_ORDERS, own=True)
@require_POST
def save(request: DeskRequest) -> HttpResponse:
    """Keep the filters of the list under a name."""
    wanted = read_filter(QueryDict(request.POST.get("query", "")))
    shared = request.POST.get("shared") == "yes" and request.desk.may("order_desk", "warehouse_manager")
    try:
        name = request.POST.get("name", "")
        save_view(by=request.desk.by(), user_id=request.desk.user_id, page="orders", name=name, query=wanted.query, shared=shared)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    else:
        toasts.say(request, _("The view is saved; it stands among the tabs."))
    return HttpResponseRedirect(_list(request.POST))


@allow(*SEE_ORDERS, own=True)
@require_POST
def change_view(request: DeskRequest, view_id: int) -> HttpResponse:
    """Rename a view of one's own, share it or not, or delete it."""
    desk = request.desk
    try:
        if request.POST.get("act") == "delete":
            delete_view(by=desk.by(), user_id=desk.user_id, view_id=view_id)
            toasts.say(request, _("The view is deleted; the orders are not."))
        else:
            shared = request.POST.get("shared") == "yes" and desk.may("order_desk", "warehouse_manager")
            name = request.POST.get("name", "")
            rename_view(by=desk.by(), user_id=desk.user_id, view_id=view_id, name=name, shared=shared)
            toasts.say(request, _("The view is changed."))
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(_list(request.POST))


def _list(values: Mapping[str, str]) -> str:
    query = read_filter(QueryDict(values.get("query", ""))).query
    return reverse("console:orders") + (f"?{query}" if query else "")
