"""A partner of the shop: calls the API as anyone outside would, with a key and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import orjson
import pytest
from django.test import Client

SCOPES = (
    *("orders:read", "orders:write", "stock:read", "stock:write", "floor:read", "floor:write"),
    *("catalog:read", "catalog:write", "events:read", "books:prove", "letters:write"),
)


@dataclass
class Answer:
    """What came back: status, headers, and the JSON of the body, if it is JSON."""

    status: int
    body: Any
    headers: Any
    raw: bytes

    @property
    def lines(self) -> list[Any]:
        return [orjson.loads(line) for line in self.raw.splitlines()]


@dataclass
class Partner:
    """Someone with an API key."""

    business: Any
    key: str
    client: Client = field(default_factory=Client)
    numbers: Any = field(default_factory=lambda: count(1))

    def get(self, address: str, **query: Any) -> Answer:
        return self._answer(self.client.get(f"/api/v1{address}", query, headers=self._headers({})))

    def post(self, address: str, body: Any = None, **headers: str) -> Answer:
        return self.send("POST", address, body, **headers)

    def put(self, address: str, body: Any) -> Answer:
        return self.send("PUT", address, body)

    def send(self, method: str, address: str, body: Any = None, kind: str = "application/json", **headers: str) -> Answer:
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self._answer(
            self.client.generic(method, f"/api/v1{address}", raw, content_type=kind, headers=self._headers(named))
        )

    def order(self, *lines: tuple[str, int], number: str = "", **changes: Any) -> dict[str, Any]:
        """An order as JSON, right unless changed."""
        return {
            "channel": "WEB",
            "channel_order_id": number or str(next(self.numbers)),
            "placed_at": "2026-03-02T08:00:00Z",
            "currency": "GBP",
            "ship_to": {
                "name": "Ada",
                "country": "GB",
                "city": "London",
                "postal_code": "E1",
                "latitude": 51.52,
                "longitude": -0.05,
            },
            "lines": [{"sku": sku, "quantity": quantity, "unit_price": "2.50"} for sku, quantity in lines],
        } | changes

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return ({"Authorization": f"Bearer {self.key}"} if self.key else {}) | more

    @staticmethod
    def _answer(response: Any) -> Answer:
        raw = b"".join(response.streaming_content) if response.streaming else response.content
        kind = response.headers.get("Content-Type", "")
        return Answer(
            response.status_code, orjson.loads(raw) if kind.endswith("json") and "nd" not in kind else None, response.headers, raw
        )


def partner_of(business: Any, *scopes: str) -> Partner:
    from orderhouse.people.api_keys import issue_api_key

    return Partner(business, issue_api_key(by=business.by, name="partner", scopes=scopes or SCOPES))


@pytest.fixture
def partner(business: Any) -> Partner:
    return partner_of(business)


@pytest.fixture
def shop(business: Any) -> Iterator[Any]:
    """Two nodes of somebody else's, three items, one channel, one tariff (see :mod:`orderhouse.oms.tests.shop`)."""
    from orderhouse.contract.receivers import registered
    from orderhouse.oms.tests.shop import open_shop

    with registered("node:", None):
        yield open_shop(business)
