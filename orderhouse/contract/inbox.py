"""Letters in: each id takes effect once, and a repeat is answered as the first was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from orderhouse.contract import codec, outbox
from orderhouse.contract.letters import Arrival, Delivery, Outcome, Receipt
from orderhouse.contract.receivers import handlers_of
from orderhouse.contract.transports import in_process
from orderhouse.database import execute, fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound, Refusal

Key = tuple[str, int]
"""What makes a letter the same letter: its source and the sender's message id."""


class NoReceiver(Refusal):
    """Letters for a wing that does not stand here."""

    sentence = "No one here receives letters to {destination}."
    remedy = "Check the route: its address belongs to another installation."
    status = 404


class ReceiverFailed(Refusal):
    """A receiver met an error nobody expected while a refused letter was replayed; the letter stays refused."""

    sentence = "The receiver of letters to {destination} failed."
    remedy = "Look for the error in the log, mend it, and replay the letter."
    status = 503


class NotTheirs(Refusal):
    """A partner speaks for a node or channel that is not its own."""

    sentence = "{source} cannot speak for {kind} {code}."
    remedy = "Send it under the route of that {kind}."
    status = 403


class Item(NamedTuple):
    """An arrival with the envelope of its batch."""

    by: By
    source: str
    destination: str
    arrival: Arrival

    @property
    def key(self) -> Key:
        return self.source, self.arrival.message_id


def accept(*, by: By, source: str, destination: str, arrivals: Sequence[Arrival]) -> list[Receipt]:
    """Take in a partner's letters: one receipt each, in their order.

    ``source`` is the route the partner stands behind (``oms``, ``node:BER``, ``node:*``); behind ``node:BER`` it may speak
    for that node only. A letter of an unknown type or version, a malformed one and one its receiver says no to are
    refused, and kept. A letter whose receiver failed leaves no trace, so that it may come again. The rest take effect
    together with this transaction. Raises :class:`NoReceiver`, and faults that end the transaction.
    """
    if handlers_of(destination) is None:
        raise NoReceiver(destination=destination)
    items = [Item(replace(by, actor=f"{arrival.actor}@{source}"[:200]), source, destination, arrival) for arrival in arrivals]
    return take_in(by.tenant_id, items, at=by.at)


def take_in(tenant_id: int, items: Sequence[Item], *, at: datetime) -> list[Receipt]:
    """The inbox itself: admit ids not seen before, hand them over in order, amend what was refused or failed.

    Costs one statement, the receivers' own, and one more for each kind of exception (repeats, refusals, failures).
    """
    answers: dict[Key, Receipt] = {}
    with unit_of_work(tenant_id):
        first = {item.key: item for item in reversed(items)}
        read = {key: _read(item) for key, item in first.items()}
        fresh = _admit(tenant_id, at, [(first[key], read[key]) for key in sorted(first)])
        answers |= _answers_before(tenant_id, [key for key in first if key not in fresh])
        deliveries: list[Delivery] = []
        for item in items:
            message = read[item.key]
            if item.key not in fresh:
                continue
            fresh.discard(item.key)
            if isinstance(message, Refusal):
                answers[item.key] = Receipt(item.key[1], "refused", problem(message))
            else:
                deliveries.append(Delivery(item.by, item.source, item.destination, item.key[1], item.arrival.subject, message))
        outcomes = in_process.run(deliveries)
        _amend(tenant_id, outcomes[: len(deliveries)])
        record(tenant_id, outcomes[len(deliveries) :])  # what the receivers put meanwhile
    answers |= {(o.delivery.source, o.delivery.message_id): _receipt(o) for o in outcomes[: len(deliveries)]}
    return _in_order(items, answers)


