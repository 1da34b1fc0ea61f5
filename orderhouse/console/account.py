"""A person's own account: password, second factor, sessions. What is shown and changed here is theirs, whatever their roles."""

from __future__ import annotations

from django.contrib import auth
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import allow
from orderhouse.console.qr import qr_code
from orderhouse.kernel import clock
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.people import totp
from orderhouse.people.change_password import change_password, confirm_password, end_sessions
from orderhouse.people.define_person import ROLES
from orderhouse.people.models import User
from orderhouse.people.second_factor import (
    begin_second_factor,
    confirm_second_factor,
    drop_second_factor,
    recovery_codes_left,
)
from orderhouse.people.sign_in import memberships


@allow(*ROLES, own=True)
@require_GET
def account(request: DeskRequest) -> HttpResponse:
    """Who I am here, and what protects it."""
    user = User.objects.get(pk=request.desk.user_id)
    context = {"user": user, "memberships": memberships(user.pk), "codes_left": recovery_codes_left(user.pk)}
    return render(request, "console/account/account.html", context)


@allow(*ROLES, own=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def password_page(request: DeskRequest) -> HttpResponse:
    """Change my password; every other session of mine ends."""
    refusal = None
    must = bool(getattr(request.user, "must_change_password", False))
    if request.method == "POST":
        try:
            if request.POST.get("new", "") != request.POST.get("again", ""):
                raise InvalidInput(field=_("Password"), reason=_("the two differ"), remedy=_("Type the new one twice."))
            user = change_password(
                user_id=request.desk.user_id,
                present=request.POST.get("present", ""),
                new=request.POST.get("new", ""),
                at=clock.now(),
            )
            auth.update_session_auth_hash(request, user)
            toasts.say(request, _("Your password is changed, and your other sessions are ended."))
            return HttpResponseRedirect(reverse("console:home" if must else "console:account"))
        except Refusal as caught:
            refusal = caught
    context = {"refusal": refusal, "must": must}
    return render(request, "console/account/password.html", context, status=refusal.status if refusal else 200)


@allow(*ROLES, own=True)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def second_factor_page(request: DeskRequest) -> HttpResponse:
    """Enroll an authenticator app: its QR code, then a code of it; then the recovery codes, this once."""
    user_id, refusal = request.desk.user_id, None
    if request.method == "POST":
        try:
            codes = confirm_second_factor(user_id=user_id, code=request.POST.get("code", ""), at=clock.now())
            return render(request, "console/account/recovery_codes.html", {"codes": codes})
        except Refusal as caught:
            refusal = caught
    try:
        secret = begin_second_factor(user_id=user_id)
    except Refusal as caught:
        toasts.refuse(request, caught)
        return HttpResponseRedirect(reverse("console:account"))
    text = totp.as_text(secret)
    context = {
        "refusal": refusal,
        "qr": qr_code(totp.address(secret, account=request.desk.email, issuer="Orderhouse")),
        "secret": " ".join(text[at : at + 4] for at in range(0, len(text), 4)),
    }
    return render(request, "console/account/second_factor.html", context, status=refusal.status if refusal else 200)


@allow(*ROLES, own=True)
@sensitive_post_parameters()
@require_POST
def drop_factor(request: DeskRequest) -> HttpResponse:
    """Take my second factor away, given my password again."""
    try:
        confirm_password(user_id=request.desk.user_id, present=request.POST.get("present", ""), at=clock.now())
        drop_second_factor(user_id=request.desk.user_id)
        auth.update_session_auth_hash(request, User.objects.get(pk=request.desk.user_id))
        toasts.say(request, _("Your second factor is gone: your password alone opens the door."), tone="warning")
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(reverse("console:account"))


@allow(*ROLES, own=True)
@require_POST
def end_my_sessions(request: DeskRequest) -> HttpResponse:
    """Sign me out everywhere but here."""
    user = end_sessions(user_id=request.desk.user_id)
    auth.update_session_auth_hash(request, user)
    toasts.say(request, _("You are signed out everywhere but here."))
    return HttpResponseRedirect(reverse("console:account"))
