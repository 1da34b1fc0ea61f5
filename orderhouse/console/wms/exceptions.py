"""Exceptions: what went otherwise than planned, whose it is, and what settles it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import asked
from orderhouse.console.wms import exception_words as words
from orderhouse.console.wms.board_queries import node_of_page
from orderhouse.console.wms.count_queries import count_behind
from orderhouse.console.wms.exception_queries import KINDS, Exceptional, exception, exceptions, open_by_kind
from orderhouse.contract.events import story
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import Refusal
from orderhouse.people.define_person import ROLES
from orderhouse.people.owners import people_to_ask
from orderhouse.wms.stock.assign_exceptions import assign_exceptions
from orderhouse.wms.stock.note_exceptions import note_exceptions
from orderhouse.wms.stock.settle_exceptions import settle_exceptions

FRAGMENT = 6
MAY_SETTLE = ("warehouse_manager", "floor")


def in_words(found: list[Exceptional]) -> list[dict[str, Any]]:
    """Each exception with its kind and what happened as people say it."""
    return [{"exception": each, "kind": words.kind_name(each.kind), "happened": words.happened(each)} for each in found]


@allow(*SEE_FLOOR)
@require_GET
def exception_list(request: DeskRequest) -> HttpResponse:
    """Open exceptions of a node or of all, by kind and owner; settled ones on their own tab."""
    tenant_id, query = request.desk.tenant_id, request.GET
    kind = (asked.among([query.get("kind", "")], KINDS) or [""])[0]
    mine, settled, code = query.get("owner") == "mine", query.get("tab") == "settled", query.get("node", "")
    with unit_of_work(tenant_id):
        every, chosen = node_of_page(tenant_id, code)
        node = chosen if code else None
        found = exceptions(
            tenant_id,
            node_id=node.id if node else None,
            kinds=[kind] if kind else [],
            owners=_mine(request) if mine else [],
            settled=settled,
        )
        by_kind = open_by_kind(tenant_id, node.id if node else None)
        people = people_to_ask(tenant_id)
    filters = {"node": node.code if node else "", "owner": "mine" if mine else ""}
    tabs = [
        {
            "label": words.kind_name(each) if each else _("All open"),
            "count": by_kind.get(each, 0) if each else sum(by_kind.values()),
            "href": asked.address("exceptions", kind=each, **filters),
            "here": each == kind and not settled,
        }
        for each in ("", *[k for k in KINDS if by_kind.get(k) or k == kind])
    ]
    context = {
        "nodes": every,
        "node": node,
        "tabs": tabs,
        "kind": kind,
        "mine": mine,
        "settled": settled,
        "settled_href": asked.address("exceptions", tab="settled", **filters),
        "everybody_href": asked.address("exceptions", kind=kind, node=filters["node"]),
        "mine_href": asked.address("exceptions", kind=kind, node=filters["node"], owner="mine"),
        "rows": in_words(found),
        "roles": sorted(ROLES),
        "people": people,
        "may_act": request.desk.may(*MAY_SETTLE),
        "back": request.get_full_path(),
        "topics": ("exceptions",),
        "refresh": None if settled else 5,
    }
    return living(request, "wms/exceptions", context)


def _mine(request: DeskRequest) -> list[str]:
    return [request.desk.email, *sorted(request.desk.roles)]


@allow(*SEE_FLOOR)
@require_GET
def exceptions_fragment(request: DeskRequest) -> HttpResponse:
    """The oldest open exceptions with owner and age, for the home page."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        rows = in_words(exceptions(tenant_id, limit=FRAGMENT))
        total = sum(open_by_kind(tenant_id, None).values())
    return render(request, "console/wms/exceptions_fragment.html", {"rows": rows, "total": total})


@allow(*SEE_FLOOR)
@require_GET
def exception_page(request: DeskRequest, exception_id: int) -> HttpResponse:
    """One exception: what happened, what it means, what to do; its story."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        found = exception(tenant_id, exception_id)
        context = {
            "each": found,
            "kind": words.kind_name(found.kind),
            "happened": words.happened(found),
            "means": words.what_it_means(found),
            "todo": words.what_to_do(found),
            "outcomes": words.OUTCOMES.get(found.kind, ()),
            "count": count_behind(tenant_id, found),
            "story": list(reversed(story(tenant_id, "exception", found.id))),
            "roles": sorted(ROLES),
            "people": people_to_ask(tenant_id),
            "may_act": request.desk.may(*MAY_SETTLE),
            "may_judge": request.desk.may("warehouse_manager"),
            "topics": ("exceptions",),
            "refresh": None if found.settled_at else 5,
        }
    return living(request, "wms/exception", context)


@allow(*MAY_SETTLE)
@require_POST
def act_on_exceptions(request: DeskRequest) -> HttpResponse:
    """Take, assign, note or settle the exceptions chosen, as the button pressed says."""
    chosen, act = asked.ids(request.POST.getlist("exception")), request.POST.get("act", "")
    try:
        if not chosen:
            toasts.say(request, _("Nothing was chosen: tick the exceptions first."), tone="warning")
        elif act in ("take", "assign"):
            owner = request.desk.email if act == "take" else request.POST.get("owner", "")
            moved = assign_exceptions(by=request.desk.by(), ids=chosen, owner=owner)
            said = ngettext("%(count)d exception is %(owner)s's now.", "%(count)d exceptions are %(owner)s's now.", moved)
            toasts.say(request, said % {"count": moved, "owner": owner.replace("_", " ")})
        elif act == "note":
            note_exceptions(by=request.desk.by(), ids=chosen, note=request.POST.get("note", ""))
            toasts.say(request, _("Noted."))
        elif act == "settle":
            done = settle_exceptions(by=request.desk.by(), ids=chosen, outcome=request.POST.get("outcome", "").strip()[:200])
            said = ngettext("%(count)d exception is settled.", "%(count)d exceptions are settled.", done)
            toasts.say(request, said % {"count": done})
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(back_to(request, asked.address("exceptions")))


def back_to(request: DeskRequest, otherwise: str) -> str:
    """Where the form says it came from, if that is a page of ours."""
    to = request.POST.get("back", "")
    return to if url_has_allowed_host_and_scheme(to, {request.get_host()}) else otherwise
