"""The mailbox between the wings: letters are written with the sender's own rows and delivered once.

Where sender and receiver stand in one database, the receiver runs inside the sender's transaction; where they do not, a
worker carries the letter over HTTP. Either way outbox and inbox hold it, so a wing may move without either side changing.
"""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract import inbox, outbox
from orderhouse.contract.deliver_waiting import DeliveryReport, deliver_waiting
from orderhouse.contract.inbox import accept, replay_refused
from orderhouse.contract.letters import Arrival, Delivery, Letter, Receipt
from orderhouse.contract.outbox import acknowledge, backlog, published, replay_dead
from orderhouse.contract.receivers import handlers_of, register
from orderhouse.contract.transports import in_process
from orderhouse.database import unit_of_work
from orderhouse.database.statements import Part
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids

__all__ = [
    "Arrival",
    "DeliveryReport",
    "Letter",
    "Receipt",
    "accept",
    "acknowledge",
    "backlog",
    "deliver_waiting",
    "posting",
    "published",
    "put",
    "register",
    "replay_dead",
    "replay_refused",
]


def put(*, by: By, source: str, letters: Sequence[Letter], senders: Sequence[By] | None = None) -> list[int]:
    """Send letters from ``source`` (oms, wms, channel:CODE) as part of the caller's transaction; their message ids.

    A letter whose destination has a route (``contract_route``, exact or ``node:*``) waits for the worker. Else one with a
    receiver in this process is delivered before ``put`` returns, in the order given; neighbors of one type share a call, so
    letters sorted by type cost least. Else one to a channel is kept for the partner to fetch; else it waits for a route.

    Letters that receivers put in their turn are written at once, and delivered after those already on their way. A
    receiver's refusal is kept in the inbox, its unexpected error puts the letter to the worker; neither reaches the sender,
    who therefore finishes its own rows before it puts. Only faults that end the transaction are raised.

    ``senders``: in whose name each letter is written, where several people's work shares the transaction; receivers in this
    process are called in the name of ``by`` all the same, so only letters may be put like that whose receiver names nobody.

    Costs two statements for the outermost put and one for each put inside it, with a savepoint for each receiver's call.
    """
    if not letters:
        return []
    ids = new_ids(len(letters))
    here = [handlers_of(letter.destination) is not None for letter in letters]
    with unit_of_work(by.tenant_id):
        sent = list(zip(senders or [by] * len(letters), letters, strict=True))
        waiting = outbox.write(by.tenant_id, source, ids, sent, here)
        deliveries = [
            Delivery(by, source, letter.destination, message_id, letter.subject, letter.message)
            for letter, message_id, is_here in zip(letters, ids, here, strict=True)
            if is_here and message_id not in waiting
        ]
        if deliveries and not in_process.join(deliveries):
            inbox.record(by.tenant_id, in_process.run(deliveries))
    return ids


def posting(*, tenant_id: int, source: str, sent: Sequence[tuple[By, Letter]]) -> Part | None:
    """What :func:`put` writes, each letter in the name of its own sender, as part of a statement; None where some letter has a
    receiver in this process, which :func:`put` alone hands over."""
    if any(handlers_of(letter.destination) is not None for _, letter in sent):
        return None
    return outbox.writing(tenant_id, source, new_ids(len(sent)), sent, [False] * len(sent))
