"""Reservations give way where a node lost more than was free: after the commit that took the loss, never inside it (ADR 11)."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.faults import is_passing
from orderhouse.database import after_commit, execute, fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.book.store import Key, columns, lock_standings
from orderhouse.oms.inventory.rules import Reserved, give_way
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.sourcing.serve_waiting import serve_later

log = logging.getLogger(__name__)

TRIES = 3


def pay_owed_later(*, by: By, keys: Collection[Key]) -> None:
    """To be called inside the unit of work that leaves units of ``keys`` owed: once it has committed, reservations pay."""
    if keys:
        after_commit(lambda: _pay_now(by, sorted(set(keys))))


def pay_owed(*, by: By, keys: Collection[Key] | None = None) -> int:
    """What is owed of ``keys`` (every key if None) is paid by their least urgent reservations, whose lines wait again and are
    sourced anew; answers the units paid. What is owed beyond them is released already: its node will short it.
    """
    with unit_of_work(by.tenant_id):
        if keys is None:
            keys = [Key(*row) for row in fetch_all(sql.load(__file__, "owed"), {"tenant": by.tenant_id})]
        if not keys:
            return 0
        reservations: dict[Key, list[Reserved]] = defaultdict(list)
        for row in fetch_all(sql.load(__file__, "lock_reservations"), {"tenant": by.tenant_id, **columns(sorted(keys))}):
            reservations[Key(*row[:3])].append(Reserved(*row[3:]))
        if not reservations:
            return 0
        standings = lock_standings(by.tenant_id, reservations)
        given = [
            (key, reservation, units)
            for key in sorted(reservations)
            for reservation, units in give_way(standings[key].owed, reservations[key])
        ]
        if given:
            _post(by, given)
        return sum(units for _, _, units in given)


def _post(by: By, given: list[tuple[Key, Reserved, int]]) -> None:
    moves = []
    by_line: dict[int, int] = defaultdict(int)
    facts: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for key, reservation, units in given:
        reserved, owed = (promise(key.node_id, key.item_id, key.owner_id, state) for state in ("reserved", "shortage"))
        moves.append(Move(reserved, owed, units, "order", reservation.order_id, reservation.order_line_id))
        by_line[reservation.order_line_id] += units
        facts[reservation.order_id].append({"line": reservation.order_line_id, "node": key.node_id, "quantity": units})
    post_movements(by=by, moves=moves)
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
    record_events(by=by, events=[Event("order", order, "reservation-lost", {"lines": lines}) for order, lines in facts.items()])
    derive_orders(by=by, order_ids=list(facts))
    serve_later(by=by, item_ids={key.item_id for key, _, _ in given})


def _pay_now(by: By, keys: list[Key]) -> None:
    """As for serving: trouble is told to the log, and whoever catches up does it."""
    for attempt in range(1, TRIES + 1):
        try:
            pay_owed(by=by, keys=keys)
            return
        except Exception as error:
            if attempt == TRIES or not is_passing(error):
                log.warning("what is owed is paid later: %s", error)
                return
