"""Deny by default: every address needs a key with its scope, of its own business, or the house does not start."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import path
from ninja import NinjaAPI

from orderhouse.http.doors import Door
from orderhouse.http.policy import ApiKey, RouteWithoutPolicy, policy, refuse_open_routes, routes
from tests.api.conftest import SCOPES, Partner, partner_of


def operations() -> list[tuple[str, str, str]]:
    """Every (method, address, scope) of the API."""
    from orderhouse.config.urls import urlpatterns

    found = []
    for address, said in routes(urlpatterns):
        if isinstance(said, dict):
            concrete = "/" + re.sub(r"<(?:\w+:)?\w+>", "1", address)
            found += [(method, concrete, key.scope) for method, key in said.items()]
    return sorted(set(found))


def test_every_address_says_who_may_use_it() -> None:
    from orderhouse.config.urls import urlpatterns

    assert all(said for _, said in routes(urlpatterns))
    assert len(operations()) > 60


def test_no_operation_answers_without_a_key_or_with_a_wrong_one(partner: Partner) -> None:
    for key in ("", "nonsense", "oh_1_1_x", partner.key[:-1] + ("A" if partner.key[-1] != "A" else "B")):
        stranger = Partner(None, key)
        for method, address, _ in operations():
            answer = stranger.send(method, address.removeprefix("/api/v1"), None if method == "GET" else {})
            assert (answer.status, answer.body["code"]) == (401, "key-refused"), (method, address, key)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_no_operation_answers_a_key_with_every_scope_but_its_own(business: Any) -> None:
    by_scope = {scope: partner_of(business, *(s for s in SCOPES if s != scope)) for scope in SCOPES}
    for method, address, scope in operations():
        answer = by_scope[scope].send(method, address.removeprefix("/api/v1"), None if method == "GET" else {})
        assert (answer.status, answer.body["code"]) == (403, "scope-missing"), (method, address, scope)
        assert answer.body["facts"] == {"scope": scope}


def test_a_route_without_a_scope_cannot_be_made() -> None:
    def handler(request: HttpRequest) -> str:
        return "open"

    with pytest.raises(RouteWithoutPolicy, match="names no scope"):
        Door().get("/open")(handler)
    with pytest.raises(RouteWithoutPolicy, match="is no scope"):
        Door().read("/open", scope="everything", answers=str)(handler)
    with pytest.raises(RouteWithoutPolicy):
        ApiKey("")


def test_a_view_without_a_policy_does_not_start() -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse("open")

    with pytest.raises(RouteWithoutPolicy, match="/leak"):
        refuse_open_routes([path("leak", view)])
    refuse_open_routes([path("leak", policy("public: a test")(lambda request: view(request)))])
    plain = NinjaAPI(urls_namespace="open", openapi_url=None)
    plain.get("/open")(lambda request: "open")
    with pytest.raises(RouteWithoutPolicy, match="/open"):
        refuse_open_routes(plain.urls[0])


def test_a_revoked_or_expired_key_opens_nothing(business: Any) -> None:
    from orderhouse.kernel import clock
    from orderhouse.people.api_keys import issue_api_key, revoke_api_key

    partner = partner_of(business)
    assert partner.get("/orders").status == 200
    revoke_api_key(by=business.by, key_id=int(partner.key.split("_")[2], 36))
    assert partner.get("/orders").status == 401
    until = business.by.at + timedelta(days=1)
    late = Partner(business, issue_api_key(by=business.by, name="late", scopes=["orders:read"], expires_at=until))
    with clock.at(business.by.at):
        assert late.get("/orders").status == 200
    assert late.get("/orders").status == 401


def test_one_business_never_sees_anothers_orders(partner: Partner, shop: Any) -> None:
    import uuid
    from datetime import UTC, datetime

    from orderhouse.catalog.open_business import open_business
    from orderhouse.kernel.actors import By
    from orderhouse.people.api_keys import issue_api_key

    placed = partner.post("/orders", partner.order(("A", 1))).body
    other = open_business(code=f"t-{uuid.uuid4().hex[:12]}", name="Other", at=datetime.now(UTC))
    by = By(other.tenant_id, "other", datetime.now(UTC))
    stranger = Partner(None, issue_api_key(by=by, name="other", scopes=SCOPES))
    assert stranger.get("/orders").body["data"] == []
    assert stranger.get(f"/orders/{placed['id']}").status == 404
    assert stranger.post(f"/orders/{placed['id']}/cancel", {"reason": "theft"}).status == 404
    assert stranger.get("/availability", sku="A").body["unknown"] == ["A"]
    assert stranger.get("/events").body["data"] == []
    swapped = partner.key.split("_")
    swapped[1] = stranger.key.split("_")[1]
    assert Partner(None, "_".join(swapped)).get("/orders").status == 401
