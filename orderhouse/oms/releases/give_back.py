"""Units a node will not ship, for whatever reason: back to free stock; their lines are cancelled as wanted, or wait again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from orderhouse.contract.events import Event, record_events
from orderhouse.kernel.actors import By
from orderhouse.oms.book.post_gains import Gain, post_gains
from orderhouse.oms.book.store import Key
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.releases import store
from orderhouse.oms.releases.store import Settlement
from orderhouse.oms.sourcing.serve_waiting import serve_later


def give_back(*, by: By, settlements: Sequence[Settlement], event: str) -> None:
    """Settle shorted and cancelled units of locked release lines inside the caller's unit of work.

    released → free stock (what is owed first); the lines are counted; the story told. Whatever made the node answer, units its order
    wants cancelled are given up first: a shortage that crosses a cancellation on the road is that cancellation's answer. Once that
    has committed the orders of the other units are sourced again, together with whoever waits for the freed items.
    """
    _give_up(settlements)
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
    serve_later(by=by, item_ids=gained, order_ids=waiting)


def _give_up(settlements: Sequence[Settlement]) -> None:
    """Of units that come back, as many as are wanted of their line, which several releases may share."""
    wanted = {s.row.line_id: s.row.cancel_wanted for s in settlements}
    for s in settlements:
        s.given_up = min(s.shorted + s.cancelled, wanted[s.row.line_id])
        wanted[s.row.line_id] -= s.given_up
