"""Letters out: written with the sender's own rows, claimed by workers, settled when their fate is known."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from orderhouse.contract import codec
from orderhouse.contract.letters import Letter, Outcome
from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By

MOST_TRIES = 12
"""A letter that failed by itself so often is dead: kept, shown, and sent again only by order."""
LEASE = timedelta(seconds=60)
"""How long a claim holds: past it, its worker is taken for dead."""
UNROUTED = "No one receives this here and no route leads there."
UNROUTED_REST = timedelta(seconds=30)


def delay(tries: int) -> timedelta:
    """How long to wait after so many tries: 0.5 s, three times as long each time, six hours at most; half of it by chance,
    so that letters that failed together do not all come back together."""
    longest = min(0.5 * 3 ** (max(tries, 1) - 1), 6 * 3600)
    return timedelta(seconds=longest * random.uniform(0.5, 1))


@dataclass(frozen=True, slots=True)
class Claimed:
    """A waiting letter in a worker's hands until its lease ends. ``payload`` is JSON text."""

    id: int
    source: str
    destination: str
    type: str
    version: int
    subject: str
    payload: str
    actor: str
    created_at: datetime
    attempts: int


class Settled(NamedTuple):
    """What becomes of a claimed letter: delivered, published, waiting until ``next_try_at``, or dead.

    ``aside`` says it failed by itself and no longer holds back its subject; ``uncounted`` takes back a try that failed
    for the road's sake.
    """

    id: int
    state: str
    next_try_at: datetime | None = None
    error: str = ""
    aside: bool = False
    uncounted: int = 0


def write(tenant_id: int, source: str, ids: Sequence[int], sent: Sequence[tuple[By, Letter]], here: Sequence[bool]) -> set[int]:
    """Write letters in one statement; ``here`` says which have a receiver in this process. The ids of those that wait."""
    rows = fetch_all(*writing(tenant_id, source, ids, sent, here))
    return {letter_id for letter_id, state in rows if state == "waiting"}


def writing(tenant_id: int, source: str, ids: Sequence[int], sent: Sequence[tuple[By, Letter]], here: Sequence[bool]) -> Part:
    """What :func:`write` writes, each letter in the name of its own sender, as part of a statement."""
    letters = [letter for _, letter in sent]
    return Part(
        sql.load(__file__, "write_letters"),
        {
            "tenant": tenant_id,
            "source": source,
            "unrouted": UNROUTED,
            "unrouted_rest": UNROUTED_REST,
            "ids": list(ids),
            "here": list(here),
            "destinations": [letter.destination for letter in letters],
            "types": [type(letter.message).__name__ for letter in letters],
            "versions": [letter.message.version for letter in letters],
            "subjects": [letter.subject for letter in letters],
            "payloads": [codec.encode(letter.message).decode() for letter in letters],
            "actors": [by.actor for by, _ in sent],
            "ats": [by.at for by, _ in sent],
        },
    )


def set_aside(tenant_id: int, failed: Sequence[Outcome]) -> None:
    """Put letters whose receiver failed back to waiting, in one statement."""
    execute(
        sql.load(__file__, "set_aside"),
        {
            "tenant": tenant_id,
            "ids": [outcome.delivery.message_id for outcome in failed],
            "errors": [outcome.error for outcome in failed],
            "next_tries": [outcome.delivery.by.at + delay(1) for outcome in failed],
        },
    )


def claim(tenant_id: int, *, at: datetime, limit: int, resting: Iterable[str] = ()) -> list[Claimed]:
    """Claim up to ``limit`` letters due at ``at`` until ``at`` + :data:`LEASE`, by id; two statements.

    Of each destination and subject only an unbroken run from the oldest letter on is taken, so that no letter overtakes
    another of its subject. Letters set aside neither wait nor hold back.
    """
    params: dict[str, Any] = {"tenant": tenant_id, "at": at, "limit": limit, "resting": sorted(resting)}
    with unit_of_work(tenant_id):
        heads = fetch_all(sql.load(__file__, "lock_heads"), params)
        if not heads:
            return []
        ids, destinations, subjects, asides = (list(column) for column in zip(*heads, strict=True))
        params |= {"lease": at + LEASE, "ids": ids, "destinations": destinations, "subjects": subjects, "asides": asides}
        claimed = fetch_all(sql.load(__file__, "claim_letters"), params, of=Claimed)
    return sorted(claimed, key=lambda letter: letter.id)


