"""Why a figure of the physical book is what it is: its accounts, its history and every movement with who, when and why."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import Node, items, nodes
from orderhouse.console import stock_asked, stock_books, stock_chart
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.stock_books import FIGURES, Account, Scope
from orderhouse.console.wms.movement_story import PlaceName, place_names, told
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.ledger.lots import Lot, lots

PAGE = 50
NAMES = {
    "inside": (gettext_lazy("In the building"), gettext_lazy("everything that lies here, in whatever condition")),
    "on_hand": (
        gettext_lazy("On hand"),
        gettext_lazy("good units: free, set aside for orders, picked or packed; what the node tells"),
    ),
    "good": (gettext_lazy("Free"), gettext_lazy("good units no order was given yet")),
    "allocated": (gettext_lazy("Allocated"), gettext_lazy("set aside in their bins for orders of a wave")),
    "picked": (gettext_lazy("Picked"), gettext_lazy("in totes")),
    "packed": (gettext_lazy("Packed"), gettext_lazy("in parcels that have not left")),
    "aside": (gettext_lazy("Held, damaged"), gettext_lazy("damaged, on hold, in quarantine, expired or not graded yet")),
    "other": (gettext_lazy("Other"), gettext_lazy("picked, packed, held or damaged: all but free and allocated")),
    "damaged": (gettext_lazy("Damaged"), ""),
    "quarantine": (gettext_lazy("Quarantine"), ""),
    "hold": (gettext_lazy("On hold"), ""),
    "returned_ungraded": (gettext_lazy("Returned, not graded"), ""),
    "expired": (gettext_lazy("Expired"), ""),
}
SHOWN = ("inside", "on_hand", "good", "allocated", "picked", "packed", "aside")
"""The figures offered as tabs."""


@allow(*SEE_FLOOR)
@require_GET
def movements(request: DeskRequest) -> HttpResponse:
    """The movements of an account, or of a figure of an item, a lot or a place."""
    tenant_id, asked = request.desk.tenant_id, request.GET
    account_id = stock_asked.number(asked, "account")
    before = stock_asked.number(asked, "before")
    since, until = stock_asked.moment(asked, "since"), stock_asked.moment(asked, "until")
    figure = asked.get("figure", "") if asked.get("figure") in NAMES else "inside"
    with unit_of_work(tenant_id):
        every = list(nodes(tenant_id).values())
        node = next((each for each in every if each.code == asked.get("node")), None)
        if account_id is not None:
            account = stock_books.account(tenant_id, account_id)
            if account.book != "physical":
                return HttpResponseRedirect(_promise_page(account))
            scope = Scope("physical", account_id=account_id)
            item_id, lot_id, place_id = account.item_id, account.lot_id, account.place_id
            node = next(each for each in every if each.id == account.node_id)
        else:
            item_id, lot_id, place_id = (stock_asked.number(asked, name) or 0 for name in ("item", "lot", "place"))
            lot = lots(tenant_id, [lot_id]).get(lot_id)
            item_id = lot.item_id if lot else item_id
            if not (item_id or place_id):
                raise InvalidInput(
                    field="item", reason="names nothing", remedy="Open the movements from an item, a lot or a bin."
                )
            scope = Scope(
                "physical",
                FIGURES["physical"][figure],
                item_id=item_id or None,
                node_id=node.id if node else None,
                place_id=place_id or None,
                lot_id=lot_id or None,
            )
            account = None
        item = items(tenant_id, [item_id]).get(item_id)
        if item_id and item is None:
            raise NotFound(kind="item", code=item_id, field="item")
        lot = lots(tenant_id, [lot_id]).get(lot_id)
        now = stock_books.figure(tenant_id, scope)
        found = stock_books.movements(
            tenant_id, scope, before=before or stock_books.NEWEST, since=since, until=until, limit=PAGE + 1
        )
        rows = told(tenant_id, found[:PAGE])
        names = place_names(tenant_id, [place_id, *(each.place_id for each in now.fullest)])
        drawn = stock_chart.draw(
            tenant_id, scope, days=stock_chart.days_asked(asked.get("days", "")), now=clock.now(), zone=_zone(every, node)
        )
    kept = {name: asked.get(name, "") for name in ("account", "item", "lot", "place", "figure", "node")}
    base = {name: value for name, value in kept.items() if value}
    span = {name: asked.get(name, "") for name in ("since", "until") if asked.get(name)}
    here = reverse("console:movements")
    name = account.state.replace("_", " ") if account else str(NAMES[figure][0])
    context: dict[str, Any] = {
        "item": item,
        "lot": lot,
        "place": names.get(place_id),
        "node": node,
        "account": account,
        "name": name,
        "meaning": "" if account else NAMES[figure][1],
        "subject": _subject(item.sku if item else "", lot, names.get(place_id)),
        "figure": figure,
        "tabs": []
        if account
        else [(code, NAMES[code][0], urlencode(base | {"figure": code})) for code in SHOWN]
        + ([(figure, NAMES[figure][0], urlencode(base))] if figure not in SHOWN else []),
        "now": now,
        "accounts": [(each, names.get(each.place_id)) for each in now.fullest],
        "rows": rows,
        "since": since,
        "until": until,
        "first": f"?{urlencode(base | span)}" if before else "",
        "more": f"?{urlencode(base | span | {'before': found[PAGE - 1].id})}" if len(found) > PAGE else "",
        "all_of_it": f"?{urlencode(base)}",
        "history": drawn,
        "chart_page": here,
        "chart_periods": [(days, urlencode(base | {"days": days})) for days in stock_chart.PERIODS],
        "chart_spans": [
            (each, f"{here}?{urlencode(base | {'since': each.begins.isoformat(), 'until': each.ends.isoformat()})}")
            for each in drawn.spans
        ],
    }
    return render(request, "console/wms/movements.html", context)


def _subject(sku: str, lot: Lot | None, place: PlaceName | None) -> str:
    return " · ".join(filter(None, (sku, (lot.lot_number or lot.serial_number) if lot else "", place.code if place else "")))


def _zone(every: list[Node], node: Node | None) -> ZoneInfo:
    return ZoneInfo((node or every[0]).time_zone if every else "UTC")


def _promise_page(account: Account) -> str:
    """Where the promise wing explains an account of its book; refuses where that wing does not stand here."""
    try:
        page = reverse("console:item-movements", args=[account.item_id])
    except NoReverseMatch:
        raise NotFound(kind="account", code=account.id, field="account") from None
    return f"{page}?{urlencode({'figure': account.state, 'node': account.node})}"
