"""What happened, for partners who look on; and letters to channels, for partners who fetch."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from orderhouse.contract import mailbox
from orderhouse.contract.events import feed, story
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.pages import make_cursor, page_of, read_cursor
from orderhouse.http.shapes import Code, Done, Form, Id, Limit, Listing, Page, RowId, Shape

door = Door(tags=["Events"])
messages_door = Door(tags=["Events"])
mailbox_door = Door(tags=["Events"])


class Event(Shape):
    """Something that happened, kebab case in the past tense."""

    id: Id
    subject_kind: str = Field(examples=["order"])
    subject_id: Id
    type: str = Field(examples=["order-placed"])
    facts: dict[str, Any]
    actor: str
    device: str
    at: datetime


class Feed(Shape):
    """Events after the cursor; ``next_cursor`` is where to go on, also when there is nothing yet."""

    data: list[Event]
    next_cursor: str


@door.read("", scope="events:read", answers=Feed)
def list_events(request: Call, cursor: str | None = None, limit: Limit = 100) -> Mapping[str, Any]:
    """The feed of events, the first first; keep `next_cursor` and ask again with it. For screens and reports: rows of commands
    still under way may appear behind the cursor, so what must not be missed is fetched from /channel-messages."""
    after = read_cursor(cursor, 0)
    rows = feed(request.by.tenant_id, after, limit)
    return {"data": rows, "next_cursor": make_cursor(rows[-1].id if rows else after)}


@door.read("{subject_kind}/{subject_id}", scope="events:read", answers=Listing[Event])
def get_story(request: Call, subject_kind: str, subject_id: RowId) -> Mapping[str, Any]:
    """Everything that happened to one order, release, receipt, wave, parcel, item or return."""
    return {"data": story(request.by.tenant_id, subject_kind, subject_id)}


class ChannelMessage(Shape):
    """A letter to a channel; its schema is that of its type and version."""

    id: Id
    type: str = Field(examples=["ShipmentAdvised"])
    version: int
    subject: str
    payload: dict[str, Any]
    created_at: datetime


@messages_door.read("", scope="events:read", answers=Page[ChannelMessage])
def list_channel_messages(request: Call, channel: Code, cursor: str | None = None, limit: Limit = 200) -> Mapping[str, Any]:
    """Letters kept for a channel and not acknowledged yet. Take them, acknowledge them, ask again without a cursor: none is missed."""
    rows = mailbox.published(request.by.tenant_id, f"channel:{channel}", after_id=read_cursor(cursor, 0), limit=limit + 1)
    return page_of(rows, limit, lambda letter: letter.id)


class Acknowledgment(Form):
    channel: Code
    ids: Annotated[list[RowId], Field(min_length=1, max_length=1_000)]


@messages_door.command("acknowledge", scope="events:read", answers=Done)
def acknowledge_channel_messages(request: Call, body: Acknowledgment) -> Mapping[str, int]:
    """The channel has these letters; answers how many were still kept for it."""
    return {"count": mailbox.acknowledge(by=request.by, destination=f"channel:{body.channel}", message_ids=body.ids)}


class Waiting(Shape):
    destination: str
    waiting: int
    aside: int
    dead: int
    oldest_at: datetime
    last_error: str


@mailbox_door.read("", scope="events:read", answers=Listing[Waiting])
def get_mailbox(request: Call) -> Mapping[str, Any]:
    """Letters between the wings that have not arrived, by destination: empty when all is well."""
    return {"data": mailbox.backlog(request.by.tenant_id)}
