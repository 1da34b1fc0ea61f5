"""Calls the promise book's SQL."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from orderhouse.database import execute, fetch_all
from orderhouse.kernel import sql
from orderhouse.ledger.accounts import promise
from orderhouse.ledger.open_accounts import open_accounts
from orderhouse.oms.book.rules import Standing


class Key(NamedTuple):
    """One item of one owner at one node."""

    node_id: int
    item_id: int
    owner_id: int


def lock_standings(tenant_id: int, keys: Collection[Key]) -> dict[Key, Standing]:
    """Lock and read what is free, safe and owed for each key.

    The account of what is free is the key's gate: it is opened if need be, and whoever opens the account of what is safe or owed
    holds it. So the lock comes first and the reading after it, else an account opened while we waited would be missed.
    """
    ordered = sorted(set(keys))
    found: dict[Key, dict[str, int]] = {}
    asked = {"tenant": tenant_id, **columns(ordered)}
    open_accounts(tenant_id=tenant_id, accounts=[promise(*key, "available") for key in ordered])
    execute(sql.load(__file__, "lock_standings"), asked)
    rows = fetch_all(sql.load(__file__, "read_standings"), asked)
    for node_id, item_id, owner_id, state, balance in rows:
        found.setdefault(Key(node_id, item_id, owner_id), {})[state] = balance
    return {
        key: Standing(by_state.get("available", 0), by_state.get("safety", 0), -by_state.get("shortage", 0))
        for key, by_state in ((key, found.get(key, {})) for key in ordered)
    }


def safety_targets(tenant_id: int, keys: Collection[Key]) -> dict[Key, int]:
    """The safety stock wanted for each key that has one."""
    rows = fetch_all(
        """SELECT s.node_id, s.item_id, s.owner_id, s.quantity FROM oms_safety_stock s
           JOIN unnest(%(nodes)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[]) AS u (node_id, item_id, owner_id)
             USING (node_id, item_id, owner_id)
           WHERE s.tenant_id = %(tenant)s""",
        {"tenant": tenant_id, **columns(list(keys))},
    )
    return {Key(node, item, owner): quantity for node, item, owner, quantity in rows}


def columns(keys: Collection[Key]) -> dict[str, list[int]]:
    """The keys as the arrays the SQL takes."""
    return {
        "nodes": [key.node_id for key in keys],
        "items": [key.item_id for key in keys],
        "owners": [key.owner_id for key in keys],
    }
