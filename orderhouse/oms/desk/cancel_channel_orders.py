"""Channels withdraw orders."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.messages import OrderCancelled
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.apply_early_cancels import keep_early_cancel
from orderhouse.oms.desk.cancel_order import cancel_order


def cancel_channel_orders(*, by: By, messages: Sequence[OrderCancelled]) -> None:
    """Cancel what each channel takes back (X12 860), found by the channel's own order id.

    One that comes before its order is kept, and cancels the order when it comes.
    """
    with unit_of_work(by.tenant_id):
        for message in messages:
            order_id = fetch_value(
                """SELECT o.id FROM oms_order o JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
                   WHERE o.tenant_id = %s AND c.code = %s AND o.channel_order_id = %s""",
                (by.tenant_id, message.channel, message.channel_order_id),
            )
            lines, reason = dict(message.lines), message.reason or "withdrawn by the channel"
            if order_id is None:
                keep_early_cancel(
                    by=by, channel=message.channel, channel_order_id=message.channel_order_id, reason=reason, lines=lines
                )
            else:
                cancel_order(by=by, order_id=order_id, reason=reason, lines=lines or None)
