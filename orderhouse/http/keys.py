"""The API key of a request, before it is checked."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from orderhouse.people.api_keys import KeyRefused


class Presented(NamedTuple):
    """A key's text as it came, and the tenant it claims to be of: not proven until ``check_api_key`` says so."""

    text: str
    tenant_id: int


def presented_key(request: HttpRequest) -> Presented:
    """The key in ``Authorization: Bearer oh_<tenant>_<key>_<secret>``; refuses its absence and what cannot be a key."""
    kind, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    text = text.strip()
    mark, _, rest = text.partition("_")
    tenant = rest.partition("_")[0]
    if kind.lower() != "bearer" or mark != "oh" or not (tenant.isascii() and tenant.isalnum() and len(tenant) <= 13):
        raise KeyRefused()
    tenant_id = int(tenant, 36)
    if not 0 < tenant_id < 2**63 or len(text) > 200 or not text.isascii() or "\x00" in text:
        raise KeyRefused()
    return Presented(text, tenant_id)
