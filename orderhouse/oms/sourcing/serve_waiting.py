"""Stock and the lines that wait for it meet after the commit that parted them, never inside it (ADR 11)."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any, NamedTuple

from orderhouse.contract.faults import is_passing
from orderhouse.database import after_commit, fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.oms.sourcing.source_orders import source_orders
from orderhouse.oms.sourcing.store import NoTariff

log = logging.getLogger(__name__)

TRIES = 3
PAGES = (25, 500)
"""Orders of one transaction: few first, for most often one order takes what came; many where they did not take it all."""
_BEFORE_ALL = (-32768, datetime(1, 1, 1, tzinfo=UTC), 0)


class Served(NamedTuple):
    """``orders`` that gained units, ``units`` they gained."""

    orders: int
    units: int


def serve_later(*, by: By, item_ids: Collection[int] = (), order_ids: Collection[int] = ()) -> None:
    """To be called inside the unit of work that frees stock of ``item_ids``, or leaves lines waiting for them: once it has
    committed, :func:`serve_waiting` looks whether stock and waiting lines fit. ``order_ids`` are sourced again in any case.

    Both sides call it, whoever brings stock and whoever waits: the later of two commits sees both, so no unit is left free
    beside an order that waits for it. Nothing here can undo, or answer, the work that has committed.
    """
    items, orders = sorted(set(item_ids)), sorted(set(order_ids))
    if items or orders:
        after_commit(lambda: _serve_now(by, items, orders))


def serve_waiting(*, by: By, item_ids: Collection[int] | None = None, order_ids: Collection[int] = ()) -> Served:
    """Source again the orders that wait for these items (every item if None) where some node has them free, and
    ``order_ids``, by priority, then age: page after page, each in a unit of work of its own, as long as stock is left.

    Every page locks orders, lines and accounts once, in the house's lock order. With None, orders of channels that do not wait
    are met too, which then give up what no node has. Without a tariff all wait on.
    """
    served = Served(0, 0)
    after = _BEFORE_ALL
    for limit in _pages():
        with unit_of_work(by.tenant_id):
            page = _orders_to_serve(by.tenant_id, item_ids, order_ids, after, limit)
            try:
                sourced = source_orders(by=by, order_ids=[row[2] for row in page]) if page else []
            except NoTariff:
                return served
        gained = [each for each in sourced if each.reserved]
        served = Served(served.orders + len(gained), served.units + sum(each.reserved for each in gained))
        if len(page) < limit:
            break
        after = page[-1]
    return served


def _pages() -> Any:
    yield PAGES[0]
    while True:
        yield PAGES[1]


def _orders_to_serve(
    tenant_id: int, item_ids: Collection[int] | None, order_ids: Collection[int], after: tuple[Any, ...], limit: int
) -> list[tuple[Any, ...]]:
    """(priority, received at, id) of the next orders after ``after``, the most urgent first."""
    return fetch_all(
        sql.load(__file__, "orders_to_serve"),
        {
            "tenant": tenant_id,
            "items": None if item_ids is None else sorted(item_ids),
            "orders": sorted(order_ids),
            "priority": after[0],
            "received": after[1],
            "id": after[2],
            "limit": limit,
        },
    )


def _serve_now(by: By, item_ids: list[int], order_ids: list[int]) -> None:
    """The work behind is done and answered for: trouble here is told to the log, and whoever catches up does it."""
    for attempt in range(1, TRIES + 1):
        try:
            serve_waiting(by=by, item_ids=item_ids, order_ids=order_ids)
            return
        except Exception as error:
            if attempt == TRIES or not is_passing(error):
                log.warning("waiting orders are served later: %s", error)
                return
            time.sleep(random.uniform(0.005, 0.03) * attempt)
