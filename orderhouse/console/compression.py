"""Large pages travel compressed: a map of 7,000 bins is a tenth of its size on the wireless of a warehouse."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

WORTH_IT = 8_000
"""Bytes from which a page is compressed; a smaller one is in one or two network packets anyway."""


class Compression(GZipMiddleware):
    """Django's compression for our pages alone. PDFs and images are compressed already; the API's callers and the stream of the
    live process are left as they are. Against BREACH the form tokens are masked anew in every answer, and Django pads each by a
    random length; the pages that show a new secret (an API key, a password) are smaller than what is compressed."""

    max_random_bytes = 100

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        page = response.headers.get("Content-Type", "").startswith("text/html")
        if not page or response.streaming or len(getattr(response, "content", b"")) < WORTH_IT:
            return response
        return super().process_response(request, response)
