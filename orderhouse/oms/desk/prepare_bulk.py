"""Name the orders an action shall be taken on, before anything is done to them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import orjson

from orderhouse.database import execute, fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_id
from orderhouse.oms.desk.acts import checked

MOST = 20_000


def prepare_bulk(
    *, by: By, verb: str, arguments: Mapping[str, Any], order_ids: Collection[int], undoes: int | None = None
) -> int:
    """Note the action and its orders, in the order given; its id, to rehearse (:func:`rehearse_bulk`) and then do
    (:func:`apply_bulk`). Orders of nobody here are left out. Raises InvalidInput for an unknown verb or hold kind, for no
    order, or for more than 20,000. Three statements."""
    known = checked(verb, arguments)
    wanted = list(dict.fromkeys(order_ids))
    if len(wanted) > MOST:
        raise InvalidInput(field="orders", reason=f"{len(wanted):,} orders are more than {MOST:,}", remedy="Narrow the filter.")
    bulk_id = new_id()
    with unit_of_work(by.tenant_id):
        here = set(fetch_values("SELECT id FROM oms_order WHERE tenant_id = %s AND id = ANY (%s)", (by.tenant_id, wanted)))
        chosen = [order_id for order_id in wanted if order_id in here]
        if not chosen:
            raise InvalidInput(field="orders", reason="no order is chosen", remedy="Tick some orders, or take all of a filter.")
        execute(
            """INSERT INTO oms_bulk (tenant_id, id, verb, arguments, asked_by, asked_at, undoes)
               SELECT t.tenant_id, %(id)s, %(verb)s, %(arguments)s::jsonb, %(actor)s, %(at)s, %(undoes)s
               FROM people_tenant t WHERE t.tenant_id = %(tenant)s""",
            {
                "tenant": by.tenant_id,
                "id": bulk_id,
                "verb": verb,
                "arguments": orjson.dumps(known).decode(),
                "actor": by.actor,
                "at": by.at,
                "undoes": undoes,
            },
        )
        execute(
            """INSERT INTO oms_bulk_order (tenant_id, bulk_id, place, order_id)
               SELECT t.tenant_id, %(bulk)s, u.place, u.order_id
               FROM people_tenant t, unnest(%(orders)s::bigint[]) WITH ORDINALITY AS u (order_id, place)
               WHERE t.tenant_id = %(tenant)s""",
            {"tenant": by.tenant_id, "bulk": bulk_id, "orders": chosen},
        )
    return bulk_id
