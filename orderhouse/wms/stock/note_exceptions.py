"""Write down what is known about an exception."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.stock.store import lock_open_exceptions

LONGEST = 500
"""Characters of a note: it is read in a list."""


def note_exceptions(*, by: By, ids: Sequence[int], note: str) -> int:
    """Note something on open exceptions; the latest note stands in the list, every one in the story. How many were noted.

    Raises ``InvalidInput`` for an empty note or one longer than :data:`LONGEST`.
    """
    text = note.replace("\x00", "").strip()
    if not text:
        raise InvalidInput(field="note", reason="is empty", remedy="Write what you know.")
    if len(text) > LONGEST:
        raise InvalidInput(field="note", reason=f"has {len(text)} characters", remedy=f"Use at most {LONGEST}.")
    with unit_of_work(by.tenant_id):
        open_ids = sorted(lock_open_exceptions(by.tenant_id, ids))
        execute("UPDATE wms_exception SET noted = %s WHERE tenant_id = %s AND id = ANY (%s)", (text, by.tenant_id, open_ids))
        record_events(by=by, events=[Event("exception", each, "exception-noted", {"note": text}) for each in open_ids])
    return len(open_ids)
