"""How letters fare: which ways they go, how far behind each way is, and the letters themselves with what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from orderhouse.contract.routes import Route, route_to, routes
from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.errors import InvalidInput, NotFound

STATES = ("waiting", "dead", "refused", "dropped", "published", "delivered", "done")
"""``refused``, ``done`` and what was dropped after a refusal stand in the inbox, the rest in the outbox."""


class LetterKey(NamedTuple):
    """What makes a letter the same letter on both sides. Written ``SOURCE/ID``."""

    source: str
    message_id: int

    def __str__(self) -> str:
        return f"{self.source}/{self.message_id}"


def read_key(text: str) -> LetterKey:
    """The key in ``SOURCE/ID``."""
    source, slash, number = text.rpartition("/")
    if not (slash and source and len(source) <= 200 and number.isascii() and number.isdigit() and 0 < int(number) < 2**63):
        raise InvalidInput(field="letter", reason=f"{text[:80]!r} is no SOURCE/ID", remedy="Take it from the list of letters.")
    return LetterKey(source.replace("\x00", ""), int(number))


@dataclass(frozen=True, slots=True)
class Connection:
    """One way letters go, one direction.

    ``sends`` says its letters are written here (else they only come in). ``waiting`` are not delivered yet, ``aside`` of them
    failed by themselves, ``failing`` have an error; ``published`` are kept until the partner fetches them. ``oldest_at`` is when
    the oldest of both was written. ``refused`` lie in the inbox here, ``refused_there`` in another installation's. ``lag_p50`` and ``lag_p95`` are seconds, of ``lag_of`` letters of the last hour (None where
    there were none); ``hours`` counts letters of each of the last 24 hours, the oldest first.
    """

    source: str
    destination: str
    sends: bool
    last_at: datetime | None
    waiting: int
    aside: int
    failing: int
    published: int
    dead: int
    oldest_at: datetime | None
    last_error: str
    refused: int
    refused_there: int
    lag_p50: float | None
    lag_p95: float | None
    lag_of: int
    hours: list[int]
    route: Route | None = None


def connections(tenant_id: int, *, now: datetime) -> list[Connection]:
    """Every way letters went, and every route none went by yet; by source and destination."""
    params = {"tenant": tenant_id, "now": now, "day_ago": now - timedelta(days=1), "hour_ago": now - timedelta(hours=1)}
    with unit_of_work(tenant_id):
        rows = fetch_all(sql.load(__file__, "connections"), params)
        known = routes(tenant_id)
    found = []
    for row in rows:
        source, destination, sends, *_ = row
        values = [*row, route_to(known, destination if sends else source)]
        found.append(Connection(*values))
    used = {(each.route.destination if each.route else "") for each in found}
    unused = [
        Connection(
            "wms" if name == "oms" else "oms", name, True, None, 0, 0, 0, 0, 0, None, "", 0, 0, None, None, 0, [0] * 24, route
        )
        for name, route in known.items()
        if name not in used
    ]
    return found + unused


@dataclass(frozen=True, slots=True)
class ListedLetter:
    """A letter in a list. ``at`` is when it was written (of one that came in: when it came). ``said`` is what went wrong."""

    source: str
    message_id: int
    destination: str
    type: str
    subject: str
    state: str
    at: datetime
    attempts: int
    next_try_at: datetime | None
    said: str

    @property
    def key(self) -> LetterKey:
        return LetterKey(self.source, self.message_id)


def letters(
    tenant_id: int,
    *,
    source: str = "",
    destination: str = "",
    state: str = "",
    before: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[ListedLetter]:
    """Letters, the latest first, below ``before`` (``at`` and id of the last one seen).

    ``source`` and ``destination`` narrow them to a way ("" for all), ``state`` is one of :data:`STATES` or "" for all. A letter
    that was sent and taken in this same database is told once, by where it stands worst.
    """
    if state and state not in STATES:
        raise InvalidInput(field="state", reason=f"{state!r} is not one of {', '.join(STATES)}")
    params = {
        "tenant": tenant_id,
        "source": source,
        "destination": destination,
        "state": state,
        "before_at": before[0] if before else None,
        "before_id": before[1] if before else 0,
        "limit": limit,
    }
    with unit_of_work(tenant_id):
        return fetch_all(sql.load(__file__, "letters"), params, of=ListedLetter)


@dataclass(frozen=True, slots=True)
class WholeLetter:
    """All that is known of a letter: as it was sent (None of one that only came in), as it was taken (None where it has not been, or
    elsewhere). ``payload`` is None for one that came in and was taken: only what was refused is kept."""

    source: str
    message_id: int
    destination: str
    type: str
    version: int
    subject: str
    payload: Any
    actor: str
    created_at: datetime | None
    sent_state: str | None
    attempts: int
    next_try_at: datetime | None
    aside: bool
    error: str
    delivered_at: datetime | None
    received_at: datetime | None
    taken_state: str | None
    refusal: dict[str, Any] | None

    @property
    def key(self) -> LetterKey:
        return LetterKey(self.source, self.message_id)

    @property
    def state(self) -> str:
        """Where it stands worst: what the receiver said counts before that it arrived."""
        if self.taken_state in ("refused", "dropped"):
            return self.taken_state
        return self.sent_state or self.taken_state or ""


def letter(tenant_id: int, key: LetterKey) -> WholeLetter:
    """One letter. Raises ``NotFound``."""
    with unit_of_work(tenant_id):
        row = fetch_one(sql.load(__file__, "letter"), {"tenant": tenant_id, "source": key.source, "message_id": key.message_id})
    if row is None:
        raise NotFound(kind="letter", code=str(key))
    values = list(row)
    values[6], values[17] = (orjson.loads(text) if text else None for text in (row[6], row[17]))
    return WholeLetter(*values)


def keys_of(
    tenant_id: int, *, source: str = "", destination: str = "", states: tuple[str, ...] = ("dead", "refused")
) -> list[LetterKey]:
    """The dead and refused letters of a way ("" for all), the oldest first: what may be replayed or dropped; at most 1,000."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT source, id FROM (
                 SELECT source, id, created_at AS at FROM contract_outbox WHERE tenant_id = %(tenant)s AND state = 'dead'
                   AND 'dead' = ANY (%(states)s::text[])
                   AND (%(source)s = '' OR source = %(source)s) AND (%(destination)s = '' OR destination = %(destination)s)
                 UNION ALL
                 SELECT source, message_id, received_at FROM contract_inbox WHERE tenant_id = %(tenant)s AND state = 'refused'
                   AND 'refused' = ANY (%(states)s::text[])
                   AND (%(source)s = '' OR source = %(source)s) AND (%(destination)s = '' OR destination = %(destination)s)) x
               ORDER BY at, id LIMIT 1000""",
            {"tenant": tenant_id, "source": source, "destination": destination, "states": list(states)},
        )
    return [LetterKey(*row) for row in rows]
