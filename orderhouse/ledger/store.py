"""Calls the ledger's SQL. Private to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderhouse.database import after_commit, execute, fetch_all, fetch_values
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.ledger.accounts import Account, Move

_CACHE_SIZE = 400_000
_known: dict[int, dict[Account, int]] = {}
"""Ids of committed accounts by tenant. Accounts are never deleted nor re-keyed, so an entry cannot go stale."""


def forget_accounts() -> None:
    """Drop the cache of account ids (after a restore, or when a process turns to another database)."""
    _known.clear()


def account_ids(tenant_id: int, accounts: Sequence[Account]) -> dict[Account, int]:
    """The ids of ``accounts``, opening those that do not exist yet. Two statements at most, none when all are known."""
    known = _known.setdefault(tenant_id, {})
    found = {account: known[account] for account in accounts if account in known}
    missing = sorted(account for account in accounts if account not in found)
    if not missing:
        return found
    fresh = _find(tenant_id, missing)
    unopened = [account for account in missing if account not in fresh]
    if unopened:
        _open(tenant_id, unopened)
        fresh |= _find(tenant_id, unopened)
    after_commit(lambda: _remember(tenant_id, fresh))
    return found | fresh


def _remember(tenant_id: int, fresh: dict[Account, int]) -> None:
    known = _known.setdefault(tenant_id, {})
    if len(known) > _CACHE_SIZE:
        known.clear()
    known.update(fresh)


def _columns(accounts: Sequence[Account]) -> dict[str, Any]:
    books, nodes, items, states, places, lots, owners, singles = (list(column) for column in zip(*accounts, strict=True))
    return {
        "books": books,
        "nodes": nodes,
        "items": items,
        "states": states,
        "places": places,
        "lots": lots,
        "owners": owners,
        "singles": singles,
    }


def _find(tenant_id: int, accounts: Sequence[Account]) -> dict[Account, int]:
    rows = fetch_all(sql.load(__file__, "find_accounts"), {"tenant": tenant_id, **_columns(accounts)})
    return {accounts[n - 1]: account_id for n, account_id in rows}


def _open(tenant_id: int, accounts: Sequence[Account]) -> None:
    execute(
        sql.load(__file__, "open_accounts"),
        {
            "tenant": tenant_id,
            "ids": new_ids(len(accounts)),
            "outsides": [account.outside for account in accounts],
            **_columns(accounts),
        },
    )


def apply_deltas(tenant_id: int, deltas: Sequence[tuple[int, int]]) -> set[int]:
    """Add (account id, delta) pairs, sorted by id; answers the ids that took it."""
    if not deltas:
        return set()
    ids, amounts = zip(*deltas, strict=True)
    return set(fetch_values(sql.load(__file__, "apply_deltas"), {"tenant": tenant_id, "ids": list(ids), "deltas": list(amounts)}))


def balance(tenant_id: int, account_id: int) -> int:
    """The balance of one account as this transaction sees it."""
    return int(fetch_values("SELECT balance FROM ledger_account WHERE tenant_id = %s AND id = %s", (tenant_id, account_id))[0])


def write_movements(by: By, moves: Sequence[Move], ids: dict[Account, int]) -> None:
    """Write one immutable row a move."""
    execute(
        sql.load(__file__, "write_movements"),
        {
            "tenant": by.tenant_id,
            "actor": by.actor,
            "device": by.device,
            "at": by.at,
            "command": by.command_id,
            "ids": new_ids(len(moves)),
            "items": [m.source.item_id for m in moves],
            "lots": [m.source.lot_id for m in moves],
            "owners": [m.source.owner_id for m in moves],
            "quantities": [m.quantity for m in moves],
            "sources": [ids[m.source] for m in moves],
            "targets": [ids[m.target] for m in moves],
            "causes": [m.cause for m in moves],
            "cause_ids": [m.cause_id for m in moves],
            "cause_lines": [m.cause_line_id for m in moves],
        },
    )
