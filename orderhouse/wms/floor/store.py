"""Sessions and scans: locks and writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from orderhouse.database import execute, fetch_all, fetch_one
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_id
from orderhouse.wms.floor.flows.machine import Answer, State
from orderhouse.wms.floor.run_scans import ScanInput


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

    def belongs_to(self, by: By) -> bool:
        """A session belongs to one badge on one device."""
        return self.badge == by.actor and self.device == by.device


_SESSION = "SELECT id, node_id, badge, device, flow, state::text, serial, ended_at FROM wms_floor_session WHERE tenant_id = %s"


def _session(row: Sequence[Any] | None) -> Session | None:
    if row is None:
        return None
    id_, node_id, badge, device, flow, saved, serial, ended_at = row
    saved = orjson.loads(saved)
    return Session(id_, node_id, badge, device, flow, saved["target"], saved["flow"], serial, ended_at)


_WITH_ANSWERS = """SELECT s.id, s.node_id, s.badge, s.device, s.flow, s.state::text, s.serial, s.ended_at,
  (SELECT o.serial FROM wms_floor_session o WHERE o.tenant_id = %(tenant)s AND o.id = s.id),
  (SELECT json_object_agg(a.scan_id, a.answer)::text FROM wms_scan a WHERE a.tenant_id = %(tenant)s AND a.scan_id = ANY (%(scans)s))
FROM wms_floor_session s
WHERE s.tenant_id = %(tenant)s AND s.id = ANY (%(ids)s) AND (%(flow)s::text IS NULL OR s.flow = %(flow)s)
ORDER BY s.id FOR UPDATE OF s"""
"""Sessions, the answers known, and each session's serial as it was when the statement began: who waited for a lock sees by it that
scans were taken meanwhile, whose answers the statement could not see."""


def lock_sessions(
    tenant_id: int, session_ids: Iterable[int], scan_ids: Sequence[UUID], *, flow: str | None = None
) -> tuple[dict[int, Session], dict[UUID, Answer]]:
    """Sessions by id, locked in id order (those of one flow, if it is named; unknown ones are absent), and the stored answers of
    those of ``scan_ids`` that were taken before. One statement; two where somebody took scans of them at this very moment."""
    params = {"tenant": tenant_id, "ids": sorted(set(session_ids)), "scans": list(scan_ids), "flow": flow}
    sessions: dict[int, Session] = {}
    known: dict[UUID, Answer] = {}
    overtaken = False
    for *row, serial, told in fetch_all(_WITH_ANSWERS, params):
        session = _session(row)
        assert session
        sessions[session.id] = session
        overtaken = overtaken or serial != session.serial
        if told and not known:
            known = {UUID(scan_id): Answer(**answer) for scan_id, answer in orjson.loads(told).items()}
    return sessions, known_answers(tenant_id, scan_ids) if overtaken else known


def lock_session(tenant_id: int, session_id: int, scan_ids: Sequence[UUID] = ()) -> tuple[Session, dict[UUID, Answer]]:
    """One session and what is known, as :func:`lock_sessions` does; refuses an unknown session."""
    sessions, known = lock_sessions(tenant_id, [session_id], scan_ids)
    if session_id not in sessions:
        raise NotFound(kind="floor session", code=session_id, field="session_id")
    return sessions[session_id], known


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
        (
            by.tenant_id,
            session.id,
            session.node_id,
            session.badge,
            session.device,
            session.flow,
            _saved(session.target, session.state),
            by.at,
        ),
    )


def take_up_session(by: By, session: Session) -> None:
    """Let the badge go on with its session, on the device it holds now."""
    session.device = by.device
    execute(
        "UPDATE wms_floor_session SET device = %s, state = %s::jsonb WHERE tenant_id = %s AND id = %s",
        (by.device, _saved(session.target, session.state), by.tenant_id, session.id),
    )


def known_answers(tenant_id: int, scan_ids: Sequence[UUID]) -> dict[UUID, Answer]:
    """The stored answers of scans taken before."""
    rows = fetch_all(
        "SELECT scan_id, answer::text FROM wms_scan WHERE tenant_id = %s AND scan_id = ANY (%s)", (tenant_id, list(scan_ids))
    )
    return {scan_id: Answer(**orjson.loads(answer)) for scan_id, answer in rows}


class Taken(NamedTuple):
    """What became of a session's scans: where it stands now, when the last one came, and each scan by whom with its answer."""

    session: Session
    state: State
    at: datetime
    scans: Sequence[tuple[By, ScanInput]]
    answers: Sequence[Answer]


def recording(tenant_id: int, taken: Sequence[Taken]) -> dict[str, Part]:
    """Scans with their answers and their sessions' states, as parts ``saved`` and ``scanned`` of a statement; sessions are locked
    before, each is there once."""
    ends = [turn.session.ended_at or (turn.at if turn.state["at"] == "ended" else None) for turn in taken]
    rows = [
        (turn.session.id, turn.session.serial + n, scan, scan.at or by.at, answer)
        for turn in taken
        for n, ((by, scan), answer) in enumerate(zip(turn.scans, turn.answers, strict=True), 1)
    ]
    return {
        "saved": Part(
            sql.load(__file__, "save_sessions"),
            {
                "tenant": tenant_id,
                "ids": [turn.session.id for turn in taken],
                "states": [_saved(turn.session.target, turn.state) for turn in taken],
                "ends": ends,
                "serials": [turn.session.serial + len(turn.scans) for turn in taken],
            },
        ),
        "scanned": Part(
            sql.load(__file__, "write_scans"),
            {
                "tenant": tenant_id,
                "sessions": [session_id for session_id, *_ in rows],
                "serials": [serial for _, serial, *_ in rows],
                "scans": [str(scan.scan_id) for _, _, scan, *_ in rows],
                "texts": [scan.storable_text for _, _, scan, *_ in rows],
                "quantities": [scan.storable_quantity for _, _, scan, *_ in rows],
                "ats": [at for *_, at, _ in rows],
                "refused": [int(not answer.ok) for *_, answer in rows],
                "answers": [orjson.dumps(answer._asdict()).decode() for *_, answer in rows],
            },
        ),
    }


def plan_once() -> None:
    """Let the statements of this transaction use the plans the connection has made: they look up rows by their keys, whatever the
    lists they are given, and planning them anew costs more than running them."""
    execute("SET LOCAL plan_cache_mode = force_generic_plan")


def _saved(target: int | None, state: State) -> str:
    return orjson.dumps({"target": target, "flow": state}).decode()
