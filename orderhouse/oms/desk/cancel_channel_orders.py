"""Channels withdraw orders."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.messages import OrderCancelled
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.apply_early_cancels import keep_early_cancel
from orderhouse.oms.desk.apply_late_cancels import apply_late_cancels_later
from orderhouse.oms.orders.cancel_each import Withdrawal, cancel_each
from orderhouse.oms.sourcing.serve_waiting import serve_later


def cancel_channel_orders(*, by: By, messages: Sequence[OrderCancelled]) -> None:
    """Cancel what each channel takes back (X12 860), found by the channel's own order id; what that frees serves those who wait.

    One that comes before its order is kept, and cancels the order when it comes; also when both come at the same moment.
    """
    with unit_of_work(by.tenant_id):
        found = _order_ids(by.tenant_id, messages)
        withdrawals: list[Withdrawal] = []
        early: list[tuple[str, str]] = []
        for message in messages:
            key, lines = (message.channel, message.channel_order_id), dict(message.lines)
            reason = message.reason or "withdrawn by the channel"
            if key in found:
                withdrawals.append(Withdrawal(found[key], lines or None, reason))
            else:
                keep_early_cancel(by=by, channel=key[0], channel_order_id=key[1], reason=reason, lines=lines)
                early.append(key)
        apply_late_cancels_later(by=by, keys=early)
        serve_later(by=by, item_ids=cancel_each(by=by, withdrawals=withdrawals).freed_item_ids)


def _order_ids(tenant_id: int, messages: Sequence[OrderCancelled]) -> dict[tuple[str, str], int]:
    rows = fetch_all(
        """SELECT u.channel, u.number, o.id FROM unnest(%(channels)s::text[], %(numbers)s::text[]) AS u (channel, number)
           JOIN oms_channel c ON c.tenant_id = %(tenant)s AND c.code = u.channel
           JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.channel_id = c.id AND o.channel_order_id = u.number""",
        {
            "tenant": tenant_id,
            "channels": [message.channel for message in messages],
            "numbers": [message.channel_order_id for message in messages],
        },
    )
    return {(channel, number): order_id for channel, number, order_id in rows}
