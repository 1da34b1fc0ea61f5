"""Recount the books little by little: what moved since a mark every time, the whole history a slice at a time.

For each account ``ledger_proven`` keeps what moved up to a mark, a movement id. In one snapshot a balance must be that and what moved
past the mark: a movement and its balance are committed together, so whatever the snapshot sees of one it sees of the other, and it
does not matter in which order ids were committed. The mark must only never pass an id that may still appear; who moves it sees to that
(:mod:`orderhouse.contract.audit.horizon`), and should one appear all the same (a clock far wrong, a bulk load with ids of its own),
nothing is claimed to be broken for it: an account that looks apart is first recounted over its whole history, and what that says
counts. What was done to old history, behind the mark, the slices find: each recounts some items from their first movement on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.database import execute, fetch_all, fetch_one, fetch_value, fetch_values, unit_of_work
from orderhouse.kernel import sql

MOST_APART = 200
"""So many accounts are recounted at a time; more that are apart are found the next time."""


class Mark(NamedTuple):
    """Movements up to ``upto_id`` are counted; they are ``movements``."""

    upto_id: int
    movements: int


class Tail(NamedTuple):
    """How many movements lie past the mark, and the highest id of all."""

    movements: int
    last_movement_id: int


class Recount(NamedTuple):
    """An account: its balance, what its movements add up to, and what those up to the mark do."""

    account_id: int
    balance: int
    recount: int
    recount_upto: int


def mark_of(tenant_id: int) -> Mark:
    """How far this business is counted. In the caller's unit of work or snapshot."""
    row = fetch_one("SELECT upto_id, movements FROM ledger_mark WHERE tenant_id = %s", (tenant_id,), of=Mark)
    return row or Mark(0, 0)


def tail_after(tenant_id: int, mark: Mark, *, most: int) -> Tail:
    """What lies past the mark, counted up to ``most``."""
    row = fetch_one(sql.load(__file__, "recount_tail"), {"tenant": tenant_id, "upto": mark.upto_id, "limit": most}, of=Tail)
    return row or Tail(0, 0)


def accounts_apart(tenant_id: int, mark: Mark) -> list[int]:
    """Accounts whose balance is not what was counted and what moved since: some of them, where there are many."""
    execute("SET LOCAL enable_nestloop = off")  # whole tables; without statistics a row-by-row join may never end
    found = fetch_values(sql.load(__file__, "recount_apart"), {"tenant": tenant_id, "upto": mark.upto_id, "limit": MOST_APART})
    execute("SET LOCAL enable_nestloop = on")
    return found


def recount_accounts(tenant_id: int, account_ids: Sequence[int], mark: Mark) -> list[Recount]:
    """These accounts recounted from their first movement on."""
    if not account_ids:
        return []
    asked = {"tenant": tenant_id, "accounts": sorted(account_ids), "upto": mark.upto_id}
    return fetch_all(sql.load(__file__, "recount_accounts"), asked, of=Recount)


def items_after(tenant_id: int, item_id: int, *, limit: int) -> list[int]:
    """The next items of a round through all of them; none after the last."""
    return fetch_values(
        "SELECT id FROM catalog_item WHERE tenant_id = %s AND id > %s ORDER BY id LIMIT %s", (tenant_id, item_id, limit)
    )


def accounts_apart_of(tenant_id: int, item_ids: Sequence[int]) -> list[int]:
    """Accounts of these items that their whole history does not add up to."""
    if not item_ids:
        return []
    asked = {"tenant": tenant_id, "items": list(item_ids), "limit": MOST_APART}
    return fetch_values(sql.load(__file__, "recount_items"), asked)


def advance_mark(tenant_id: int, *, safe_id: int, most: int) -> int:
    """Move the mark on by at most ``most`` movements, never past ``safe_id``; how many it passed.

    One short transaction. Several auditors may try at once: one goes on from where the other ended.
    """
    with unit_of_work(tenant_id):
        execute(
            "INSERT INTO ledger_mark (tenant_id) SELECT tenant_id FROM people_tenant WHERE tenant_id = %s ON CONFLICT DO NOTHING",
            (tenant_id,),
        )
        since = fetch_value("SELECT upto_id FROM ledger_mark WHERE tenant_id = %s FOR UPDATE", (tenant_id,))
        if safe_id <= since:
            return 0
        upto = fetch_value(
            "SELECT id FROM ledger_movement WHERE tenant_id = %s AND id > %s AND id <= %s ORDER BY id OFFSET %s LIMIT 1",
            (tenant_id, since, safe_id, most - 1),
        )
        if (
            upto is None
        ):  # not safe_id itself: were this machine's clock ahead of the writers', ids to come would lie behind the mark
            upto = fetch_value(
                "SELECT id FROM ledger_movement WHERE tenant_id = %s AND id > %s AND id <= %s ORDER BY id DESC LIMIT 1",
                (tenant_id, since, safe_id),
            )
        if upto is None:
            return 0
        passed = fetch_value(
            "SELECT count(*) FROM ledger_movement WHERE tenant_id = %s AND id > %s AND id <= %s", (tenant_id, since, upto)
        )
        execute(sql.load(__file__, "advance_mark"), {"tenant": tenant_id, "since": since, "upto": upto})
        execute("UPDATE ledger_mark SET upto_id = %s, movements = movements + %s WHERE tenant_id = %s", (upto, passed, tenant_id))
    return int(passed)


def mend_counts(tenant_id: int, mark: Mark, recounts: Sequence[Recount]) -> None:
    """Put what was counted of these accounts right by their recount, where a movement appeared behind the mark after all.

    The counts are the auditor's own notes; no balance and no movement is touched. Nothing happens if the mark moved meanwhile.
    """
    if not recounts:
        return
    with unit_of_work(tenant_id):
        present = fetch_value("SELECT upto_id FROM ledger_mark WHERE tenant_id = %s FOR UPDATE", (tenant_id,))
        if present != mark.upto_id:
            return
        execute(
            """INSERT INTO ledger_proven (tenant_id, account_id, balance)
               SELECT t.tenant_id, u.id, u.balance FROM people_tenant t, unnest(%(ids)s::bigint[], %(balances)s::bigint[]) AS u (id, balance)
               WHERE t.tenant_id = %(tenant)s
               ON CONFLICT (tenant_id, account_id) DO UPDATE SET balance = EXCLUDED.balance""",
            {
                "tenant": tenant_id,
                "ids": [each.account_id for each in recounts],
                "balances": [each.recount_upto for each in recounts],
            },
        )
