"""A shop: places orders by the API, one or some at a time; cancels units, holds, lifts holds."""

from __future__ import annotations

from typing import Any

from tests.faults.clients import Answer, Client
from tests.faults.house import SKUS
from tests.faults.journal import Entry
from tests.faults.plan import Command, order_lines

ADDRESS = {"name": "Ada", "country": "GB", "city": "London", "postal_code": "E1", "latitude": 51.5, "longitude": -0.1}


def order(number: str, lines: list[dict[str, Any]], *, channel: str = "WEB", placed_at: str = "2026-03-02T08:00:00Z") -> Any:
    """An order as JSON."""
    return {
        "channel": channel,
        "channel_order_id": number,
        "placed_at": placed_at,
        "currency": "GBP",
        "ship_to": ADDRESS,
        "lines": lines,
    }


class Shop(Client):
    """Its journal knows kinds order, orders, cancel (one unit of line 1), hold and lift."""

    def do(self, command: Command) -> None:
        id, kind = f"{self.name}-{command.number}", command.kind
        target = f"{self.name}-{command.target}"
        facts: dict[str, Any]
        if kind == "order":
            facts = {"orders": [order(id, order_lines(command.rng(), SKUS))]}
        elif kind == "orders":
            facts = {"orders": [order(f"{id}-{n}", order_lines(command.rng(), SKUS)) for n in range(3)]}
        else:
            facts = {"order": target}
        self.journal.intend(id, kind, **facts)
        self.ask(command, id, "POST", *_request(kind, facts))

    def retry(self, entry: Entry) -> Answer:
        return self.tell("POST", *_request(entry.kind, entry.facts), key=entry.id)


def _request(kind: str, facts: dict[str, Any]) -> tuple[str, Any]:
    """Address and body."""
    if kind == "order":
        return "/orders", facts["orders"][0]
    if kind == "orders":
        return "/orders", facts["orders"]
    order = f"/orders/WEB-{facts['order']}"
    if kind == "cancel":
        return f"{order}/cancel", {"reason": "one is enough", "lines": [{"line_number": 1, "quantity": 1}]}
    if kind == "hold":
        return f"{order}/hold", {"kind": "manual", "reason": "look at it"}
    return f"{order}/lift-hold", {"kinds": ["manual"], "reason": "looked", "release": True}
