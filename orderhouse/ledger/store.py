"""Calls the ledger's SQL. Private to the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from orderhouse.database import after_commit, execute, fetch_all, fetch_values
from orderhouse.database.statements import Part
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
    """The ids of ``accounts``, opening those that do not exist yet. No statement when all are known, one to find them, two more to
    open some.

    A new account is locked by whoever opens it, and its id is the latest of all: so those of the batch that exist are locked
    first, as id order asks. Who opens the same ones then waits for an account both have, not inside a circle.
    """
    found, unopened = _look(tenant_id, accounts)
    if unopened:
        _lock(tenant_id, list(found.values()))
        opened = _open(tenant_id, unopened)
        after_commit(lambda: _remember(tenant_id, opened))
        found |= opened
    return found


def opens(tenant_id: int, accounts: Sequence[Account]) -> bool:
    """Whether :func:`account_ids` would have to open some."""
    return bool(_look(tenant_id, accounts)[1])


def _look(tenant_id: int, accounts: Sequence[Account]) -> tuple[dict[Account, int], list[Account]]:
    """The ids of those that exist, and in their order those that do not."""
    known = _known.setdefault(tenant_id, {})
    found = {account: known[account] for account in accounts if account in known}
    missing = sorted(account for account in accounts if account not in found)
    if missing:
        fresh = _find(tenant_id, missing)
        after_commit(lambda: _remember(tenant_id, fresh))
        found |= fresh
    return found, [account for account in missing if account not in found]


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


def _lock(tenant_id: int, ids: Sequence[int]) -> None:
    if ids:
        execute(sql.load(__file__, "lock_accounts"), {"tenant": tenant_id, "ids": ids})


def _open(tenant_id: int, accounts: Sequence[Account]) -> dict[Account, int]:
    """The ids of accounts that did not exist a moment ago: ours, or those of twins opened meanwhile."""
    ids = new_ids(len(accounts))
    outsides = [account.outside for account in accounts]
    asked = {"tenant": tenant_id, "ids": ids, "outsides": outsides, **_columns(accounts)}
    if execute(sql.load(__file__, "open_accounts"), asked) == len(accounts):
        return dict(zip(accounts, ids, strict=True))
    return _find(tenant_id, accounts)


ANY = -(2**62)
"""Below every balance."""


def deltas(tenant_id: int, changes: Sequence[tuple[int, int, int]]) -> Part:
    """Add (account id, delta, least) entries, sorted by id; answers the ids that took it, none where one has less than its least."""
    return Part(
        sql.load(__file__, "apply_deltas"),
        {
            "tenant": tenant_id,
            "ids": [change[0] for change in changes],
            "deltas": [change[1] for change in changes],
            "leasts": [change[2] for change in changes],
        },
    )


def balance(tenant_id: int, account_id: int) -> int:
    """The balance of one account as this transaction sees it."""
    return int(fetch_values("SELECT balance FROM ledger_account WHERE tenant_id = %s AND id = %s", (tenant_id, account_id))[0])


def movements(tenant_id: int, moves: Sequence[tuple[By, Move]], ids: dict[Account, int]) -> Part:
    """One immutable row a move, in the name of who commanded it."""
    only = [move for _, move in moves]
    return Part(
        sql.load(__file__, "write_movements"),
        {
            "tenant": tenant_id,
            "ids": new_ids(len(moves)),
            "items": [m.source.item_id for m in only],
            "lots": [m.source.lot_id for m in only],
            "owners": [m.source.owner_id for m in only],
            "quantities": [m.quantity for m in only],
            "sources": [ids[m.source] for m in only],
            "targets": [ids[m.target] for m in only],
            "causes": [m.cause for m in only],
            "cause_ids": [m.cause_id for m in only],
            "cause_lines": [m.cause_line_id for m in only],
            "actors": [by.actor for by, _ in moves],
            "devices": [by.device for by, _ in moves],
            "ats": [by.at for by, _ in moves],
            "commands": [by.command_id for by, _ in moves],
        },
    )
