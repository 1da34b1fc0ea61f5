"""The people of the business: who they are, what they may do, who changed it."""

from __future__ import annotations

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.names import ROLE_MEANINGS, ROLE_NAMES
from orderhouse.console.policies import allow
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.people.changes import changes
from orderhouse.people.invite_person import invite_person, reset_person
from orderhouse.people.queries import people
from orderhouse.people.set_roles import set_roles


@allow("admin", "auditor")
@require_GET
def people_page(request: DeskRequest) -> HttpResponse:
    """Everybody with their roles, and the latest changes."""
    found = people(request.desk.tenant_id)
    context = {
        "tab": "people",
        "people": found,
        "with_factor": sum(person.second_factor_since is not None for person in found),
        "changes": changes(request.desk.tenant_id, limit=20),
        "may_act": request.desk.may("admin"),
    }
    return render(request, "console/people/people.html", context)


@allow("admin")
@require_http_methods(["GET", "HEAD", "POST"])
def define_person_page(request: DeskRequest) -> HttpResponse:
    """Let somebody in. Their password for the first sign-in is shown once, in the answer."""
    refusal, given = None, {"email": "", "name": ""}
    if request.method == "POST":
        given = {"email": request.POST.get("email", ""), "name": request.POST.get("name", "")}
        try:
            invited = invite_person(by=request.desk.by(), **given, roles=request.POST.getlist("roles"))
            return render(request, "console/people/password_once.html", {"invited": invited, "name": given["name"]})
        except Refusal as caught:
            refusal = caught
    context = {"refusal": refusal, **given, "chosen": request.POST.getlist("roles"), "roles": _roles()}
    return render(request, "console/people/define_person.html", context, status=refusal.status if refusal else 200)


@allow("admin", "auditor")
@require_GET
def person_page(request: DeskRequest, user_id: int) -> HttpResponse:
    """One person: roles to grant and withdraw, what protects them, resets."""
    found = {person.user_id: person for person in people(request.desk.tenant_id)}
    if user_id not in found:
        raise NotFound(kind="person", code=user_id)
    admins = [person for person in found.values() if "admin" in person.roles and person.is_active]
    context = {
        "person": found[user_id],
        "roles": _roles(),
        "last_admin": len(admins) == 1 and admins[0].user_id == user_id,
        "changes": [change for change in changes(request.desk.tenant_id, limit=500) if change.subject == found[user_id].email][
            :20
        ],
        "may_act": request.desk.may("admin"),
    }
    return render(request, "console/people/person.html", context)


@allow("admin")
@require_POST
def set_roles_of_person(request: DeskRequest, user_id: int) -> HttpResponse:
    """Grant and withdraw: the roles ticked are those the person has from now on."""
    roles = request.POST.getlist("roles")
    before = {person.user_id: person.roles for person in people(request.desk.tenant_id)}.get(user_id, [])
    try:
        set_roles(by=request.desk.by(), user_id=user_id, roles=roles)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return HttpResponseRedirect(reverse("console:person", args=[user_id]))
    if not roles:
        toasts.say(request, _("They are out of the business, and their open pages with them."))
        return HttpResponseRedirect(reverse("console:people"))
    told = ngettext("They have %(count)d role now.", "They have %(count)d roles now.", len(roles)) % {"count": len(roles)}
    undo = (reverse("console:set-roles", args=[user_id]), {"roles": before[0]}) if len(before) == 1 else None
    toasts.say(request, told, undo=undo)
    return HttpResponseRedirect(reverse("console:person", args=[user_id]))


@allow("admin")
@require_POST
def reset_person_page(request: DeskRequest, user_id: int) -> HttpResponse:
    """A password for one sign-in, shown once; with ``second_factor`` their app is forgotten too."""
    try:
        invited = reset_person(by=request.desk.by(), user_id=user_id, second_factor="second_factor" in request.POST)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return HttpResponseRedirect(reverse("console:person", args=[user_id]))
    return render(request, "console/people/password_once.html", {"invited": invited, "name": invited.email, "reset": True})


def _roles() -> list[tuple[str, object, object]]:
    return [(role, name, ROLE_MEANINGS[role]) for role, name in ROLE_NAMES.items()]
