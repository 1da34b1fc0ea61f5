"""A cancellation that came before its order wins."""

from __future__ import annotations

from collections.abc import Mapping

import orjson

from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.orders.cancel_lines import cancel_lines


def keep_early_cancel(*, by: By, channel: str, channel_order_id: str, reason: str, lines: Mapping[int, int]) -> None:
    """Keep a cancellation whose order is not known yet."""
    with unit_of_work(by.tenant_id):
        execute(
            """INSERT INTO oms_early_cancel (tenant_id, channel, channel_order_id, reason, lines, received_at)
               VALUES (%s, %s, %s, %s, %s::jsonb, %s) ON CONFLICT (tenant_id, channel, channel_order_id) DO NOTHING""",
            (by.tenant_id, channel, channel_order_id, reason, orjson.dumps(list(lines.items())).decode(), by.at),
        )


def apply_early_cancels(*, by: By, orders: Mapping[int, tuple[str, str]]) -> list[int]:
    """Cancel those of the new ``orders`` (id to channel and channel's order id) that were taken back before; their ids."""
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            """DELETE FROM oms_early_cancel e
               USING unnest(%(ids)s::bigint[], %(channels)s::text[], %(numbers)s::text[]) AS u (id, channel, channel_order_id)
               WHERE e.tenant_id = %(tenant)s AND e.channel = u.channel AND e.channel_order_id = u.channel_order_id
               RETURNING u.id, e.reason, e.lines::text""",
            {
                "tenant": by.tenant_id,
                "ids": list(orders),
                "channels": [channel for channel, _ in orders.values()],
                "numbers": [number for _, number in orders.values()],
            },
        )
        for order_id, reason, lines in sorted(rows):
            cancel_lines(by=by, order_id=order_id, lines=dict(orjson.loads(lines)) or None, reason=reason)
    return [row[0] for row in rows]
