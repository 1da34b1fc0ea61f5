"""Write a note into an order's story, or take it back."""

from __future__ import annotations

from orderhouse.contract.events import Event, record_events, story
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.orders import store

LONGEST = 2000


def add_note(*, by: By, order_id: int, text: str) -> int:
    """Add what somebody should know of the order; the id of its event. Raises NotFound, InvalidInput for an empty note or one
    of more than 2,000 characters."""
    said = text.strip()
    if not said:
        raise InvalidInput(field="text", reason="is empty", remedy="Write what others should know of this order.")
    if len(said) > LONGEST:
        raise InvalidInput(field="text", reason=f"has {len(said):,} characters where {LONGEST:,} fit", remedy="Shorten it.")
    with unit_of_work(by.tenant_id):
        _meet(by, order_id)
        record_events(by=by, events=[Event("order", order_id, "note-added", {"text": said})])
        return story(by.tenant_id, "order", order_id)[-1].id


def withdraw_note(*, by: By, order_id: int, note_id: int) -> None:
    """Take a note back: the story keeps it, struck through. Repeating it changes nothing. Raises NotFound."""
    with unit_of_work(by.tenant_id):
        _meet(by, order_id)
        told = story(by.tenant_id, "order", order_id)
        if not any(event.id == note_id and event.type == "note-added" for event in told):
            raise NotFound(kind="note", code=note_id, field="note_id")
        if not any(event.type == "note-withdrawn" and event.facts.get("note") == note_id for event in told):
            record_events(by=by, events=[Event("order", order_id, "note-withdrawn", {"note": note_id})])


def _meet(by: By, order_id: int) -> None:
    if order_id not in store.read_orders(by.tenant_id, [order_id], lock=True):
        raise NotFound(kind="order", code=order_id, field="order_id")
