"""A node's stock has changed: the promise book follows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from orderhouse.catalog.resolve import resolve_items, resolve_nodes
from orderhouse.contract.messages import InventoryChanged, StockLine
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.book.rules import Loss, Spread, spread_gain, spread_loss
from orderhouse.oms.book.store import Key, columns, lock_standings, safety_targets
from orderhouse.oms.inventory.pay_owed import pay_owed_later
from orderhouse.oms.sourcing.serve_waiting import serve_later

NEW_STOCK = frozenset({"received", "returned", "found", "freed"})
"""Reasons by which a node has units it had not."""


def apply_inventory_changes(*, by: By, messages: Sequence[InventoryChanged]) -> None:
    """Post what nodes report (X12 947/846): gains serve waiting lines, losses are borne by free stock first, then by safety stock,
    then by the least urgent reservations, whose lines wait again; what is released already is owed until its node shorts it.

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
        asked = {key for key, line in lines if line.delta > 0 and line.reason in NEW_STOCK}
        _ask_again(by.tenant_id, asked)
        gained = _post(by, {key: delta for key, delta in deltas.items() if delta})
        serve_later(by=by, item_ids=gained | {key.item_id for key in asked})


def _post(by: By, deltas: dict[Key, int]) -> set[int]:
    """Gains and losses in one batch of movements; the items of which units came free.

    A loss takes what is free, then safety stock; what is beyond is owed. Only accounts are locked: whoever has units reserved
    gives way in a transaction of its own (:func:`.pay_owed.pay_owed`), so that news of stock never waits for an order.
    """
    if not deltas:
        return set()
    standings = lock_standings(by.tenant_id, deltas)
    targets = safety_targets(by.tenant_id, [key for key, delta in deltas.items() if delta > 0])
    moves: list[Move] = []
    gained: set[int] = set()
    owed: list[Key] = []
    for key, delta in sorted(deltas.items()):
        spread: Spread | Loss
        if delta > 0:
            spread = spread_gain(delta, standings[key], targets.get(key, 0))
            gained |= {key.item_id} if spread.available else set()
        else:
            spread = spread_loss(-delta, standings[key])
            owed += [key] if spread.shortage else []
        for state, quantity in spread._asdict().items():
            node, here = (promise(key.node_id, key.item_id, key.owner_id, s) for s in ("node", state))
            source, target = (node, here) if delta > 0 else (here, node)
            if quantity:
                moves.append(Move(source, target, quantity, "inventory", key.node_id))
    post_movements(by=by, moves=moves)
    pay_owed_later(by=by, keys=owed)
    return gained


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
