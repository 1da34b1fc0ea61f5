"""Units a node will not ship: back to free stock, their lines wait again or are cancelled as wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_all
from orderhouse.kernel.actors import By
from orderhouse.oms.book.post_gains import Gain, post_gains
from orderhouse.oms.book.store import Key
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.releases import store
from orderhouse.oms.releases.store import Settlement
from orderhouse.oms.sourcing.serve_backorders import meet_waiting_orders, serve_backorders
from orderhouse.oms.sourcing.source_orders import source_orders


def meet_orders(*, by: By, releases: Iterable[str]) -> None:
    """Lock the orders of these releases and those that wait for their items, in one order, before a node's answer is taken."""
    rows = fetch_all(
        """SELECT DISTINCT r.order_id, l.item_id FROM oms_release r
           JOIN oms_release_line rl ON rl.tenant_id = r.tenant_id AND rl.release_id = r.id
           JOIN oms_order_line l ON l.tenant_id = rl.tenant_id AND l.id = rl.order_line_id
           WHERE r.tenant_id = %s AND r.number = ANY (%s)""",
        (by.tenant_id, sorted(set(releases))),
    )
    meet_waiting_orders(by=by, item_ids={item_id for _, item_id in rows}, also={order_id for order_id, _ in rows})


def give_back(*, by: By, settlements: Sequence[Settlement], event: str) -> None:
    """Settle shorted and cancelled units of locked release lines inside the caller's unit of work.

    released → free stock (what is owed first); the lines are counted; the story told; then the orders concerned are sourced
    again, and whoever waits for the freed items is served.
    """
    store.settle_lines(by.tenant_id, settlements)
    gains = [
        Gain(
            Key(s.row.node_id, s.row.item_id, s.row.owner_id),
            s.shorted + s.cancelled,
            "released",
            "release",
            s.row.release_id,
            s.row.line_id,
        )
        for s in settlements
        if s.shorted + s.cancelled
    ]
    gained = post_gains(by=by, gains=gains)
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    waiting: set[int] = set()
    for s in settlements:
        facts = {"release": s.row.release, "line": s.row.line_number, "quantity": s.shorted + s.cancelled}
        told[s.row.order_id].append(facts | ({"cancelled": s.given_up} if s.given_up else {}))
        if s.shorted + s.cancelled > s.given_up:
            waiting.add(s.row.order_id)
    record_events(by=by, events=[Event("order", order_id, event, {"lines": lines}) for order_id, lines in told.items()])
    derive_orders(by=by, order_ids=list(told))
    if waiting:
        source_orders(by=by, order_ids=waiting)
    if gained:
        serve_backorders(by=by, item_ids=gained)
