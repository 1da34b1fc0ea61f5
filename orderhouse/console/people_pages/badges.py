"""Badges of the floor: issue, withdraw, issue again."""

from __future__ import annotations

import re

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import allow
from orderhouse.kernel.errors import Refusal
from orderhouse.people.issue_badge import issue_badge
from orderhouse.people.queries import IssuedBadge, badges, people
from orderhouse.people.withdraw_badge import withdraw_badge


@allow("admin", "auditor")
@require_GET
def badges_page(request: DeskRequest) -> HttpResponse:
    """Every badge, and the form for the next."""
    return _page(request)


@allow("admin")
@require_POST
def issue(request: DeskRequest) -> HttpResponse:
    """Issue a badge."""
    code, name, person = (request.POST.get(field, "").strip() for field in ("code", "name", "person"))
    try:
        issue_badge(by=request.desk.by(), code=code, name=name, user_id=int(person) if person.isdigit() else None)
    except Refusal as refusal:
        return _page(request, refusal=refusal, code=code, name=name, person=person)
    toasts.say(
        request,
        _("Badge %(code)s is %(name)s's.") % {"code": code.upper(), "name": name},
        undo=(reverse("console:withdraw-badge"), {"code": code.upper()}),
    )
    return HttpResponseRedirect(reverse("console:badges"))


@allow("admin")
@require_POST
def withdraw(request: DeskRequest) -> HttpResponse:
    """Stop accepting a badge."""
    code = request.POST.get("code", "")
    try:
        withdraw_badge(by=request.desk.by(), code=code)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    else:
        name = next((badge.name for badge in badges(request.desk.tenant_id) if badge.code == code), "")
        undo = (reverse("console:issue-badge"), {"code": code, "name": name})
        toasts.say(request, _("Badge %(code)s opens nothing any more.") % {"code": code}, undo=undo)
    return HttpResponseRedirect(reverse("console:badges"))


def _page(request: DeskRequest, refusal: Refusal | None = None, **given: str) -> HttpResponse:
    found = badges(request.desk.tenant_id)
    context = {
        "tab": "badges",
        "badges": found,
        "people": people(request.desk.tenant_id),
        "refusal": refusal,
        "code": _next_code(found),
        **given,
        "may_act": request.desk.may("admin"),
    }
    return render(request, "console/people/badges.html", context, status=refusal.status if refusal else 200)


def _next_code(found: list[IssuedBadge]) -> str:
    """The number after the highest, written like it."""
    numbered = [match for badge in found if (match := re.fullmatch(r"([A-Z-]*?)(\d+)", badge.code))]
    if not numbered:
        return "B-101"
    last = max(numbered, key=lambda match: int(match[2]))
    return f"{last[1]}{int(last[2]) + 1:0{len(last[2])}d}"
