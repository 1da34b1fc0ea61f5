"""Tell a channel again what it did not take."""

from __future__ import annotations

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import replay_dead
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound, Refusal


class NothingToResend(Refusal):
    """Every message to the channel arrived, or is still being tried."""

    sentence = "No message about order {number} is dead."
    remedy = "A message that waits is tried again by itself; the order's story says when."


def resend_advice(*, by: By, order_id: int) -> int:
    """Give the dead letters to the order's channel another round of tries, from now on; how many. Raises NotFound,
    :class:`NothingToResend`."""
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            """SELECT o.number, m.id, m.type FROM oms_order o
               JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
               LEFT JOIN contract_outbox m ON m.tenant_id = o.tenant_id AND m.subject = o.number
                 AND m.destination = 'channel:' || c.code AND m.state = 'dead'
               WHERE o.tenant_id = %s AND o.id = %s ORDER BY m.id""",
            (by.tenant_id, order_id),
        )
        if not rows:
            raise NotFound(kind="order", code=order_id, field="order_id")
        dead = [(message_id, type_) for _, message_id, type_ in rows if message_id is not None]
        if not dead:
            raise NothingToResend(number=rows[0][0])
        sent = replay_dead(by=by, message_ids=[message_id for message_id, _ in dead])
        facts = {"messages": [type_ for _, type_ in dead]}
        record_events(by=by, events=[Event("order", order_id, "advice-sent-again", facts)])
        return sent
