"""Give letters up for good: kept and shown, but no longer anybody's trouble."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.connections import LetterKey
from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput


def drop_letters(*, by: By, letters: Sequence[LetterKey], reason: str) -> int:
    """Drop those of these letters that are dead or refused; how many there were. Others are left alone.

    ``reason`` says why nobody needs them (3 to 300 characters); it stands in each letter's story (``letter-dropped``). Two
    statements.
    """
    reason = reason.replace("\x00", "").strip()
    if not 3 <= len(reason) <= 300:
        raise InvalidInput(
            field="reason", reason="it needs 3 to 300 characters", remedy="Say why nobody needs the letter any more."
        )
    keys = sorted(set(letters))
    if not keys:
        return 0
    params = {"tenant": by.tenant_id, "sources": [key.source for key in keys], "ids": [key.message_id for key in keys]}
    with unit_of_work(by.tenant_id):
        dropped = fetch_all(sql.load(__file__, "drop_letters"), params)
        facts = {"reason": reason}
        record_events(
            by=by, events=[Event("letter", number, "letter-dropped", facts | {"source": source}) for source, number in dropped]
        )
    return len(dropped)
