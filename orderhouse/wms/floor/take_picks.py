"""The scans of several pickers, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.floor import store
from orderhouse.wms.floor.flows.effects import ConfirmPick
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.gather import gather_picks
from orderhouse.wms.floor.run_scans import Entry, Run, ScanInput, entry_of, readable, run
from orderhouse.wms.floor.store import Session, Taken
from orderhouse.wms.picking.confirm_picks import PickDone, Picked, plan_picks


class Sent(NamedTuple):
    """Scans as one device sent them."""

    by: By
    session_id: int
    scans: Sequence[ScanInput]


@dataclass(slots=True)
class _Turn:
    """One session's scans of this batch. ``run`` is None while they are not decided, or are for their sender to take alone."""

    session: Session
    entries: list[tuple[By, Entry]] = field(default_factory=list)
    run: Run | None = None


def take_picks(tenant_id: int, sent: Sequence[Sent]) -> list[list[Answer] | None]:
    """Take pickers' scans, each session's in the order given, all in one commit; the answers to each sending.

    None for what is not taken here, and of which nothing is kept: another flow, a session that is not the sender's, a scan
    somebody was faster than, a short pick, an undo. Its sender takes it alone (:func:`take_scans`), and is told there what is
    wrong. The same number of statements however many pickers. Raises what ends the transaction.
    """
    with unit_of_work(tenant_id):
        store.plan_once()
        ids = [scan.scan_id for each in sent for scan in each.scans]
        sessions, known = store.lock_sessions(tenant_id, [each.session_id for each in sent], ids, flow="pick")
        turns = _turns(sent, sessions, known)
        _decide(tenant_id, turns)
        _post(tenant_id, turns)
    taken = known | {
        scan.scan_id: answer
        for turn in turns.values()
        if turn.run
        for (_, (scan, _)), answer in zip(turn.entries, turn.run.answers, strict=True)
    }
    return [
        [taken[scan.scan_id] for scan in each.scans] if all(scan.scan_id in taken for scan in each.scans) and _is_own(each, sessions)
        else None
        for each in sent
    ]  # fmt: skip


def _is_own(sent: Sent, sessions: Mapping[int, Session]) -> bool:
    session = sessions.get(sent.session_id)
    return session is not None and session.belongs_to(sent.by)


def _turns(sent: Sequence[Sent], sessions: Mapping[int, Session], known: Mapping[UUID, Answer]) -> dict[int, _Turn]:
    """What is new, by session: each scan once, whoever sent it first."""
    turns: dict[int, _Turn] = {}
    met = set(known)
    for each in sent:
        if not _is_own(each, sessions):
            continue
        turn = turns.setdefault(each.session_id, _Turn(sessions[each.session_id]))
        for scan in each.scans:
            if scan.scan_id not in met:
                met.add(scan.scan_id)
                turn.entries.append((each.by, entry_of(scan)))
    return {session_id: turn for session_id, turn in turns.items() if turn.entries}


def _decide(tenant_id: int, turns: Mapping[int, _Turn]) -> None:
    asked = [(turn.session, readable([entry for _, entry in turn.entries])) for turn in turns.values()]
    for turn, facts in zip(turns.values(), gather_picks(tenant_id, asked) if asked else (), strict=True):
        try:
            came = run("pick", turn.session.state, [entry for _, entry in turn.entries], facts)
        except Refusal:
            continue
        if all(isinstance(effect, ConfirmPick) for effect in came.effects):
            turn.run = came


def _post(tenant_id: int, turns: Mapping[int, _Turn]) -> None:
    """Write what was decided in one statement; a turn whose picks are refused is left out of it."""
    picking = [turn for turn in turns.values() if turn.run and turn.run.effects]
    plan = plan_picks(tenant_id, [_picked(turn) for turn in picking])
    for turn, refusal in zip(picking, plan.refusals, strict=True):
        if refusal:
            turn.run = None
    taken = [
        Taken(
            turn.session, turn.run.state, turn.entries[-1][0].at, [(by, scan) for by, (scan, _) in turn.entries], turn.run.answers
        )
        for turn in turns.values()
        if turn.run
    ]
    plan.post(store.recording(tenant_id, taken) if taken else {})


def _picked(turn: _Turn) -> Picked:
    assert turn.run
    return Picked(
        [
            (turn.entries[at][0], PickDone(*effect))
            for effect, at in zip(turn.run.effects, turn.run.owners, strict=True)
            if isinstance(effect, ConfirmPick)
        ]
    )
