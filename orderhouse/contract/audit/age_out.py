"""The night's work of forgetting: what is kept only so that a repeat is known for one goes when nobody repeats it any more.

Kept as long as somebody may repeat: idempotency keys with their answers, letters delivered and published, ids of letters taken in,
and what else a wing keeps for that and registers here (scans). Never touched: what waits, is dead, dropped or refused, and so has an
owner (rule 15); an id that its sender may still send, since received ids are kept at least as long as delivered letters are here and
elsewhere (rule 14); movements, events and deeds, which are the books.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Protocol

from django.conf import settings

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import first_id_at
from orderhouse.people.idempotency import forget_keys

AT_ONCE = 1_000
"""Rows in one transaction."""

NIGHT = time(3, 0)
"""When a night's work falls due, in UTC."""


class Forget(Protocol):
    """Forget what is older than ``before``, about ``limit`` rows in one transaction; how many they were."""

    def __call__(self, *, tenant_id: int, before: datetime, limit: int) -> int: ...


_of_wings: dict[str, Forget] = {}


def register(kind: str, forget: Forget) -> None:
    """Let a wing's rows age out with the rest, by the days :class:`Kept` names ``kind``."""
    _of_wings[kind] = forget


@dataclass(frozen=True, slots=True)
class Kept:
    """How many days each is kept. ``received`` counts as at least ``delivered``: the other side may send again what it kept."""

    keys: int = 7
    delivered: int = 60
    published: int = 90
    received: int = 90
    scans: int = 400


@dataclass
class Night:
    """What was forgotten so far this night, by kind."""

    forgotten: dict[str, int] = field(default_factory=dict)


def kept_here() -> Kept:
    """The days as this installation is set up."""
    days: Mapping[str, int] = settings.KEEP_DAYS
    return Kept(**days)


def is_due(tenant_id: int, *, at: datetime) -> bool:
    """Whether the last night's work was not done to its end."""
    fell_due = datetime.combine(at.date(), NIGHT, at.tzinfo)
    fell_due = fell_due if fell_due <= at else fell_due - timedelta(days=1)
    with unit_of_work(tenant_id):
        done = fetch_value("SELECT aged_out_at FROM contract_auditor WHERE tenant_id = %s", (tenant_id,))
    return done is None or done < fell_due


def age_out(*, by: By, night: Night, kept: Kept, most: int = 5) -> bool:
    """Forget on: at most ``most`` transactions of each kind, a thousand rows each; whether the night's work is done.

    Then ``aged-out`` tells the business's story how many of each, unless there was nothing. Interrupted, it goes on from what is left.
    """
    done = True
    for kind, forget in _duties(by, kept).items():
        for _ in range(most):
            gone = forget(AT_ONCE)
            night.forgotten[kind] = night.forgotten.get(kind, 0) + gone
            if gone < AT_ONCE:
                break
        else:
            done = False
    if done:
        with unit_of_work(by.tenant_id):
            execute("UPDATE contract_auditor SET aged_out_at = %s WHERE tenant_id = %s", (by.at, by.tenant_id))
            if told := {kind: rows for kind, rows in night.forgotten.items() if rows}:
                record_events(by=by, events=[Event("business", by.tenant_id, "aged-out", told)])
        night.forgotten.clear()
    return done


def _duties(by: By, kept: Kept) -> dict[str, Callable[[int], int]]:
    def before(days: int) -> datetime:
        return by.at - timedelta(days=days)

    def letters(state: str, days: int) -> Callable[[int], int]:
        return lambda limit: _delete(
            by, "age_out_delivered", before(days), limit, states=[state], before_id=first_id_at(before(days))
        )

    def kept_for(kind: str, forget: Forget) -> Callable[[int], int]:
        return lambda limit: forget(tenant_id=by.tenant_id, before=before(getattr(kept, kind)), limit=limit)

    return {
        "keys": kept_for("keys", forget_keys),
        "delivered": letters("delivered", kept.delivered),
        "published": letters("published", kept.published),
        "received": lambda limit: _delete(by, "age_out_received", before(max(kept.received, kept.delivered)), limit),
        **{kind: kept_for(kind, forget) for kind, forget in _of_wings.items()},
    }


def _delete(by: By, name: str, before: datetime, limit: int, **more: object) -> int:
    with unit_of_work(by.tenant_id):
        return execute(sql.load(__file__, name), {"tenant": by.tenant_id, "before": before, "limit": limit, **more})
