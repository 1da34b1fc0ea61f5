"""The viewer in charge: how fast the demonstration lives, a badge to work with, and trouble made on purpose.

These pages exist where ``orderhouse demo`` serves, and act for the demonstration's business only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.demo import trouble as troubles
from orderhouse.demo import world
from orderhouse.demo.pace import SPEEDS, Pace, pace_of, set_pace
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound
from orderhouse.people.badge_sign_in import badge_of_person, give_badge

WATCHERS = ("order_desk", "warehouse_manager", "floor")


def demo_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Answer "there is no such page" outside the demonstration, whoever asks: another business, or a house that serves in earnest."""

    def checked(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.DEMO or request.desk.business_code != world.CODE:
            raise NotFound(kind="page", code=request.path)
        return view(request, *args, **kwargs)

    checked.policy = view.policy  # type: ignore[attr-defined]
    return checked


@demo_only
@allow(*SEE_FLOOR)
@require_GET
def bar(request: DeskRequest) -> HttpResponse:
    """The few words in the top bar: the demo's time, its speed, pause."""
    return render(request, "demo/bar.html", _about(pace_of(request.desk.tenant_id)) | {"back": _seen_on(request)})


@demo_only
@allow(*SEE_FLOOR)
@require_http_methods(["GET", "HEAD", "POST"])
def take_part(request: DeskRequest) -> HttpResponse:
    """What one can do in the demonstration; posted to, a new speed or pause (``speed=5``, ``paused=yes`` or ``no``)."""
    if request.method == "POST":
        speed, paused = request.POST.get("speed"), request.POST.get("paused")
        wanted = float(speed) if speed in {str(each) for each in SPEEDS} else None
        if paused in ("yes", "no") or wanted:
            pace = set_pace(by=request.desk.by(), speed=wanted, paused=paused == "yes" if paused in ("yes", "no") else False)
        else:
            pace = pace_of(request.desk.tenant_id)
        if request.headers.get("HX-Request"):
            return render(request, "demo/bar.html", _about(pace) | {"back": request.POST.get("back", "")})
        return HttpResponseRedirect(_back(request))
    return render(request, "demo/take_part.html", _about(pace_of(request.desk.tenant_id)) | _stage(request))


@demo_only
@allow(*WATCHERS)
@require_POST
def badge(request: DeskRequest) -> HttpResponse:
    """Take a badge of the crew (``badge=B-101``), whose work is left to you from then on; or give it back (``badge=``)."""
    wanted, by = request.POST.get("badge", ""), request.desk.by()
    crew = {code: name for site in world.SITES for code, name in site.crew.items()}
    with unit_of_work(by.tenant_id):
        held = badge_of_person(by.tenant_id, request.desk.user_id)
        if held and held.code in crew and held.code != wanted:
            give_badge(by=by, badge=held.code, user_id=None)
        if wanted:
            if wanted not in crew:
                raise NotFound(kind="badge of the crew", code=wanted, field="badge")
            give_badge(by=by, badge=wanted, user_id=request.desk.user_id)
    if wanted:
        messages.success(
            request,
            _("You are %(name)s now (badge %(badge)s): the crew leaves that work to you.")
            % {"name": crew[wanted], "badge": wanted},
        )
    else:
        messages.success(request, _("The crew has the badge back, and goes on where you stopped."))
    return HttpResponseRedirect(reverse("demo:pace"))


@demo_only
@allow(*WATCHERS)
@require_POST
def trouble(request: DeskRequest, kind: str) -> HttpResponse:
    """Make one kind of trouble, and lead to where it shows."""
    by = request.desk.by()
    to = reverse("demo:pace")
    try:
        if kind == "burst":
            said = _("%(count)d orders came at once.") % {"count": troubles.burst_of_orders(by=by)}
            to = _page("console:orders", to)
        elif kind == "invalid":
            said = _("An order came that cannot be read: %(mistake)s.") % {"mistake": troubles.invalid_order(by=by)}
            to = _page("console:invalid-orders", to)
        elif kind == "damage":
            said = _("Truck %(receipt)s stands at the dock in London, and it rained in. The crew will find out.") % {
                "receipt": troubles.damaged_receipt(by=by)
            }
            to = _page("console:floor-of-node", to, world.SITES[0].node.code)
        elif kind == "loss":
            node, bin_, sku = troubles.empty_bin(by=by)
            said = _(
                "Bin %(bin)s in %(node)s is empty of %(sku)s, and nobody knows but you. Its picker is about to find out."
            ) % {
                "bin": bin_,
                "node": node,
                "sku": sku,
            }
            to = _page("console:floor-of-node", to, node)
        elif kind == "withdrawal":
            order_id, number = troubles.withdraw_order(by=by)
            said = _("The channel took order %(number)s back.") % {"number": number}
            to = _page("console:order", to, order_id)
        else:
            raise NotFound(kind="trouble", code=kind)
    except troubles.NothingToSpoil as refusal:
        messages.error(request, f"{refusal} {refusal.how_to_mend}")
        return HttpResponseRedirect(reverse("demo:pace"))
    messages.success(request, said)
    return HttpResponseRedirect(to)


def _about(pace: Pace) -> dict[str, Any]:
    now = clock.now()
    return {
        "pace": pace,
        "speeds": SPEEDS,
        "time": pace.at(now).astimezone(ZoneInfo("Europe/London")),
        "rate": 0 if pace.paused else pace.speed,
    }


def _stage(request: DeskRequest) -> dict[str, Any]:
    """What there is to take part in just now: an order a picker is at, the crew with what each does."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        picked = fetch_one(
            """SELECT o.id, o.number, n.code FROM oms_release r
               JOIN oms_order o ON o.tenant_id = r.tenant_id AND o.id = r.order_id AND o.state = 'released'
               JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
               WHERE r.tenant_id = %s AND r.state IN ('picking', 'waved') ORDER BY r.state = 'picking' DESC, r.id DESC LIMIT 1""",
            (tenant_id,),
        )
        tours = {
            code: (number, open_picks)
            for code, number, open_picks in fetch_all(
                """SELECT t.badge, t.number, (SELECT count(*) FROM wms_pick_task p
                     WHERE p.tenant_id = t.tenant_id AND p.tour_id = t.id AND p.state IN ('ready', 'started'))
                   FROM wms_tour t WHERE t.tenant_id = %s AND t.state = 'started' AND t.badge IS NOT NULL""",
                (tenant_id,),
            )
        }
        held = badge_of_person(tenant_id, request.desk.user_id)
    crew = [
        {
            "node": site.node.name,
            "badge": code,
            "name": name,
            "tour": tours.get(code),
            "mine": held is not None and held.code == code,
        }
        for site in world.SITES
        for code, name in site.crew.items()
    ]
    try:
        scanner = reverse("scanner:home")
    except NoReverseMatch:
        scanner = ""
    return {
        "picked": picked,
        "crew": crew,
        "held": next((each for each in crew if each["mine"]), None),
        "scanner": scanner,
        "place": _page("console:place-order", ""),
        "may_act": request.desk.may(*WATCHERS),
    }


def _page(name: str, otherwise: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return otherwise


def _seen_on(request: HttpRequest) -> str:
    """The path of the page that shows the bar."""
    shown = request.headers.get("HX-Current-URL", "")
    return "/" + shown.split("/", 3)[3] if shown.count("/") >= 3 else ""


def _back(request: HttpRequest) -> str:
    to = request.POST.get("back", "")
    return to if url_has_allowed_host_and_scheme(to, {request.get_host()}) else reverse("demo:pace")
