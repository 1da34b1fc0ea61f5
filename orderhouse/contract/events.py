"""The story of an order, a release, a receipt: what happened, who did it, when. Append only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids


class Event(NamedTuple):
    """Something that happened to a subject.

    ``subject_kind`` is order, release, receipt, wave, parcel, item or return; ``type`` is kebab case in the past tense
    (``line-backordered``); ``facts`` are plain values, Decimals and times become text.
    """

    subject_kind: str
    subject_id: int
    type: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class StoryEvent:
    """An event as it was recorded. ``at`` is when it was true for the actor, which may be before it was recorded."""

    id: int
    subject_kind: str
    subject_id: int
    type: str
    facts: dict[str, Any]
    actor: str
    device: str
    at: datetime


def record_events(*, by: By, events: Sequence[Event]) -> None:
    """Record what happened, in one statement, in the caller's transaction."""
    if events:
        with unit_of_work(by.tenant_id):
            execute(*recording(by.tenant_id, [(by, event) for event in events]))


def recording(tenant_id: int, told: Sequence[tuple[By, Event]]) -> Part:
    """What :func:`record_events` writes, each event in the name of its own actor, as part of a statement."""
    events = [event for _, event in told]
    return Part(
        sql.load(__file__, "record_events"),
        {
            "tenant": tenant_id,
            "ids": new_ids(len(told)),
            "kinds": [event.subject_kind for event in events],
            "subjects": [event.subject_id for event in events],
            "types": [event.type for event in events],
            "facts": [orjson.dumps(event.facts, default=_plain).decode() for event in events],
            "actors": [by.actor for by, _ in told],
            "devices": [by.device for by, _ in told],
            "ats": [by.at for by, _ in told],
        },
    )


def story(tenant_id: int, subject_kind: str, subject_id: int) -> list[StoryEvent]:
    """Everything that happened to one subject, in the order it was recorded."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT id, subject_kind, subject_id, type, facts::text, actor, device, at FROM contract_event
               WHERE tenant_id = %s AND subject_kind = %s AND subject_id = %s ORDER BY id""",
            (tenant_id, subject_kind, subject_id),
        )
    return [_read(row) for row in rows]


def feed(tenant_id: int, after_id: int = 0, limit: int = 500) -> list[StoryEvent]:
    """Events of all subjects with ids above ``after_id``, by id.

    Ids are taken before their transaction commits, so a row may still appear behind the last id read. It feeds screens and
    partners who look on; what must arrive goes by the outbox, which waits to be acknowledged.
    """
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT id, subject_kind, subject_id, type, facts::text, actor, device, at FROM contract_event
               WHERE tenant_id = %s AND id > %s ORDER BY id LIMIT %s""",
            (tenant_id, after_id, limit),
        )
    return [_read(row) for row in rows]


def _read(row: tuple[Any, ...]) -> StoryEvent:
    event_id, kind, subject_id, event_type, facts, actor, device, at = row
    return StoryEvent(event_id, kind, subject_id, event_type, orjson.loads(facts), actor, device, at)


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{value!r} is not a plain fact")
