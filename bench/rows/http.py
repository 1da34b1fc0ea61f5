"""Over HTTP, served as it is served: one order a request, a stream of orders, and what may be promised of 100 SKUs."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson

from bench.business import Order
from bench.http_load import Reply, request
from bench.meter import Stretch
from bench.recording import Written
from bench.rows.capture import one_by_one
from bench.server import Server, shared_out
from bench.yard import Against, Target, Yard

CLIENTS = 8
SKUS = 100
_READ = b"""SELECT i.sku, sum(a.balance) FROM catalog_item i
  JOIN ledger_account a ON a.tenant_id = i.tenant_id AND a.book = 'promise' AND a.node_id = ANY (%s::bigint[]) AND a.item_id = i.id
    AND a.state = 'available' AND a.place_id = 0 AND a.lot_id = 0
  WHERE i.tenant_id = %s AND i.sku = ANY (%s::text[]) GROUP BY i.sku"""


def capture_http(yard: Yard) -> None:
    """One order a request, 8 clients that keep their connection. Floor: in process, each order's rows by one statement."""
    server, key = served(yard)

    def prepare() -> list[Order]:
        return yard.shop.demand.take(20 if yard.quick else 4_000)

    def product(orders: list[Order], stretch: Stretch) -> None:
        sizes = iter([len(order["lines"]) for order in orders])
        asked = (request("POST", "/api/v1/orders", key=key, body=orjson.dumps(order)) for order in orders)
        server.talk(stretch, shared_out(asked, CLIENTS), seconds=yard.seconds, work=_placed, lines=lambda reply: next(sizes))

    yard.duel(
        "capture_http",
        clients=CLIENTS,
        batch=1,
        prepare=prepare,
        product=product,
        one_by_one=lambda: _singles(yard),
        ours=[server.pid],
        targets=[Target("per_second", 1_000)],
    )


def capture_ndjson(yard: Yard) -> None:
    """A stream of orders, one a line, by 1 client. Floor: the rows of each of its transactions by COPY."""
    server, key = served(yard)
    orders = 200 if yard.quick else 4_000

    def product(body: tuple[bytes, int], stretch: Stretch) -> None:
        asked = request("POST", "/api/v1/orders", key=key, body=body[0], kind="application/x-ndjson")
        server.talk(
            stretch,
            shared_out([asked], 1),
            seconds=120,
            work=lambda reply: reply.body.count(b'"placed"'),
            lines=lambda reply: body[1],
        )

    def prepare() -> tuple[bytes, int]:
        taken = yard.shop.demand.take(orders)
        return b"\n".join(map(orjson.dumps, taken)) + b"\n", sum(len(order["lines"]) for order in taken)

    yard.duel(
        "capture_ndjson",
        clients=1,
        batch=orders,
        prepare=prepare,
        product=product,
        ours=[server.pid],
        targets=[Target("per_second", 5_000)],
    )


def availability_read(yard: Yard) -> None:
    """Availability of 100 SKUs a request for a channel, 8 clients. Floor: the plain SELECT of their balances, in process."""
    server, key = served(yard)

    def prepare() -> list[list[str]]:
        demand = yard.shop.demand
        return [
            [demand.skus[n] for n in demand.random.choice(len(demand.skus), min(SKUS, len(demand.skus)), replace=False)]
            for _ in range(100 if yard.quick else 400)
        ]

    def product(asked: list[list[str]], stretch: Stretch) -> None:
        paths = ["/api/v1/availability?" + urlencode([("channel", "WEB"), *(("sku", sku) for sku in skus)]) for skus in asked]
        requests = [request("GET", path, key=key) for path in paths] * (1 if yard.quick else 50)
        server.talk(stretch, shared_out(requests, CLIENTS), seconds=yard.seconds, work=lambda reply: 1)

    def against(asked: list[list[str]], stretch: Stretch) -> Against:
        nodes = list(yard.shop.nodes.values())
        params = [(nodes, yard.shop.tenant_id, skus) for skus in asked] * (1 if yard.quick else 50)
        seconds, taken = yard.floor.read(_READ, params, clients=CLIENTS, seconds=yard.seconds)
        return Against(len(taken), seconds, taken)

    yard.duel(
        "availability_read",
        clients=CLIENTS,
        batch=SKUS,
        prepare=prepare,
        product=product,
        against=against,
        ours=[server.pid],
        targets=[Target("per_second", 2_000)],
    )


def served(yard: Yard) -> tuple[Server, str]:
    """The running server, started for the first row that wants it, and an API key for the shop."""
    from orderhouse.people.api_keys import SCOPES, issue_api_key

    if "server" not in yard.store:
        yard.store["server"] = Server()
        yard.store["key"] = issue_api_key(by=yard.shop.by, name="bench", scopes=SCOPES)
    return yard.store["server"], yard.store["key"]


def _placed(reply: Reply) -> int:
    return int(reply.status == 201)


def _singles(yard: Yard) -> list[Written]:
    return list(one_by_one(yard))
