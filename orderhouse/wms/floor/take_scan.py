"""The floor's two doors: start a piece of work, and take what its scanner scanned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from orderhouse.database import savepoint, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.kernel.quantities import MAX_QUANTITY
from orderhouse.people.define_badges import badge_name
from orderhouse.wms.floor import offline, sentences, store
from orderhouse.wms.floor.barcodes import MAX_LENGTH, Scan, UnreadableScan, read
from orderhouse.wms.floor.flows import FLOWS, pick
from orderhouse.wms.floor.flows.effects import Effect, ShortPick
from orderhouse.wms.floor.flows.machine import Answer, Flow, State, check_step
from orderhouse.wms.floor.gather import barcodes_of, gather
from orderhouse.wms.floor.post import post
from orderhouse.wms.floor.store import Session
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions


class ScanInput(NamedTuple):
    """One scan as its device sent it. ``scan_id`` is made by the device; ``quantity`` was keyed in with it; ``at`` is the
    device's clock, for people to read."""

    scan_id: UUID
    text: str
    quantity: int | None = None
    at: datetime | None = None


class NotYourSession(Refusal):
    """A session belongs to one badge on one device."""

    sentence = "This {flow} session belongs to badge {badge} on device {device}, not to {other}."
    remedy = "Start the work again on this device; it goes on where it stood."
    status = 403


def start_session(*, by: By, node_id: int, badge: str, flow: str, target: int | None = None) -> Answer:
    """Start work in ``flow`` (receive, putaway, pick, pack, count, move or lookup), or go on with it where this badge left it.

    ``target`` is the tour to pick (needed), or the receipt to receive. The answer's ``data`` holds ``session`` (its id, as
    text), what the first screen shows, and ``sheet``: all an offline scanner needs (:mod:`.offline`). A session this badge
    left open on another device moves to ``by.device``; what is still queued there is refused then, for a person to settle.
    Raises ``NotFound`` (badge, tour), ``InvalidInput`` (flow, target), and what ``start_tour`` refuses (another picker's tour).
    """
    if flow not in FLOWS:
        raise InvalidInput(field="flow", reason=f"{flow!r} is none of {', '.join(FLOWS)}")
    if flow == "pick" and target is None:
        raise InvalidInput(field="target", reason="a pick needs its tour", remedy="Give the tour's id.")
    by = replace(by, actor=badge)
    machine = FLOWS[flow]
    with unit_of_work(by.tenant_id):
        name = badge_name(by.tenant_id, badge)
        session = store.lock_open_session(by.tenant_id, node_id, badge, flow, target)
        if flow == "pick" and target is not None:
            start_tour(by=by, tour_id=target)
        if session is None:
            session = Session(0, node_id, badge, by.device, flow, target, {}, 0, None)
        facts = gather(by.tenant_id, session, ())
        if session.id:
            session.state = machine.resume(session.state, facts)
            store.take_up_session(by, session)
        else:
            session.state = machine.start(facts)
            store.open_session(by, session)
        barcodes = barcodes_of(by.tenant_id, offline.items_of(facts))
    screen, data = machine.look(session.state, facts)
    data |= {"session": str(session.id), "badge": badge, "worker": name, "sheet": offline.sheet(facts, barcodes)}
    return Answer(True, f"{flow}.{screen}", sentences.START[flow, screen].format_map(data), data)


def take_scans(*, by: By, session_id: int, scans: Sequence[ScanInput]) -> list[Answer]:
    """Take scans in the order given, in one transaction, and answer each; what they do is posted and stored with the answers.

    A scan id known already is answered as the first time and not done again. However many scans: the same number of
    statements, and one call of each verb that is needed. Where a verb refuses (somebody was faster), the batch is taken again
    in halves, down to the scan that cannot be done: it alone is answered "no" with the verb's sentence, and, if it came in a
    batch from a scanner that was offline, kept as a conflict for the warehouse manager.
    Raises ``NotFound`` (session), :class:`NotYourSession` (another badge or device), and nothing a scanner could cause.
    """
    with unit_of_work(by.tenant_id):
        session, answers = store.lock_session(by.tenant_id, session_id, [scan.scan_id for scan in scans])
        if session.badge != by.actor or session.device != by.device:
            raise NotYourSession(
                flow=session.flow,
                badge=session.badge,
                device=session.device or "none",
                other=f"{by.actor} on {by.device or 'none'}",
            )
        fresh = list({scan.scan_id: scan for scan in reversed(scans) if scan.scan_id not in answers}.values())[::-1]
        if fresh:
            entries = [(scan, _read(scan.text)) for scan in fresh]
            taken = _take(by, session, entries, offline=len(fresh) > 1)
            if session.state["at"] == "ended" and session.ended_at is None:
                session.ended_at = by.at
            rows = [(scan.scan_id, _storable(scan.text), _whole(scan.quantity), scan.at or by.at) for scan in fresh]
            store.record_scans(by, session, rows, taken)
            answers.update((scan.scan_id, answer) for scan, answer in zip(fresh, taken, strict=True))
    return [answers[scan.scan_id] for scan in scans]


