"""Connections: every way letters go between the wings and partners, how far behind each is, and who must look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.names import ROLE_NAMES
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.console.trust.spark import spark
from orderhouse.contract.connections import Connection, connections
from orderhouse.contract.receivers import handlers_of
from orderhouse.contract.routes import routes, set_route
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import Refusal

SLOW = 60.0
"""Seconds of p95 lag from which a connection that delivers by itself counts as slow."""


@allow(*SEE_ORDERS)
@require_GET
def connections_page(request: DeskRequest) -> HttpResponse:
    """Every connection, the ones in trouble first."""
    now = clock.now()
    found = connections(request.desk.tenant_id, now=now)
    rows = sorted((_told(each, now) for each in found), key=lambda row: (row["rank"], row["from"], row["to"]))
    context = {
        "rows": rows,
        "letters_today": sum(row["spark"].total for row in rows),
        "waiting": sum(each.waiting for each in found),
        "published": sum(each.published for each in found),
        "dead": sum(each.dead for each in found),
        "refused": sum(each.refused + each.refused_there for each in found),
        "hours": [now - timedelta(hours=24 - n) for n in range(24)],
        "may_act": request.desk.may("admin"),
        "refresh": 5,
    }
    return living(request, "trust/connections", context)


@allow("admin")
@require_http_methods(["GET", "POST"])
def route_page(request: DeskRequest) -> HttpResponse:
    """Set the route of a destination; its secret stands in the answer and nowhere else."""
    tenant_id = request.desk.tenant_id
    given = {name: request.POST.get(name, request.GET.get(name, "")).strip()[:2000] for name in ("destination", "url", "secret")}
    refusal = None
    if request.method == "POST":
        try:
            secret = set_route(by=request.desk.by(), **given)
            told = {"secret": secret, "destination": given["destination"], "made": not given["secret"]}
            return render(request, "console/trust/route_once.html", told)
        except Refusal as told_no:
            refusal = told_no
    with unit_of_work(tenant_id):
        known = routes(tenant_id)
    if given["destination"] in known and not given["url"]:
        given["url"] = known[given["destination"]].url
    context = {"routes": known.values(), "given": given, "replaces": given["destination"] in known, "refusal": refusal}
    return render(request, "console/trust/route.html", context, status=refusal.status if refusal else 200)


def letters_address(**filters: str) -> str:
    """The list of these letters."""
    return f"{reverse('console:letters')}?{urlencode({name: value for name, value in filters.items() if value})}"


def partner_name(code: str) -> str:
    """A side of a connection as people say it."""
    kind, _colon, name = code.partition(":")
    if kind == "oms":
        return _("OMS")
    if kind == "wms":
        return _("WMS")
    if name == "*":
        return _("every other %(kind)s") % {"kind": kind}
    return name or code


def _told(each: Connection, now: datetime) -> dict[str, Any]:
    """A connection in words: its state with what it means, and whose it is."""
    tone, icon, word, rank = _state(each)
    way = {"source": each.source, "destination": each.destination}
    return {
        "c": each,
        "from": partner_name(each.source),
        "to": partner_name(each.destination),
        "tone": tone,
        "icon": icon,
        "word": word,
        "rank": rank,
        "road": _road(each),
        "owner": ROLE_NAMES["order_desk" if each.destination.startswith("channel:") else "admin"],
        "lag50": duration(each.lag_p50),
        "lag95": duration(each.lag_p95),
        "slow": bool(each.lag_p95 and each.lag_p95 > SLOW and not each.published),
        "spark": spark(each.hours),
        "counted": [(now - timedelta(hours=24 - n), count) for n, count in enumerate(each.hours)],
        "href": letters_address(**way),
        "waiting_href": letters_address(**way, state="waiting"),
        "published_href": letters_address(**way, state="published"),
        "dead_href": letters_address(**way, state="dead"),
        "refused_href": letters_address(**way, state="refused"),
        "failing_href": letters_address(**way, state="waiting"),
    }


def _state(each: Connection) -> tuple[str, str, str, int]:
    if each.dead:
        return "bad", "alert-octagon", _("letters given up"), 0
    if each.refused or each.refused_there:
        return "bad", "alert-triangle", _("letters refused"), 1
    if each.failing:
        return "risk", "alert-triangle", _("failing, tried again"), 2
    if each.waiting:
        return "act", "send", _("on their way"), 3
    if each.published:
        return "plain", "mail", _("kept to be fetched"), 4
    if each.last_at is None:
        return "mute", "clock", _("no letter yet"), 6
    return "good", "circle-check", _("all delivered"), 5


def _road(each: Connection) -> str:
    if each.route:
        return each.route.url
    if not each.sends:
        return _("comes in")
    if handlers_of(each.destination) is not None:
        return _("in this house")
    return _("the partner fetches") if each.destination.startswith("channel:") else _("no road leads there")


def duration(seconds: float | None) -> str:
    """A lag as people read it: milliseconds under a second, two figures above."""
    if seconds is None:
        return "–"
    if seconds < 1:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
