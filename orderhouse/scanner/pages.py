"""The page itself: a shell that is the same for everyone, its service worker, and what installs it."""

from __future__ import annotations

import hashlib
from functools import lru_cache

import orjson
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orderhouse import __version__
from orderhouse.http.policy import policy
from orderhouse.scanner.sign_in import console_door

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self' 'wasm-unsafe-eval'",  # the barcode reader is WebAssembly; JavaScript still cannot be evaluated
        "worker-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self' blob:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
SHELL = (
    *(
        f"scanner/{name}.js"
        for name in ("app", "api", "store", "sender", "read", "wedge", "camera", "conflicts", "tones", "draw", "symbols")
    ),
    *(f"scanner/{name}.js" for name in ("words", "say", "pad", "sign-in", "menu", "step", "picture", "decode")),
    *(f"scanner/offline/{name}.js" for name in ("flows", "pick", "putaway", "receive", "pack", "count", "match")),
    *("scanner/scanner.css", "scanner/icon-192.png", "scanner/icon-512.png", "scanner/icon-maskable-512.png"),
    *("vendor/icons.svg", "vendor/zxing-reader.js", "vendor/zxing_reader.wasm", "console/mark.svg"),
)
"""Everything the scanner needs without a network."""


@policy("public: the same empty page for everyone")
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The page. It holds nobody's data, so that a device can keep it and open it anywhere."""
    response = render(request, "scanner/home.html", {"console_door": console_door()})
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Cache-Control"] = "no-cache"
    response.headers["Permissions-Policy"] = "camera=(self), screen-wake-lock=(self)"
    return response


@policy("public: the same program for everyone")
@require_GET
def service_worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the version of the shell it keeps: a changed file makes it another one."""
    files = [reverse("scanner:home"), *(static(name) for name in SHELL)]
    context = {"version": shell_version(), "shell": orjson.dumps(files).decode()}
    response = render(request, "scanner/sw.js", context, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response


@policy("public: a name and its pictures")
@require_GET
def manifest(request: HttpRequest) -> HttpResponse:
    """What installs it on a home screen."""
    home_ = reverse("scanner:home")
    icons = [
        {"src": static(f"scanner/icon-{name}.png"), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for name, size, purpose in (("192", 192, "any"), ("512", 512, "any"), ("maskable-512", 512, "maskable"))
    ]
    told = {
        "name": _("Orderhouse Scanner"),
        "short_name": _("Scanner"),
        "description": _("Receive, put away, pick, pack and count by scans"),
        "id": home_,
        "start_url": home_,
        "scope": home_,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#0b0f14",
        "theme_color": "#0b0f14",
        "categories": ["business", "productivity"],
        "icons": icons,
    }
    return HttpResponse(orjson.dumps(told), content_type="application/manifest+json", headers={"Cache-Control": "no-cache"})


def shell_version() -> str:
    """A mark that changes with any file of the shell."""
    digest = hashlib.sha256(__version__.encode())
    for name in SHELL:
        digest.update(_content_mark(name))
    return digest.hexdigest()[:12]


@lru_cache(maxsize=64)
def _content_mark(name: str) -> bytes:
    path = finders.find(name)
    if path is None:
        raise FileNotFoundError(name)
    with open(str(path), "rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
