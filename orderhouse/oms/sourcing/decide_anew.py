"""Choose again where what no node was told to ship shall come from: what every verb does that takes a choice back."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from orderhouse.kernel.actors import By
from orderhouse.oms.book.keep_back import keep_back
from orderhouse.oms.book.lock_books import lock_books
from orderhouse.oms.book.store import Key
from orderhouse.oms.orders import store as orders
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.orders.rules import LineFacts
from orderhouse.oms.sourcing.give_up_reservations import give_up_reservations
from orderhouse.oms.sourcing.serve_waiting import serve_later
from orderhouse.oms.sourcing.source_orders import Sourced, source_orders


def lock_to_decide(by: By, order_ids: Collection[int]) -> list[LineFacts]:
    """Inside the caller's unit of work: lock these orders, their lines, and the promise book of their items, each by id; the
    lines."""
    orders.read_orders(by.tenant_id, order_ids, lock=True)
    lines = orders.read_lines(by.tenant_id, order_ids, lock=True)
    lock_books(by.tenant_id, {line.item_id for line in lines})
    return lines


def decide_anew(*, by: By, lines: Collection[LineFacts], only: Mapping[int, Collection[int]] | None = None) -> list[Sourced]:
    """Inside the caller's unit of work, under :func:`lock_to_decide`: these lines' reservations are free to them again and nodes
    are chosen anew (``only`` as for :func:`source_orders`). What they do not take again is kept back where it is owed or wanted as
    safety stock; the rest serves those who wait, once that has committed."""
    order_ids = sorted({line.order_id for line in lines})
    own = give_up_reservations(by=by, lines=lines)
    sourced = source_orders(by=by, order_ids=order_ids, only=only, own=own)
    keep_back(by=by, keys=[Key(*key) for key in own])
    derive_orders(by=by, order_ids=order_ids)
    serve_later(by=by, item_ids={key[1] for key in own}, order_ids=[each.order_id for each in sourced if each.backordered])
    return sourced
