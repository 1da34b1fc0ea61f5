"""Do what was rehearsed, to exactly the orders that were shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from orderhouse.database import after_commit, execute, fetch_all, fetch_one, savepoint, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.oms.desk.acts import ACTS, Act, checked
from orderhouse.oms.desk.bulk_actions import BATCH, Bulk, bulk_action
from orderhouse.oms.desk.standings import standings


class NotRehearsed(Refusal):
    """Nobody has seen yet what it would do."""

    sentence = "{left} of its orders have not been rehearsed yet."
    remedy = "Let the rehearsal finish, then do it."


def apply_bulk(*, by: By, bulk_id: int, arguments: Mapping[str, Any] | None = None, limit: int = BATCH) -> Bulk:
    """Do the action to its next ``limit`` orders in one transaction; answers how far it is. Repeating it once finished changes
    nothing, and two callers share the work.

    An order that does not stand as it was shown is reported as changed and left alone; one that was refused in the rehearsal
    is never touched. What the verb itself then refuses is kept with its reason, its neighbors are done. ``arguments`` complete
    those asked for (a reason); they count in the first call. Raises NotFound, :class:`NotRehearsed`, or InvalidInput
    where the verb wants a reason and none is given.
    """
    with unit_of_work(by.tenant_id):
        row = fetch_one(
            "SELECT verb, arguments::text, started_at, finished_at FROM oms_bulk WHERE tenant_id = %s AND id = %s FOR UPDATE",
            (by.tenant_id, bulk_id),
        )
        if row is None:
            raise NotFound(kind="action on orders", code=bulk_id, field="bulk")
        verb, text, started_at, finished_at = row
        if finished_at:
            return bulk_action(by.tenant_id, bulk_id)
        known = orjson.loads(text)
        if started_at is None:
            known = _start(by, bulk_id, verb, {**known, **(arguments or {})})
        todo = fetch_all(
            """SELECT place, order_id, seen::text FROM oms_bulk_order
               WHERE tenant_id = %s AND bulk_id = %s AND foreseen IS NOT NULL AND outcome = '' ORDER BY place LIMIT %s""",
            (by.tenant_id, bulk_id, limit),
        )
        shown = {order_id: orjson.loads(seen) for _, order_id, seen in todo}
        now = standings(by.tenant_id, shown)
        same = [i for i in shown if i in now and _alike(now[i].as_dict(), shown[i])]
        refused = _run(by, ACTS[verb], same, known)
        after = standings(by.tenant_id, same)
        outcomes = {i: "changed" if i not in set(same) else "refused" if i in refused else "done" for i in shown}
        execute(
            """UPDATE oms_bulk_order b SET outcome = u.outcome, why_not = u.why_not, done = u.done::jsonb
               FROM unnest(%(places)s::int[], %(outcomes)s::text[], %(why_nots)s::text[], %(done)s::text[])
                 AS u (place, outcome, why_not, done)
               WHERE b.tenant_id = %(tenant)s AND b.bulk_id = %(bulk)s AND b.place = u.place""",
            {
                "tenant": by.tenant_id,
                "bulk": bulk_id,
                "places": [place for place, _, _ in todo],
                "outcomes": [outcomes[i] for _, i, _ in todo],
                "why_nots": [refused.get(i, "") for _, i, _ in todo],
                "done": [orjson.dumps(after[i].as_dict()).decode() if i in after else None for _, i, _ in todo],
            },
        )
        after_commit(lambda: _keep_standings(by, bulk_id, {i: place for place, i, _ in todo if i in after}))
        if len(todo) < limit:
            execute("UPDATE oms_bulk SET finished_at = %s WHERE tenant_id = %s AND id = %s", (by.at, by.tenant_id, bulk_id))
        return bulk_action(by.tenant_id, bulk_id)


def _keep_standings(by: By, bulk_id: int, places: Mapping[int, int]) -> None:
    """How the orders stand once those that wait have been served, which follows the commit."""
    with unit_of_work(by.tenant_id):
        now = standings(by.tenant_id, places)
        execute(
            """UPDATE oms_bulk_order b SET done = u.done::jsonb FROM unnest(%(places)s::int[], %(done)s::text[]) AS u (place, done)
               WHERE b.tenant_id = %(tenant)s AND b.bulk_id = %(bulk)s AND b.place = u.place""",
            {
                "tenant": by.tenant_id,
                "bulk": bulk_id,
                "places": [places[i] for i in now],
                "done": [orjson.dumps(now[i].as_dict()).decode() for i in now],
            },
        )


def _start(by: By, bulk_id: int, verb: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    known = checked(verb, arguments)
    if ACTS[verb].needs_reason and not known["reason"]:
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why; it stands in every order's story.")
    bulk = bulk_action(by.tenant_id, bulk_id)
    if bulk.rehearsed < bulk.total:
        raise NotRehearsed(left=bulk.total - bulk.rehearsed)
    execute(
        "UPDATE oms_bulk SET started_at = %s, arguments = %s::jsonb WHERE tenant_id = %s AND id = %s",
        (by.at, orjson.dumps(known).decode(), by.tenant_id, bulk_id),
    )
    return known


def _alike(now: Mapping[str, Any], shown: Mapping[str, Any]) -> bool:
    """Whether an order still stands as it was shown. The floor's news of steps not yet begun changes no consequence."""
    return all(now[name] == value for name, value in shown.items())


def _run(by: By, act: Act, ids: list[int], arguments: Mapping[str, Any]) -> dict[int, str]:
    """Do it to all at once; where the verb refuses, to halves, so that only those at fault are left. Why, by order."""
    if not ids:
        return {}
    try:
        with savepoint():
            act.run(by, ids, arguments)
        return {}
    except Refusal as refusal:
        if len(ids) == 1:
            return {ids[0]: str(refusal).rstrip(".")}
        half = len(ids) // 2
        return _run(by, act, ids[:half], arguments) | _run(by, act, ids[half:], arguments)
