"""Show what an action on many orders would do to each, by doing it and taking it back."""

from __future__ import annotations

import orjson

from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.desk.acts import ACTS, Act
from orderhouse.oms.desk.bulk_actions import BATCH, Bulk, bulk_action
from orderhouse.oms.desk.rehearse import rehearse
from orderhouse.oms.desk.standings import Standing, standings
from orderhouse.oms.sourcing.serve_waiting import serve_waiting


def rehearse_bulk(*, by: By, bulk_id: int, limit: int = BATCH) -> Bulk:
    """Rehearse the next ``limit`` orders of a prepared action together, and keep for each how it stood and how it would stand,
    or why it is refused. Answers how far it is; a rehearsed or started one is left as it is.

    Orders of one batch see each other's consequences; batches do not, for each is rolled back before the next.
    """
    bulk = bulk_action(by.tenant_id, bulk_id)
    if bulk.started_at or bulk.rehearsed == bulk.total:
        return bulk
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            """SELECT place, order_id FROM oms_bulk_order
               WHERE tenant_id = %s AND bulk_id = %s AND seen IS NULL AND why_not = '' ORDER BY place LIMIT %s""",
            (by.tenant_id, bulk_id, limit),
        )
    ids = [order_id for _, order_id in rows]
    before, after, refused = foresee(by, ACTS[bulk.verb], ids, bulk.arguments)
    with unit_of_work(by.tenant_id):
        execute(
            """UPDATE oms_bulk_order b SET seen = u.seen::jsonb, foreseen = u.foreseen::jsonb, why_not = u.why_not
               FROM unnest(%(places)s::int[], %(seen)s::text[], %(foreseen)s::text[], %(why_nots)s::text[])
                 AS u (place, seen, foreseen, why_not)
               WHERE b.tenant_id = %(tenant)s AND b.bulk_id = %(bulk)s AND b.place = u.place""",
            {
                "tenant": by.tenant_id,
                "bulk": bulk_id,
                "places": [place for place, _ in rows],
                "seen": [_json(before.get(i)) for i in ids],
                "foreseen": [None if i in refused else _json(after.get(i)) for i in ids],
                "why_nots": [refused.get(i, "") for i in ids],
            },
        )
    return bulk_action(by.tenant_id, bulk_id)


def foresee(
    by: By, act: Act, ids: list[int], arguments: dict[str, object]
) -> tuple[dict[int, Standing], dict[int, Standing], dict[int, str]]:
    """How these orders stand, how they would stand after the act, and why those are refused that are; nothing remains of it."""

    def play() -> tuple[dict[int, Standing], dict[int, Standing], dict[int, str]]:
        before = standings(by.tenant_id, ids)
        refused = {i: act.why_not(before[i], arguments) if i in before else "it is not there any more" for i in ids}
        allowed = [i for i in ids if not refused[i]]
        if allowed:
            act.run(by, allowed, arguments)
            serve_waiting(by=by, item_ids=(), order_ids=allowed)  # what would follow the commit, were there one
        return before, standings(by.tenant_id, allowed), {i: why for i, why in refused.items() if why}

    try:
        return rehearse(by.tenant_id, play)
    except Refusal as refusal:  # the verb saw more than why_not: find the orders at fault by halves
        if len(ids) == 1:
            with unit_of_work(by.tenant_id):
                return standings(by.tenant_id, ids), {}, {ids[0]: str(refusal).rstrip(".")}
        half = len(ids) // 2
        first, second = foresee(by, act, ids[:half], arguments), foresee(by, act, ids[half:], arguments)
        return first[0] | second[0], first[1] | second[1], first[2] | second[2]


def _json(standing: Standing | None) -> str | None:
    return None if standing is None else orjson.dumps(standing.as_dict()).decode()
