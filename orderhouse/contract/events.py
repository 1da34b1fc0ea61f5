"""The story of an order, a release, a receipt: what happened, who did it, when. Append only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from orderhouse.database import execute, fetch_all, unit_of_work
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
    if not events:
        return
    kinds, subjects, types, facts = zip(*events, strict=True)
    with unit_of_work(by.tenant_id):
        execute(
            sql.load(__file__, "record_events"),
            {
                "tenant": by.tenant_id,
                "actor": by.actor,
                "device": by.device,
                "at": by.at,
                "ids": new_ids(len(events)),
                "kinds": list(kinds),
                "subjects": list(subjects),
                "types": list(types),
                "facts": [orjson.dumps(fact, default=_plain).decode() for fact in facts],
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
