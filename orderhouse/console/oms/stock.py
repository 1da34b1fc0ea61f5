"""Stock as the promise book sees it: every item's figures, by what is wrong with them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.apps import apps
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import nodes
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.oms.stock_queries import LOW, SORTS, TABS, stock_page
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock

PAGE = 50
TAB_NAMES = {
    "all": (gettext_lazy("All"), ""),
    "out": (gettext_lazy("Out of stock"), gettext_lazy("nothing free to promise")),
    "low": (gettext_lazy("Low"), gettext_lazy("at most %(few)s free, or safety stock not full")),
    "short": (gettext_lazy("Short"), gettext_lazy("orders want more than there is: owed by a node, or waited for")),
    "expiring": (gettext_lazy("Expiring"), gettext_lazy("good units of lots that expire within 30 days")),
    "aside": (gettext_lazy("Held, damaged"), gettext_lazy("lies in a building and may not be promised")),
}
OF_THE_FLOOR = ("expiring", "aside")
"""Tabs the physical book fills: shown where a floor stands in this database."""

COLUMNS = (
    ("on_hand", gettext_lazy("On hand"), ""),
    ("reserved", gettext_lazy("Reserved"), "wide"),
    ("released", gettext_lazy("Released"), "wide"),
    ("safety", gettext_lazy("Safety"), "wide"),
    ("available", gettext_lazy("Available"), ""),
    ("waiting", gettext_lazy("Waited for"), "wide"),
    ("incoming", gettext_lazy("Incoming"), "wide"),
)


@allow(*SEE_FLOOR)
@require_GET
def stock_list_page(request: DeskRequest) -> HttpResponse:
    """A page of one tab, of all nodes or of one."""
    tenant_id, asked = request.desk.tenant_id, request.GET
    with_floor = apps.is_installed("orderhouse.wms")
    shown = [code for code in TABS if with_floor or code not in OF_THE_FLOOR]
    given = {
        "tab": asked.get("tab", "") if asked.get("tab") in shown[1:] else "",
        "q": asked.get("q", "").strip()[:100],
        "node": asked.get("node", ""),
        "sort": asked.get("sort", "") if asked.get("sort") in SORTS else "",
    }
    after = asked.get("after", "")
    with unit_of_work(tenant_id):
        every = list(nodes(tenant_id).values())
        if given["node"] not in {node.code for node in every}:
            given["node"] = ""
        page = stock_page(
            tenant_id,
            today=clock.now().date(),
            tab=given["tab"] or "all",
            sort=given["sort"] or "sku",
            search=given["q"],
            node=given["node"],
            after=after,
            limit=PAGE,
        )

    def address(**change: str) -> str:
        return "?" + urlencode({name: value for name, value in (given | change).items() if value})

    tabs = [
        {
            "code": code,
            "label": TAB_NAMES[code][0],
            "title": str(TAB_NAMES[code][1]) % {"few": LOW} if code == "low" else TAB_NAMES[code][1],
            "count": page.counts[code],
            "href": address(tab="" if code == "all" else code),
            "here": (given["tab"] or "all") == code,
        }
        for code in shown
    ]
    context = {
        "rows": page.rows,
        "tabs": tabs,
        "tab": given["tab"] or "all",
        "search": given["q"],
        "nodes": every,
        "node": given["node"],
        "given": given,
        "why_tab": next(tab["title"] for tab in tabs if tab["here"]),
        "columns": [(code, label, cls, *_sort(code, given["sort"], address)) for code, label, cls in COLUMNS],
        "by_sku": address(sort=""),
        "sort": given["sort"],
        "first": address() if after else "",
        "more": address() + ("&" if len(address()) > 1 else "") + urlencode({"after": page.next}) if page.next else "",
        "with_floor": with_floor,
        "topics": ("stock",),
        "refresh": 10,
        "words": {"aside": _("aside"), "expires": _("expires")},
    }
    return living(request, "oms/stock", context)


def _sort(code: str, now: str, address: object) -> tuple[str, str]:
    """Where a column's head leads ("" where it cannot be sorted by), and how it is sorted by it now."""
    ways = [way for way in (f"-{code}", code) if way in SORTS]
    if not ways:
        return "", ""
    wanted = ways[(ways.index(now) + 1) % len(ways)] if now in ways else ("available" if code == "available" else ways[0])
    said = {f"-{code}": "descending", code: "ascending"}.get(now, "")
    return address(sort=wanted), said  # type: ignore[operator]
