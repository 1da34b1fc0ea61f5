"""Who is at the other end of a stream: the console's own signed session, read as the console reads it."""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest
from django.http.request import split_domain_port, validate_host

from orderhouse.console.desk import Desk, desk_of


def visitor(session_cookie: str) -> Desk | None:
    """The person of a session cookie in the business they chose, or None: not signed in, a changed password, a closed account, no
    membership any more."""
    if not session_cookie:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_cookie)
    request.user = auth.get_user(request)
    return desk_of(request)


def is_console(origin: str, console: str, host: str, *, secure: bool) -> bool:
    """Whether a page of ``origin`` may listen. ``console`` is the console's own origin, or ``:8000`` for that port of whatever
    host we were called by."""
    if console.startswith(":"):
        name = split_domain_port(host)[0]
        console = f"{'https' if secure else 'http'}://{name}{console}"
    return origin == console


def is_our_host(host: str) -> bool:
    """Whether ``host`` is one we answer to (``ORDERHOUSE_HOSTS``): a stranger's name that leads here is none of ours."""
    return validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS)