Entry = tuple[ScanInput, Scan | UnreadableScan]


def _take(by: By, session: Session, entries: Sequence[Entry], *, offline: bool) -> list[Answer]:
    """Answers to these scans, their effects posted and the session's state moved on; in halves where a verb refuses."""
    machine = FLOWS[session.flow]
    before = session.state
    facts = gather(by.tenant_id, session, [scan for _, scan in entries if isinstance(scan, Scan)])
    session.state, effects, owners, answers = _run(session.flow, machine, before, entries, facts)
    if not effects:
        return answers
    try:
        with savepoint():
            notes = post(by, session, effects)
    except Refusal as refusal:
        session.state = before
        if len(entries) > 1:
            half = len(entries) // 2
            first = _take(by, session, entries[:half], offline=offline)
            return first + _take(by, session, entries[half:], offline=offline)
        return [_refused(by, session, entries[0][0], refusal, facts, offline=offline)]
    for at, note in zip(owners, notes, strict=True):
        if note:
            also = note.pop("also", "")
            answers[at] = answers[at]._replace(sentence=f"{answers[at].sentence} {also}".rstrip(), data=answers[at].data | note)
    if session.state["at"] == "done" and any(isinstance(effect, ShortPick) for effect in effects):
        _go_on(by, session, answers)
    return answers


def _run(
    name: str, machine: Flow, state: State, entries: Sequence[Entry], facts: Any
) -> tuple[State, list[Effect], list[int], list[Answer]]:
    """Run scans through the flow: the last state, the effects with the scan each belongs to, the answers."""
    effects: list[Effect] = []
    owners: list[int] = []
    answers: list[Answer] = []
    for at, (entry, scan) in enumerate(entries):
        if isinstance(scan, UnreadableScan) or (entry.quantity is not None and abs(entry.quantity) > MAX_QUANTITY):
            told = str(scan) if isinstance(scan, UnreadableScan) else sentences.QUANTITY_TOO_LARGE.format(quantity=entry.quantity)
            screen, data = machine.look(state, facts)
            answers.append(Answer(False, f"{name}.{screen}", told, data))
            continue
        step = machine.step(state, scan, entry.quantity, facts)
        check_step(name, machine.SUCCESSORS, state, step.state)
        for effect in step.effects:
            machine.apply(facts, effect)
            effects.append(effect)
            owners.append(at)
        state = step.state
        answers.append(step.answer)
    return state, effects, owners, answers


def _refused(by: By, session: Session, scan: ScanInput, refusal: Refusal, facts: Any, *, offline: bool) -> Answer:
    """The answer to the one scan a verb said no to; the flow stays where it was and looks again at the next scan."""
    screen, data = FLOWS[session.flow].look(session.state, facts)
    if offline:
        told = {"flow": session.flow, "badge": session.badge, "device": session.device, "scanned": _storable(scan.text)}
        conflict = Raised("conflict", "floor_session", session.id, told | {"refusal": refusal.code, "sentence": str(refusal)})
        raise_exceptions(by=by, node_id=session.node_id, exceptions=[conflict])
    sentence = f"{refusal} {refusal.how_to_mend}".strip()
    return Answer(False, f"{session.flow}.{screen}", sentence, data | {"refusal": refusal.code})


def _go_on(by: By, session: Session, answers: list[Answer]) -> None:
    """A shortage may have put new picks at the end of the tour: then it is not done."""
    facts = gather(by.tenant_id, session, ())
    state = pick.start(facts)
    if state["at"] != "done":
        session.state = state
        screen, data = pick.look(state, facts)
        answers[-1] = Answer(True, f"pick.{screen}", sentences.TOUR_GOES_ON.format(bin=data["bin"]), data)


def _read(text: str) -> Scan | UnreadableScan:
    try:
        return read(text)
    except UnreadableScan as unreadable:
        return unreadable


def _storable(text: str) -> str:
    """The text as a database can keep it: no NUL, no lone surrogate, not longer than a label."""
    return text[:MAX_LENGTH].replace("\x00", "").encode("utf-8", "replace").decode()


def _whole(quantity: int | None) -> int | None:
    return quantity if quantity is None or abs(quantity) <= MAX_QUANTITY else None
