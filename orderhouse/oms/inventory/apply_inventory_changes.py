"""A node's stock has changed: the promise book follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from orderhouse.catalog.resolve import resolve_items, resolve_nodes
from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages import InventoryChanged, StockLine
from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.book.post_gains import Gain, post_gains
from orderhouse.oms.book.rules import Loss, spread_loss
from orderhouse.oms.book.store import Key, columns, lock_standings
from orderhouse.oms.inventory.rules import Reserved, give_way
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.sourcing.serve_backorders import meet_waiting_orders, serve_backorders

NEW_STOCK = frozenset({"received", "returned", "found", "freed"})
"""Reasons by which a node has units it had not."""


def apply_inventory_changes(*, by: By, messages: Sequence[InventoryChanged]) -> None:
    """Post what nodes report (X12 947/846): gains are promised to waiting lines at once, losses are borne by free stock first.

    Deltas commute and the inbox takes each message once, so any order of arrival ends alike; the reported figure and its
    sequence are kept beside the projection, which shows any gap. A line with reason ``shipped`` only records its report:
    the units leave the promise book with their ShipmentConfirmed.
    """
    with unit_of_work(by.tenant_id):
        lines = _resolve(by.tenant_id, messages)
        _record(by, lines)
        deltas: dict[Key, int] = defaultdict(int)
        for key, line in lines:
            if line.reason != "shipped":
                deltas[key] += line.delta
        meet_waiting_orders(by=by, item_ids={key.item_id for key, delta in deltas.items() if delta > 0})
        losses = {key: -delta for key, delta in deltas.items() if delta < 0}
        if losses:
            _post_losses(by, losses)
        gains = [Gain(key, delta, "node", "inventory", key.node_id) for key, delta in deltas.items() if delta > 0]
        gained = post_gains(by=by, gains=gains)
        _ask_again(by.tenant_id, {key for key, line in lines if line.delta > 0 and line.reason in NEW_STOCK})
        if gained:
            serve_backorders(by=by, item_ids=gained)


def _ask_again(tenant_id: int, keys: set[Key]) -> None:
    """A node that was short of an item may be asked for its waiting lines again once new stock of it has come."""
    if keys:
        execute(sql.load(__file__, "ask_again"), {"tenant": tenant_id, **columns(sorted(keys))})


def _resolve(tenant_id: int, messages: Sequence[InventoryChanged]) -> list[tuple[Key, StockLine]]:
    node_ids = resolve_nodes(tenant_id, (message.node for message in messages))
    items = resolve_items(tenant_id, ((line.owner, line.sku) for message in messages for line in message.lines))
    resolved = []
    for message in messages:
        for line in message.lines:
            item = items[line.owner, line.sku]
            resolved.append((Key(node_ids[message.node], item.id, item.owner_id), line))
    return resolved


def _record(by: By, lines: list[tuple[Key, StockLine]]) -> None:
    latest: dict[Key, StockLine] = {}
    for key, line in lines:
        if key not in latest or latest[key].sequence < line.sequence:
            latest[key] = line
    ordered = sorted(latest)
    reports = [latest[key] for key in ordered]
    execute(
        sql.load(__file__, "record_reports"),
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "on_hands": [line.on_hand for line in reports],
            "sequences": [line.sequence for line in reports],
            **columns(ordered),
        },
    )


def _post_losses(by: By, losses: dict[Key, int]) -> None:
    """Free stock bears a loss first, then safety, then the least urgent reservations, whose lines wait again; what is
    released already is owed until its node shorts it."""
    keys = sorted(losses)
    reservations: dict[Key, list[Reserved]] = defaultdict(list)
    # Orders and lines are locked before accounts (the house's lock order), so they are gathered whether needed or not.
    for row in fetch_all(sql.load(__file__, "lock_reservations"), {"tenant": by.tenant_id, **columns(keys)}):
        reservations[Key(*row[:3])].append(Reserved(*row[3:]))
    standings = lock_standings(by.tenant_id, keys)
    moves: list[Move] = []
    given: list[tuple[Key, Reserved, int]] = []
    for key in keys:
        loss: Loss = spread_loss(losses[key], standings[key], sum(r.quantity for r in reservations[key]))

        def leave(
            state: str, quantity: int, cause: str = "inventory", cause_id: int = key.node_id, line: int = 0, key: Key = key
        ) -> None:
            source, target = (promise(key.node_id, key.item_id, key.owner_id, s) for s in (state, "node"))
            if quantity:
                moves.append(Move(source, target, quantity, cause, cause_id, line))

        leave("available", loss.available)
        leave("safety", loss.safety)
        for reservation, units in give_way(loss.reserved, reservations[key]):
            leave("reserved", units, "order", reservation.order_id, reservation.order_line_id)
            given.append((key, reservation, units))
        leave("shortage", loss.shortage)
    post_movements(by=by, moves=moves)
    if given:
        _unreserve(by, given)


def _unreserve(by: By, given: list[tuple[Key, Reserved, int]]) -> None:
    by_line: dict[int, int] = defaultdict(int)
    for _, reservation, units in given:
        by_line[reservation.order_line_id] += units
    execute(
        sql.load(__file__, "unreserve"),
        {
            "tenant": by.tenant_id,
            "lines": [reservation.order_line_id for _, reservation, _ in given],
            "nodes": [key.node_id for key, _, _ in given],
            "quantities": [units for _, _, units in given],
        },
    )
    execute(
        sql.load(__file__, "back_to_waiting"),
        {"tenant": by.tenant_id, "lines": list(by_line), "quantities": list(by_line.values())},
    )
    facts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for key, reservation, units in given:
        facts[reservation.order_id].append({"line": reservation.order_line_id, "node": key.node_id, "quantity": units})
    record_events(
        by=by, events=[Event("order", order_id, "reservation-lost", {"lines": lines}) for order_id, lines in facts.items()]
    )
    derive_orders(by=by, order_ids=list(facts))
