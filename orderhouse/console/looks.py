"""How one person likes the console to look: remembered in their browser, so that the server draws it right at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from orderhouse.console.policies import allow
from orderhouse.people.define_person import ROLES

THEME, RAIL = "orderhouse_theme", "orderhouse_rail"
THEMES = ("light", "dark", "system")
RAILS = ("open", "slim")
YEAR = 365 * 24 * 3600


def theme(request: HttpRequest) -> str:
    """light, dark, or as the system says."""
    chosen = request.COOKIES.get(THEME, "")
    return chosen if chosen in THEMES else "system"


def rail(request: HttpRequest) -> str:
    """Whether the navigation stands open or slim; empty where nobody chose and the width decides."""
    chosen = request.COOKIES.get(RAIL, "")
    return chosen if chosen in RAILS else ""


@allow(*ROLES, own=True)
@require_POST
def choose_looks(request: HttpRequest) -> HttpResponse:
    """Remember the theme or the rail chosen, and go back."""
    back = request.POST.get("back", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = reverse("console:home")
    response = HttpResponseRedirect(back)
    for cookie, choices in ((THEME, THEMES), (RAIL, RAILS)):
        value = request.POST.get(cookie, "")
        if value in choices:
            response.set_cookie(cookie, value, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response