def record(tenant_id: int, outcomes: Sequence[Outcome]) -> None:
    """Write what receivers in this process made of letters this transaction wrote: one statement, a second where one failed."""
    taken = [outcome for outcome in outcomes if not outcome.error]
    failed = [outcome for outcome in outcomes if outcome.error]
    if taken:
        _write(
            tenant_id,
            taken[0].delivery.by.at,
            sorted(
                (
                    o.delivery.source,
                    o.delivery.message_id,
                    o.delivery.destination,
                    type(o.delivery.message).__name__,
                    o.delivery.message.version,
                    o.delivery.subject,
                    _json(problem(o.refusal)) if o.refusal else None,
                    _json(o.delivery.message) if o.refusal else None,
                )
                for o in taken
            ),
        )
    if failed:
        outbox.set_aside(tenant_id, failed)


def problem(refusal: Refusal) -> dict[str, Any]:
    """A refusal as plain JSON: facts of any type become text."""
    plain: dict[str, Any] = orjson.loads(_json(refusal.as_problem()))
    return plain


def _read(item: Item) -> Any:
    """The message, or the Refusal to read it."""
    arrival = item.arrival
    try:
        message = codec.decode(arrival.type, arrival.version, arrival.payload)
    except Refusal as refusal:
        return refusal
    kind, _, code = item.source.partition(":")
    if code and code != "*" and getattr(message, kind, code) != code:
        return NotTheirs(source=item.source, kind=kind, code=getattr(message, kind))
    return message


def _admit(tenant_id: int, at: datetime, read: Sequence[tuple[Item, Any]]) -> set[Key]:
    return _write(
        tenant_id,
        at,
        [
            (
                item.source,
                item.arrival.message_id,
                item.destination,
                item.arrival.type,
                item.arrival.version,
                item.arrival.subject,
                _json(problem(message)) if isinstance(message, Refusal) else None,
                _json(item.arrival.payload) if isinstance(message, Refusal) else None,
            )
            for item, message in read
        ],
    )


def _write(tenant_id: int, at: datetime, rows: Sequence[tuple[Any, ...]]) -> set[Key]:
    names = ("sources", "ids", "destinations", "types", "versions", "subjects", "refusals", "payloads")
    columns = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    return set(fetch_all(sql.load(__file__, "write_receipts"), {"tenant": tenant_id, "at": at, **columns}))


def _answers_before(tenant_id: int, keys: Sequence[Key]) -> dict[Key, Receipt]:
    if not keys:
        return {}
    rows = fetch_all(
        """SELECT i.source, i.message_id, i.refusal::text
           FROM unnest(%s::text[], %s::bigint[]) AS u (source, message_id)
           JOIN contract_inbox i ON i.tenant_id = %s AND i.source = u.source AND i.message_id = u.message_id""",
        ([source for source, _ in keys], [message_id for _, message_id in keys], tenant_id),
    )
    return {
        (source, message_id): Receipt(message_id, "repeated", orjson.loads(refusal) if refusal else None)
        for source, message_id, refusal in rows
    }


def _amend(tenant_id: int, outcomes: Sequence[Outcome]) -> None:
    refused = [o for o in outcomes if o.refusal]
    if refused:
        execute(
            sql.load(__file__, "refuse_receipts"),
            {
                "tenant": tenant_id,
                "sources": [o.delivery.source for o in refused],
                "ids": [o.delivery.message_id for o in refused],
                "refusals": [_json(problem(o.refusal)) for o in refused if o.refusal],
                "payloads": [_json(o.delivery.message) for o in refused],
            },
        )
    failed = [o for o in outcomes if o.error]
    if failed:
        execute(
            """DELETE FROM contract_inbox i USING unnest(%s::text[], %s::bigint[]) AS u (source, message_id)
               WHERE i.tenant_id = %s AND i.source = u.source AND i.message_id = u.message_id""",
            ([o.delivery.source for o in failed], [o.delivery.message_id for o in failed], tenant_id),
        )


def _receipt(outcome: Outcome) -> Receipt:
    message_id = outcome.delivery.message_id
    if outcome.refusal:
        return Receipt(message_id, "refused", problem(outcome.refusal))
    return Receipt(message_id, "failed" if outcome.error else "done")


