"""Sessions and scans: locks and writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from orderhouse.database import execute, fetch_all, fetch_one
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_id
from orderhouse.wms.floor.flows.machine import Answer, State


@dataclass(slots=True)
class Session:
    """A person at work on one device in one flow. ``state`` is the flow's own; ``target`` the tour or receipt it is about."""

    id: int
    node_id: int
    badge: str
    device: str
    flow: str
    target: int | None
    state: State
    serial: int
    ended_at: datetime | None


_SESSION = "SELECT id, node_id, badge, device, flow, state::text, serial, ended_at FROM wms_floor_session WHERE tenant_id = %s"


def _session(row: tuple[Any, ...] | None) -> Session | None:
    if row is None:
        return None
    id_, node_id, badge, device, flow, saved, serial, ended_at = row
    saved = orjson.loads(saved)
    return Session(id_, node_id, badge, device, flow, saved["target"], saved["flow"], serial, ended_at)


_WITH_ANSWERS = """SELECT s.id, s.node_id, s.badge, s.device, s.flow, s.state::text, s.serial, s.ended_at,
  (SELECT json_object_agg(a.scan_id, a.answer)::text FROM wms_scan a WHERE a.tenant_id = %(tenant)s AND a.scan_id = ANY (%(scans)s)),
  (SELECT o.serial FROM wms_floor_session o WHERE o.tenant_id = %(tenant)s AND o.id = %(id)s)
FROM wms_floor_session s WHERE s.tenant_id = %(tenant)s AND s.id = %(id)s FOR UPDATE OF s"""
"""A session, the answers it knows, and its serial as it was when the statement began: who waited for the lock sees by it that scans
were taken meanwhile, whose answers the statement could not see."""


def lock_session(tenant_id: int, session_id: int, scan_ids: Sequence[UUID] = ()) -> tuple[Session, dict[UUID, Answer]]:
    """The session, locked, and the stored answers of those of ``scan_ids`` that were taken before; refuses an unknown session."""
    row = fetch_one(_WITH_ANSWERS, {"tenant": tenant_id, "id": session_id, "scans": list(scan_ids)})
    session = _session(row[:8] if row else None)
    if session is None or row is None:
        raise NotFound(kind="floor session", code=session_id, field="session_id")
    told, serial = row[8:]
    if serial != session.serial:
        return session, known_answers(tenant_id, scan_ids)
    return session, {UUID(scan_id): Answer(**answer) for scan_id, answer in orjson.loads(told or "{}").items()}


def session_of(tenant_id: int, session_id: int) -> Session:
    """The session as it stands, not locked; refuses an unknown one."""
    session = _session(fetch_one(_SESSION + " AND id = %s", (tenant_id, session_id)))
    if session is None:
        raise NotFound(kind="floor session", code=session_id, field="session_id")
    return session


def lock_open_session(tenant_id: int, node_id: int, badge: str, flow: str, target: int | None) -> Session | None:
    """The badge's session at this very work, if one is open, locked."""
    return _session(
        fetch_one(
            _SESSION + " AND node_id = %s AND badge = %s AND flow = %s AND ended_at IS NULL"
            " AND (state ->> 'target')::bigint IS NOT DISTINCT FROM %s ORDER BY id DESC LIMIT 1 FOR UPDATE",
            (tenant_id, node_id, badge, flow, target),
        )
    )


def open_session(by: By, session: Session) -> None:
    """Write a new session; it gets its id."""
    session.id = new_id()
    execute(
        """INSERT INTO wms_floor_session (tenant_id, id, node_id, badge, device, flow, state, opened_at)
           VALUES (%s, %s, %s, %s, %s, %s, %s::jsonb, %s)""",
        (by.tenant_id, session.id, session.node_id, session.badge, session.device, session.flow, _saved(session), by.at),
    )


def take_up_session(by: By, session: Session) -> None:
    """Let the badge go on with its session, on the device it holds now."""
    session.device = by.device
    execute(
        "UPDATE wms_floor_session SET device = %s, state = %s::jsonb WHERE tenant_id = %s AND id = %s",
        (by.device, _saved(session), by.tenant_id, session.id),
    )


def known_answers(tenant_id: int, scan_ids: Sequence[UUID]) -> dict[UUID, Answer]:
    """The stored answers of scans taken before."""
    rows = fetch_all(
        "SELECT scan_id, answer::text FROM wms_scan WHERE tenant_id = %s AND scan_id = ANY (%s)", (tenant_id, list(scan_ids))
    )
    return {scan_id: Answer(**orjson.loads(answer)) for scan_id, answer in rows}


def record_scans(
    by: By,
    session: Session,
    scans: Sequence[tuple[UUID, str, int | None, datetime]],
    answers: Sequence[Answer],
) -> None:
    """Write scans with their answers, and the session's state with them, in one statement."""
    rows = [
        {
            "n": n,
            "scan_id": scan_id,
            "text": text,
            "quantity": quantity,
            "at": at,
            "refused": not answer.ok,
            "answer": answer._asdict(),
        }
        for n, ((scan_id, text, quantity, at), answer) in enumerate(zip(scans, answers, strict=True), 1)
    ]
    execute(
        sql.load(__file__, "record_scans"),
        {
            "tenant": by.tenant_id,
            "session": session.id,
            "state": _saved(session),
            "ended_at": session.ended_at,
            "serial": session.serial,
            "taken": len(rows),
            "scans": orjson.dumps(rows).decode(),
        },
    )
    session.serial += len(scans)


def _saved(session: Session) -> str:
    return orjson.dumps({"target": session.target, "flow": session.state}).decode()
