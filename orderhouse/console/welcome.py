"""Signing in and out, and choosing among one's businesses."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderhouse.console.desk import TENANT, DeskRequest
from orderhouse.console.origin import address_of
from orderhouse.console.policies import allow, public
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.people.define_person import ROLES
from orderhouse.people.models import User
from orderhouse.people.second_factor import check_second_factor
from orderhouse.people.sign_in import SignInRefused, memberships, sign_in

HALF_IN = "half_in"
"""The session's key for somebody whose password was right and whose second step is missing."""
HALF_IN_SECONDS = 300


class NoBusiness(Refusal):
    """Right password, but no membership."""

    sentence = "You are not a member of any business here."
    remedy = "Ask an administrator to grant you a role."
    status = 403


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends. The session is a signed cookie that holds who and which business, nothing else.

    Who has a second factor is not in yet: the cookie only says whose password was right, for five minutes."""
    email, refusal, target = request.POST.get("email", ""), None, _target(request)
    if request.method == "POST":
        try:
            user = sign_in(email=email, password=request.POST.get("password", ""), at=clock.now(), address=address_of(request))
            if user.second_factor_since is not None:
                request.session.cycle_key()
                request.session[HALF_IN] = [user.pk, int(clock.now().timestamp()), user.get_session_auth_hash()]
                return HttpResponseRedirect(f"{reverse('console:sign-in-code')}?{urlencode({'next': target})}")
            return _enter(request, user, target)
        except Refusal as caught:
            refusal = caught
    context = {"refusal": refusal, "email": email, "next": target}
    return render(request, "console/sign_in.html", context, status=refusal.status if refusal else 200)


@public
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_code_page(request: HttpRequest) -> HttpResponse:
    """The second step: a code of the person's app, or a recovery code."""
    user_id, began, proof = request.session.get(HALF_IN) or (0, 0, "")
    target = _target(request)
    if clock.now().timestamp() - began > HALF_IN_SECONDS:
        request.session.pop(HALF_IN, None)
        return HttpResponseRedirect(f"{reverse('console:sign-in')}?{urlencode({'next': target})}")
    refusal = None
    if request.method == "POST":
        try:
            user = check_second_factor(
                user_id=user_id, code=request.POST.get("code", ""), at=clock.now(), address=address_of(request)
            )
            if not constant_time_compare(user.get_session_auth_hash(), proof):  # the password changed meanwhile
                raise SignInRefused()
            return _enter(request, user, target)
        except Refusal as caught:
            refusal = caught
    context = {"refusal": refusal, "next": target}
    return render(request, "console/sign_in_code.html", context, status=refusal.status if refusal else 200)


def _target(request: HttpRequest) -> str:
    """The page asked for before the door, if it is one of ours."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if ours else reverse("console:home")


def _enter(request: HttpRequest, user: User, target: str) -> HttpResponse:
    found = memberships(user.pk)
    if not found:
        raise NoBusiness()
    request.session.flush()
    auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
    request.session[TENANT] = found[0].tenant_id
    return HttpResponseRedirect(target)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget the session."""
    auth.logout(request)
    return HttpResponseRedirect(reverse("console:sign-in"))


@allow(*ROLES, own=True)
@require_http_methods(["GET", "HEAD", "POST"])
def choose_business(request: DeskRequest) -> HttpResponse:
    """The businesses of this person; posting one of their codes goes there."""
    found = memberships(request.desk.user_id)
    if request.method == "POST":
        wanted = request.POST.get("code", "")
        for membership in found:
            if membership.code == wanted:
                request.session[TENANT] = membership.tenant_id
                return HttpResponseRedirect(reverse("console:home"))
        raise NotFound(kind="business", code=wanted, field="code")
    return render(request, "console/businesses.html", {"memberships": found})


@allow(*ROLES)
@require_GET
def to_the_floor(request: DeskRequest) -> HttpResponse:
    """Where no promise wing stands, the floor is home."""
    return HttpResponseRedirect(reverse("console:floor"))
