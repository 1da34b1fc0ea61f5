"""Choose again where what no node was told to ship shall come from: what every verb does that takes a choice back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from orderhouse.kernel.actors import By
from orderhouse.oms.orders import store as orders
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.orders.rules import LineFacts
from orderhouse.oms.sourcing.give_up_reservations import give_up_reservations
from orderhouse.oms.sourcing.serve_backorders import meet_waiting_orders, serve_backorders
from orderhouse.oms.sourcing.source_orders import Sourced, source_orders


def lock_to_decide(by: By, order_ids: Collection[int]) -> list[LineFacts]:
    """Inside the caller's unit of work: lock these orders, those that wait for their items, and then these orders' lines, each by
    id, in the house's lock order; the lines."""
    seen = orders.read_lines(by.tenant_id, order_ids)
    meet_waiting_orders(by=by, item_ids={line.item_id for line in seen}, also=order_ids)
    orders.read_orders(by.tenant_id, order_ids, lock=True)
    return orders.read_lines(by.tenant_id, order_ids, lock=True)


def decide_anew(*, by: By, lines: Collection[LineFacts], only: Mapping[int, Collection[int]] | None = None) -> list[Sourced]:
    """Inside the caller's unit of work, under :func:`lock_to_decide`: these lines' reservations are free to them again and nodes
    are chosen anew (``only`` as for :func:`source_orders`); what they do not take again serves those who wait."""
    order_ids = sorted({line.order_id for line in lines})
    own = give_up_reservations(by=by, lines=lines)
    sourced = source_orders(by=by, order_ids=order_ids, only=only, own=own)
    derive_orders(by=by, order_ids=order_ids)
    serve_backorders(by=by, item_ids={key[1] for key in own})
    return sourced
