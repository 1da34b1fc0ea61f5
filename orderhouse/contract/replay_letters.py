"""Send dead letters and hand over refused ones again, once what was wrong is mended. Their content stays what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from orderhouse.contract import inbox
from orderhouse.contract.connections import LetterKey
from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By

AT_ONCE = 100
"""Letters a caller does well to replay in one transaction; :func:`portions` cuts more into such."""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What became of them: ``sent`` wait for the worker again, ``taken`` had their effect, ``refused`` were refused once more,
    ``failed`` met an error nobody expected and stay refused. Letters that were neither dead nor refused count nowhere."""

    sent: int = 0
    taken: int = 0
    refused: int = 0
    failed: int = 0

    @property
    def count(self) -> int:
        return self.sent + self.taken + self.refused + self.failed

    def __add__(self, other: Replayed) -> Replayed:
        return Replayed(
            self.sent + other.sent, self.taken + other.taken, self.refused + other.refused, self.failed + other.failed
        )


def replay_letters(*, by: By, letters: Sequence[LetterKey]) -> Replayed:
    """Replay those of these letters that are dead or refused, in one transaction; others are left alone, so a repeat is harmless.

    A dead one gets its tries back and waits for the worker. A refused one is handed to its receiver here, the oldest first.
    Records ``letter-replayed`` of each. Two statements, the receivers' own, and one more for each kind of outcome. Raises
    faults that end the transaction.
    """
    keys = sorted(set(letters))
    sources, ids = [key.source for key in keys], [key.message_id for key in keys]
    params = {"tenant": by.tenant_id, "at": by.at, "sources": sources, "ids": ids}
    with unit_of_work(by.tenant_id):
        sent = [LetterKey(*row) for row in fetch_all(sql.load(__file__, "revive_letters"), params)] if keys else []
        receipts = inbox.hand_over_again(by=by, sources=sources, ids=ids) if keys else {}
        events = [_event(key, "sent") for key in sent]
        events += [_event(LetterKey(*key), receipt.state) for key, receipt in receipts.items()]
        record_events(by=by, events=events)
    states = [receipt.state for receipt in receipts.values()]
    return Replayed(len(sent), states.count("done"), states.count("refused"), states.count("failed"))


def portions(letters: Sequence[LetterKey]) -> Iterator[Sequence[LetterKey]]:
    """Letters in pieces of :data:`AT_ONCE`, in their order."""
    for start in range(0, len(letters), AT_ONCE):
        yield letters[start : start + AT_ONCE]


def _event(key: LetterKey, outcome: str) -> Event:
    return Event("letter", key.message_id, "letter-replayed", {"source": key.source, "outcome": outcome})
