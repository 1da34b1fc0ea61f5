"""Channels withdraw orders."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.messages import OrderCancelled
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.oms.desk.cancel_order import cancel_order


def cancel_channel_orders(*, by: By, messages: Sequence[OrderCancelled]) -> None:
    """Cancel what each channel takes back (X12 860), found by the channel's own order id. Refuses an unknown order."""
    with unit_of_work(by.tenant_id):
        for message in messages:
            order_id = fetch_value(
                """SELECT o.id FROM oms_order o JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
                   WHERE o.tenant_id = %s AND c.code = %s AND o.channel_order_id = %s""",
                (by.tenant_id, message.channel, message.channel_order_id),
            )
            if order_id is None:
                raise NotFound(kind="order", code=f"{message.channel}-{message.channel_order_id}", field="channel_order_id")
            lines = dict(message.lines) or None
            cancel_order(by=by, order_id=order_id, reason=message.reason or "withdrawn by the channel", lines=lines)
