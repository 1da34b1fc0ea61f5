"""Calls the stock room's SQL that writes and locks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from orderhouse.database import execute, fetch_all, fetch_values
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Account, physical
from orderhouse.wms.stock.rules import StockChange, Total


class Standing(NamedTuple):
    """Units of one item, lot and owner in one state at one place."""

    node_id: int
    place_id: int
    item_id: int
    lot_id: int
    owner_id: int
    state: str
    single: bool
    quantity: int

    def account(self, state: str) -> Account:
        """The account of the same units in the same place, in ``state``."""
        return physical(self.node_id, self.item_id, self.owner_id, state, self.place_id, self.lot_id, self.single)


def change_totals(tenant_id: int, node_id: int, changes: Sequence[StockChange]) -> dict[tuple[int, int], Total]:
    """Add the changes; the totals as they stood before. One statement, three where an item is new to the node."""
    net: dict[tuple[int, int], tuple[int, int]] = {}
    for change in changes:
        delta, count = net.get((change.item_id, change.owner_id), (0, 0))
        net[change.item_id, change.owner_id] = (delta + change.delta, count + 1)
    before = _change(tenant_id, node_id, net)
    unopened = sorted(net.keys() - before.keys())
    if unopened:
        items, owners = zip(*unopened, strict=True)
        parameters = {"tenant": tenant_id, "node": node_id, "items": list(items), "owners": list(owners)}
        execute(sql.load(__file__, "open_node_stock"), parameters)
        before |= _change(tenant_id, node_id, {key: net[key] for key in unopened})
    return before


def _change(tenant_id: int, node_id: int, net: dict[tuple[int, int], tuple[int, int]]) -> dict[tuple[int, int], Total]:
    keys = sorted(net)
    rows = fetch_all(
        sql.load(__file__, "change_node_stock"),
        {
            "tenant": tenant_id,
            "node": node_id,
            "items": [item_id for item_id, _ in keys],
            "owners": [owner_id for _, owner_id in keys],
            "deltas": [net[key][0] for key in keys],
            "counts": [net[key][1] for key in keys],
        },
        of=Total,
    )
    return {(total.item_id, total.owner_id): total for total in rows}


class Lying(NamedTuple):
    """Units of a lot free or on hold at a place, or (``task_id`` not 0) allocated there to an open pick task."""

    node_id: int
    place_id: int
    item_id: int
    lot_id: int
    owner_id: int
    state: str
    single: bool
    quantity: int
    task_id: int
    tour_id: int
    outbound_id: int
    outbound_line_id: int

    def account(self, state: str) -> Account:
        """The account of the same units in the same place, in ``state``."""
        return physical(self.node_id, self.item_id, self.owner_id, state, self.place_id, self.lot_id, self.single)


def lots_in_bins(tenant_id: int, lot_ids: Sequence[int], state: str) -> list[Lying]:
    """Where units of these lots stand in ``state``, and the open pick tasks on them."""
    parameters = {"tenant": tenant_id, "lots": list(lot_ids), "state": state}
    return fetch_all(sql.load(__file__, "lots_in_bins"), parameters, of=Lying)


def let_go_of_tasks(by: By, task_ids: Sequence[int]) -> None:
    execute(sql.load(__file__, "let_go_of_tasks"), {"tenant": by.tenant_id, "tasks": list(task_ids), "at": by.at})


def stock_of_lots(tenant_id: int, lot_ids: Sequence[int], states: Sequence[str]) -> list[Standing]:
    """Where units of these lots stand inside, in any of ``states``."""
    parameters = {"tenant": tenant_id, "lots": list(lot_ids), "states": list(states)}
    return fetch_all(sql.load(__file__, "stock_of_lots"), parameters, of=Standing)


def expired_stock(tenant_id: int, node_id: int, today: date) -> list[Standing]:
    """Good stock at the node whose lot's date lies before ``today``."""
    return fetch_all(sql.load(__file__, "expired_stock"), {"tenant": tenant_id, "node": node_id, "today": today}, of=Standing)


def mark_lots(tenant_id: int, lot_ids: Sequence[int], *, held: bool) -> list[int]:
    """Hold lots or free them; the ids of those that changed."""
    parameters = {"tenant": tenant_id, "lots": list(lot_ids), "held": held}
    return sorted(fetch_values(sql.load(__file__, "mark_lots"), parameters))


def lock_open_exceptions(tenant_id: int, ids: Sequence[int]) -> dict[int, str]:
    """Of these exceptions those that are open, locked in id order, with their owners."""
    return dict(
        fetch_all(
            """SELECT id, owner FROM wms_exception WHERE tenant_id = %s AND id = ANY (%s) AND settled_at IS NULL
               ORDER BY id FOR UPDATE""",
            (tenant_id, sorted(set(ids))),
        )
    )
