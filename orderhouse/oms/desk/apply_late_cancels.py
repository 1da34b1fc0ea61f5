"""A cancellation kept for an order that was there after all: each was committed while the other could not see it."""

from __future__ import annotations

import logging
from collections.abc import Collection

import orjson

from orderhouse.contract.events import Event, record_events
from orderhouse.database import after_commit, execute, fetch_all, savepoint, unit_of_work
from orderhouse.database.at_once import at_once
from orderhouse.database.statements import Part
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.orders.cancel_each import Withdrawal, cancel_each
from orderhouse.oms.sourcing.serve_waiting import serve_later

log = logging.getLogger(__name__)


def apply_late_cancels_later(*, by: By, keys: Collection[tuple[str, str]]) -> None:
    """To be called inside the unit of work that keeps a cancellation, or places an order: once it has committed, look whether the
    two (channel, channel's order id) have met. The later of two commits sees both."""
    if keys:
        after_commit(lambda: _apply_now(by, sorted(set(keys))))


def apply_late_cancels(*, by: By, keys: Collection[tuple[str, str]] | None = None) -> int:
    """Cancel the orders that a kept cancellation names (of these keys, or any); how many. What has shipped meanwhile stays, and
    its story says so."""
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            """SELECT e.channel, e.channel_order_id, o.id, e.reason, e.lines::text FROM oms_early_cancel e
               JOIN oms_channel c ON c.tenant_id = e.tenant_id AND c.code = e.channel
               JOIN oms_order o ON o.tenant_id = e.tenant_id AND o.channel_id = c.id AND o.channel_order_id = e.channel_order_id
               WHERE e.tenant_id = %(tenant)s AND (%(channels)s::text[] IS NULL OR (e.channel, e.channel_order_id) IN (
                 SELECT * FROM unnest(%(channels)s::text[], %(numbers)s::text[])))
               ORDER BY e.channel, e.channel_order_id FOR UPDATE OF e""",
            {
                "tenant": by.tenant_id,
                "channels": None if keys is None else [channel for channel, _ in keys],
                "numbers": None if keys is None else [number for _, number in keys],
            },
        )
        for channel, number, order_id, reason, lines in rows:
            execute(
                "DELETE FROM oms_early_cancel WHERE tenant_id = %s AND channel = %s AND channel_order_id = %s",
                (by.tenant_id, channel, number),
            )
            try:
                with savepoint():
                    outcome = cancel_each(by=by, withdrawals=[Withdrawal(order_id, dict(orjson.loads(lines)) or None, reason)])
                    serve_later(by=by, item_ids=outcome.freed_item_ids)
            except Refusal as refusal:
                record_events(by=by, events=[Event("order", order_id, "cancel-refused", {"reason": str(refusal)})])
    return len(rows)


_KEPT = """SELECT 1 FROM oms_early_cancel e JOIN unnest(%(channels)s::text[], %(numbers)s::text[]) k (channel, number)
           ON e.channel = k.channel AND e.channel_order_id = k.number WHERE e.tenant_id = %(tenant)s LIMIT 1"""


def _apply_now(by: By, keys: list[tuple[str, str]]) -> None:
    channels, numbers = (list(column) for column in zip(*keys, strict=True))
    try:
        ((*kept,),) = at_once(by.tenant_id, [Part(_KEPT, {"tenant": by.tenant_id, "channels": channels, "numbers": numbers})])
        if kept:  # hardly ever; to look takes no transaction of ours
            apply_late_cancels(by=by, keys=keys)
    except Exception as error:
        log.warning("a kept cancellation is applied later: %s", error)