def _in_order(items: Sequence[Item], answers: dict[Key, Receipt]) -> list[Receipt]:
    """One receipt an arrival; an id that came twice in one batch is a repeat the second time."""
    receipts: list[Receipt] = []
    answered: set[Key] = set()
    for item in items:
        receipt = answers[item.key]
        if item.key in answered and receipt.state != "failed":
            receipt = replace(receipt, state="repeated")
        answered.add(item.key)
        receipts.append(receipt)
    return receipts


def _json(value: object) -> str:
    """JSON that PostgreSQL can keep: it has no place for U+0000."""
    text = orjson.dumps(value, default=_plain, option=orjson.OPT_NON_STR_KEYS).decode()
    return text.replace("\\u0000", "\\ufffd")


def _plain(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True, slots=True)
class RefusedLetter:
    """A letter its receiver said no to, with the problem (RFC 9457) and what it said."""

    source: str
    message_id: int
    destination: str
    type: str
    version: int
    subject: str
    received_at: datetime
    refusal: dict[str, Any]
    payload: Any


def refused(tenant_id: int, *, limit: int = 200) -> list[RefusedLetter]:
    """Refused letters, the newest first."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT source, message_id, destination, type, version, subject, received_at, refusal::text, payload::text
               FROM contract_inbox WHERE tenant_id = %s AND state = 'refused' ORDER BY received_at DESC, message_id DESC LIMIT %s""",
            (tenant_id, limit),
        )
    return [RefusedLetter(*row[:7], *map(orjson.loads, row[7:])) for row in rows]


def hand_over_again(*, by: By, sources: Sequence[str], ids: Sequence[int]) -> dict[Key, Receipt]:
    """Hand refused letters (source and id side by side) to their receivers once more, the oldest first; what became of each.

    One that failed stays refused as it was. Letters that are not refused are left alone and absent.
    """
    with unit_of_work(by.tenant_id):
        rows = fetch_all(sql.load(__file__, "take_refused"), {"tenant": by.tenant_id, "sources": list(sources), "ids": list(ids)})
        if not rows:
            return {}
        rows.sort(key=lambda row: (row[6], row[1]))
        items = [
            Item(by, source, destination, Arrival(number, type_name, version, subject, orjson.loads(payload), by.actor, by.at))
            for source, number, destination, type_name, version, subject, _, _, payload in rows
        ]
        receipts = {item.key: receipt for item, receipt in zip(items, take_in(by.tenant_id, items, at=by.at), strict=True)}
        failed = [row for row in rows if receipts[row[0], row[1]].state == "failed"]
        if failed:
            names = ("sources", "ids", "destinations", "types", "versions", "subjects", "received_ats", "refusals", "payloads")
            columns = {name: list(column) for name, column in zip(names, zip(*failed, strict=True), strict=True)}
            execute(sql.load(__file__, "keep_refused"), {"tenant": by.tenant_id, **columns})
    return receipts


def replay_refused(*, by: By, source: str, message_id: int) -> Receipt:
    """Hand a refused letter to its receiver once more, after what was wrong is mended. Raises ``NotFound``."""
    with unit_of_work(by.tenant_id):
        row = fetch_one(
            """DELETE FROM contract_inbox WHERE tenant_id = %s AND source = %s AND message_id = %s AND state = 'refused'
               RETURNING destination, type, version, subject, payload::text""",
            (by.tenant_id, source, message_id),
        )
        if row is None:
            raise NotFound(kind="refused letter", code=f"{source} {message_id}")
        destination, type_name, version, subject, payload = row
        arrival = Arrival(message_id, type_name, version, subject, orjson.loads(payload), by.actor, by.at)
        receipt = take_in(by.tenant_id, [Item(by, source, destination, arrival)], at=by.at)[0]
        if receipt.state == "failed":
            raise ReceiverFailed(destination=destination)
    return receipt
