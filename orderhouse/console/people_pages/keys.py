"""API keys: issued here, shown once, revoked here."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.names import SCOPE_MEANINGS
from orderhouse.console.policies import allow
from orderhouse.kernel import clock
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.people.api_keys import issue_api_key, revoke_api_key
from orderhouse.people.queries import api_keys

LIVES = {"30": 30, "90": 90, "365": 365, "": None}
"""Days a key may live."""


@allow("admin", "auditor")
@require_GET
def keys_page(request: DeskRequest) -> HttpResponse:
    """Every key by what tells it apart, and the form for the next."""
    return _page(request)


@allow("admin")
@require_POST
def issue(request: DeskRequest) -> HttpResponse:
    """Issue a key; its text is in this answer and nowhere else."""
    name, scopes, days = request.POST.get("name", "").strip(), request.POST.getlist("scopes"), request.POST.get("days", "")
    try:
        if not name or len(name) > 80:
            raise InvalidInput(field=_("Name"), reason=_("it needs 1 to 80 characters"), remedy=_("Say what the key is for."))
        lives = LIVES.get(days, 90)
        expires = clock.now() + timedelta(days=lives) if lives else None
        text = issue_api_key(by=request.desk.by(), name=name, scopes=scopes, expires_at=expires)
    except Refusal as refusal:
        return _page(request, refusal=refusal, name=name, chosen=scopes, days=days)
    return render(request, "console/people/key_once.html", {"key": text, "name": name})


@allow("admin")
@require_POST
def revoke(request: DeskRequest, key_id: int) -> HttpResponse:
    """Stop accepting a key from its next request on."""
    try:
        revoke_api_key(by=request.desk.by(), key_id=key_id)
        toasts.say(request, _("The key is revoked."))
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(reverse("console:api-keys"))


def _page(request: DeskRequest, refusal: Refusal | None = None, **given: object) -> HttpResponse:
    context = {
        "tab": "keys",
        "keys": api_keys(request.desk.tenant_id),
        "scopes": SCOPE_MEANINGS.items(),
        "now": clock.now(),
        "days": "90",
        **given,
        "refusal": refusal,
        "may_act": request.desk.may("admin"),
    }
    return render(request, "console/people/keys.html", context, status=refusal.status if refusal else 200)