def lock_claimed(tenant_id: int, ids: Sequence[int], lease: datetime) -> set[int]:
    """Lock those of the claimed letters that are still ours."""
    return {
        row[0]
        for row in fetch_all(
            """SELECT id FROM contract_outbox WHERE tenant_id = %s AND id = ANY (%s) AND state = 'waiting' AND claimed_until = %s
               ORDER BY id FOR UPDATE""",
            (tenant_id, list(ids), lease),
        )
    }


def settle(tenant_id: int, settled: Sequence[Settled], *, at: datetime, lease: datetime) -> None:
    """Write what became of claimed letters, in one statement."""
    if not settled:
        return
    ids, states, next_tries, errors, asides, uncounted = (list(column) for column in zip(*settled, strict=True))
    with unit_of_work(tenant_id):
        execute(
            sql.load(__file__, "settle_letters"),
            {
                "tenant": tenant_id,
                "at": at,
                "lease": lease,
                "ids": ids,
                "states": states,
                "next_tries": next_tries,
                "errors": errors,
                "asides": asides,
                "uncounted": uncounted,
            },
        )


def replay_dead(*, by: By, message_ids: Sequence[int]) -> int:
    """Give dead letters another :data:`MOST_TRIES` tries, from ``by.at`` on; how many there were. Others are left alone."""
    with unit_of_work(by.tenant_id):
        return execute(
            """UPDATE contract_outbox SET state = 'waiting', attempts = 0, next_try_at = %s, claimed_until = NULL
               WHERE tenant_id = %s AND id = ANY (%s) AND state = 'dead'""",
            (by.at, by.tenant_id, list(message_ids)),
        )


@dataclass(frozen=True, slots=True)
class Published:
    """A letter kept for a partner who fetches."""

    id: int
    type: str
    version: int
    subject: str
    payload: Any
    created_at: datetime


def published(tenant_id: int, destination: str, *, after_id: int = 0, limit: int = 200) -> list[Published]:
    """Letters kept for ``destination`` and not acknowledged yet, by id.

    A partner who acknowledges what it took and asks again without ``after_id`` misses none, whatever order they committed in.
    """
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT id, type, version, subject, payload::text, created_at FROM contract_outbox
               WHERE tenant_id = %s AND destination = %s AND state = 'published' AND id > %s ORDER BY id LIMIT %s""",
            (tenant_id, destination, after_id, limit),
        )
    return [Published(id_, type_, version, subject, orjson.loads(text), at) for id_, type_, version, subject, text, at in rows]


def acknowledge(*, by: By, destination: str, message_ids: Sequence[int]) -> int:
    """The partner has these letters; how many of them were still kept for it."""
    with unit_of_work(by.tenant_id):
        return execute(
            """UPDATE contract_outbox SET state = 'delivered', delivered_at = %s
               WHERE tenant_id = %s AND destination = %s AND id = ANY (%s) AND state = 'published'""",
            (by.at, by.tenant_id, destination, list(message_ids)),
        )


@dataclass(frozen=True, slots=True)
class Backlog:
    """What one destination has not received: ``oldest_at`` is when its oldest such letter was written."""

    destination: str
    waiting: int
    aside: int
    dead: int
    oldest_at: datetime
    last_error: str


def backlog(tenant_id: int) -> list[Backlog]:
    """Waiting and dead letters by destination."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT destination, count(*) FILTER (WHERE state = 'waiting') AS waiting,
                      count(*) FILTER (WHERE state = 'waiting' AND aside) AS aside,
                      count(*) FILTER (WHERE state = 'dead') AS dead, min(created_at) AS oldest_at,
                      coalesce((array_agg(error ORDER BY id DESC) FILTER (WHERE error <> ''))[1], '') AS last_error
               FROM (  -- each from its own index: together they would be looked for among all letters ever sent
                 SELECT * FROM contract_outbox WHERE tenant_id = %(tenant)s AND state = 'waiting'
                 UNION ALL SELECT * FROM contract_outbox WHERE tenant_id = %(tenant)s AND state = 'dead') letters
               GROUP BY destination ORDER BY destination""",
            {"tenant": tenant_id},
            of=Backlog,
        )
