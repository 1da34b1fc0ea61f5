"""From a webhook to what channels may sell: a warehouse tells new stock while channels send orders, all by signed letters."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from itertools import count
from time import perf_counter

import orjson

from bench.business import NODES, PLENTY, Order
from bench.http_load import Reply, Talk, request
from bench.meter import Stretch
from bench.rows.http import served
from bench.yard import Target, Yard

CHANNELS = 4
"""Clients that send orders meanwhile, a webhook each."""


def webhook_to_availability(yard: Yard) -> None:
    """Latency from sending a warehouse's signed ``InventoryChanged`` to a channel's reading of the new availability, while 4 clients send
    orders as signed webhooks; ``per_second`` counts all webhooks taken. Floor: each transaction's rows by one statement."""
    from orderhouse.contract.routes import set_route
    from orderhouse.contract.transports.http import sign

    server, key = served(yard)
    shop = yard.shop
    node = NODES[0][0]
    secrets = {
        who: set_route(by=shop.by, destination=who, url="http://127.0.0.1:9/contract/v1/inbox")
        for who in ("channel:WEB", f"node:{node}")
    }
    numbers = count(int(datetime.now(UTC).timestamp() * 1e6))
    # The warehouse goes on where it left off.
    changes, on_hand, unanswered = yard.store.setdefault("counted", (count(2), dict.fromkeys(shop.skus, PLENTY), []))

    def webhook(source: str, type_: str, subject: str, payload: object, number: int = 0) -> bytes:
        at, number = datetime.now(UTC), number or next(numbers)
        letter = {
            "id": str(number), "type": type_, "version": 1, "subject": subject, "actor": "bench", "created_at": at.isoformat(),
            "payload": payload,
        }  # fmt: skip
        body = orjson.dumps({"tenant": shop.code, "source": source, "destination": "oms", "letters": [letter]})
        headers = {
            name: value for name, value in sign(secrets[source], f"batch_{number}", body, at=at).items() if name != "content-type"
        }
        return request("POST", "/contract/v1/inbox", key=key, body=body, **headers)

    def channel(orders: Iterator[Order]) -> Talk:
        for order in orders:
            yield webhook("channel:WEB", "SubmitOrder", order["channel_order_id"], order)

    def warehouse(taken: list[float]) -> Generator[bytes, Reply, None]:
        """Tells five units more of an item in turn, then asks for it until the answer has changed. What had no answer when the last
        turn ended is told again first, as any warehouse would: the same letter."""
        while unanswered:
            number, payload = unanswered[0]
            yield webhook(f"node:{node}", "InventoryChanged", node, payload, number)
            unanswered.clear()
        for sku in shop.skus * 100:
            ask = request("GET", f"/api/v1/availability?channel=WEB&sku={sku}", key=key)
            before = (yield ask).body
            on_hand[sku] += 5
            line = {"sku": sku, "owner": "OWN", "delta": 5, "on_hand": on_hand[sku], "sequence": next(changes), "reason": "found"}
            payload = {"node": node, "changed_at": datetime.now(UTC).isoformat(), "lines": [line]}
            unanswered.append((number := next(numbers), payload))
            told = webhook(f"node:{node}", "InventoryChanged", node, payload, number)
            begun = perf_counter()
            yield told
            unanswered.clear()
            while (yield ask).body == before and perf_counter() < begun + 5:
                pass
            taken.append(perf_counter() - begun)

    def product(orders: list[Order], stretch: Stretch) -> None:
        taken: list[float] = []
        pile = iter(orders)
        clients = [warehouse(taken), *(channel(pile) for _ in range(CHANNELS))]

        def work(reply: Reply) -> int:
            if b'"refused"' in reply.body or b'"failed"' in reply.body:
                raise RuntimeError(f"a webhook was refused: {reply.body[:400]!r}")
            return int(b'"receipts"' in reply.body)

        server.talk(stretch, clients, seconds=yard.seconds, work=work)
        stretch.taken, stretch.told_ms = taken, {}

    yard.duel(
        "webhook_to_availability",
        clients=1 + CHANNELS,
        batch=1,
        prepare=lambda: shop.demand.take(50 if yard.quick else 3_000),
        product=product,
        ours=[server.pid],
        targets=[Target("p99_ms", 250, at_least=False)],
    )
