"""Signing in and out, and choosing among one's businesses."""

from __future__ import annotations

from django.contrib import auth
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderhouse.console.desk import TENANT, DeskRequest
from orderhouse.console.policies import allow, public
from orderhouse.kernel import clock
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.people.define_person import ROLES
from orderhouse.people.sign_in import memberships, sign_in


class NoBusiness(Refusal):
    """Right password, but no membership."""

    sentence = "You are not a member of any business here."
    remedy = "Ask an administrator to grant you a role."
    status = 403


@public
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_page(request: HttpRequest) -> HttpResponse:
    """The form, and what it sends. The session is a signed cookie that holds who and which business, nothing else."""
    target = request.POST.get("next") or request.GET.get("next") or ""
    if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
        target = reverse("console:home")
    email, refusal = request.POST.get("email", ""), None
    if request.method == "POST":
        try:
            user = sign_in(email=email, password=request.POST.get("password", ""), at=clock.now())
            found = memberships(user.pk)
            if not found:
                raise NoBusiness()
            auth.login(request, user, backend="django.contrib.auth.backends.ModelBackend")
            request.session[TENANT] = found[0].tenant_id
            return HttpResponseRedirect(target)
        except Refusal as caught:
            refusal = caught
    context = {"refusal": refusal, "email": email, "next": target}
    return render(request, "console/sign_in.html", context, status=refusal.status if refusal else 200)


@public
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Forget the session."""
    auth.logout(request)
    return HttpResponseRedirect(reverse("console:sign-in"))


@allow(*ROLES)
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
