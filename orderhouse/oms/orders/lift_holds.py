"""Lift holds: the orders may go on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_all, fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.orders import store
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.orders.parse_order import HOLD_KINDS


@dataclass(frozen=True, slots=True)
class LiftOutcome:
    """``lifted``: holds lifted now; ``free``: orders without any open hold now, ready to be released."""

    lifted: int
    free: tuple[int, ...]


def lift_holds(*, by: By, order_ids: Collection[int], kinds: Collection[str] | None = None, reason: str = "") -> LiftOutcome:
    """Lift the open holds of these kinds (None: all) from each order; who lifted it and why stands in its story.

    An order without such a hold is left alone. Raises InvalidInput for an unknown kind, NotFound for an unknown order.
    """
    for kind in kinds or ():
        if kind not in HOLD_KINDS:
            raise InvalidInput(
                field="kinds", reason=f"{kind!r} is no kind of hold", remedy=f"Use one of {', '.join(HOLD_KINDS)}."
            )
    ids = sorted(set(order_ids))
    with unit_of_work(by.tenant_id):
        orders = store.read_orders(by.tenant_id, ids, lock=True)
        for order_id in ids:
            if order_id not in orders:
                raise NotFound(kind="order", code=order_id, field="order_id")
        rows = fetch_all(
            """UPDATE oms_hold SET lifted_by = %(actor)s, lifted_at = %(at)s
               WHERE tenant_id = %(tenant)s AND order_id = ANY (%(orders)s::bigint[]) AND lifted_at IS NULL
                 AND (%(kinds)s::text[] IS NULL OR kind = ANY (%(kinds)s::text[]))
               RETURNING order_id, kind""",
            {
                "tenant": by.tenant_id,
                "actor": by.actor,
                "at": by.at,
                "orders": ids,
                "kinds": None if kinds is None else list(kinds),
            },
        )
        lifted: dict[int, list[str]] = defaultdict(list)
        for order_id, kind in rows:
            lifted[order_id].append(kind)
        record_events(
            by=by,
            events=[
                Event("order", order_id, "holds-lifted", {"kinds": sorted(of_order), "reason": reason})
                for order_id, of_order in lifted.items()
            ],
        )
        derive_orders(by=by, order_ids=lifted)
        still = set(
            fetch_values(
                "SELECT order_id FROM oms_hold WHERE tenant_id = %s AND order_id = ANY (%s) AND lifted_at IS NULL",
                (by.tenant_id, ids),
            )
        )
    return LiftOutcome(len(rows), tuple(order_id for order_id in ids if order_id not in still))
