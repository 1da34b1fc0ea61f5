"""The floor's two doors: start a piece of work, and take what its scanner scanned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from orderhouse.database import inside_transaction, mend_connection, savepoint, unit_of_work
from orderhouse.database.lending import lent_on
from orderhouse.database.statements import run_together
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.kernel.together import Together
from orderhouse.people.define_badges import badge_name
from orderhouse.wms.floor import offline, sentences, store
from orderhouse.wms.floor.flows import FLOWS, pick
from orderhouse.wms.floor.flows.effects import ShortPick
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.gather import barcodes_of, gather
from orderhouse.wms.floor.post import post
from orderhouse.wms.floor.run_scans import Entry, ScanInput, entry_of, readable, run
from orderhouse.wms.floor.store import Session, Taken
from orderhouse.wms.floor.take_picks import Sent, take_picks
from orderhouse.wms.picking.start_tour import start_tour
from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions

__all__ = ["NotYourSession", "ScanInput", "start_session", "take_scans"]


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


MOST_AT_ONCE = 64
"""Senders whose scans share a commit at most."""
LINGER, LONGEST_LINGER = 0.25, 0.004
"""How long a batch waits for the pickers of the last one: a part of what that took, and seconds at most."""

_together = Together[Sent, list[Answer]](
    take_picks, most=MOST_AT_ONCE, linger=LINGER, longest_linger=LONGEST_LINGER, meanwhile=lent_on
)


def take_scans(*, by: By, session_id: int, scans: Sequence[ScanInput]) -> list[Answer]:
    """Take scans in the order given, in one transaction, and answer each; what they do is posted and stored with the answers.

    A scan id known already is answered as the first time and not done again. However many scans: the same number of
    statements, and one call of each verb that is needed. Pickers whose scans wait in one process at the same moment share
    that transaction (:func:`take_picks`, ADR 12); whatever is not plain picking is taken alone. Where a verb refuses (somebody
    was faster), the scans are taken again in halves, down to the one that cannot be done: it alone is answered "no" with
    the verb's sentence, and, if it came in a batch from a scanner that was offline, kept as a conflict for the warehouse manager.
    Raises ``NotFound`` (session), :class:`NotYourSession` (another badge or device), and nothing a scanner could cause.
    """
    if not inside_transaction() and session_id not in _apart:
        answers = _together.do(by.tenant_id, Sent(by, session_id, scans))
        if answers is not None:
            return answers
        mend_connection()  # what broke the shared batch may have been the leader's connection
    return _take_alone(by, session_id, scans)


_apart: set[int] = set()
"""Sessions of other flows, which nobody need wait for. A session never changes its flow."""
_MOST_APART = 10_000


def _take_alone(by: By, session_id: int, scans: Sequence[ScanInput]) -> list[Answer]:
    with unit_of_work(by.tenant_id):
        session, answers = store.lock_session(by.tenant_id, session_id, [scan.scan_id for scan in scans])
        if not session.belongs_to(by):
            raise NotYourSession(
                flow=session.flow,
                badge=session.badge,
                device=session.device or "none",
                other=f"{by.actor} on {by.device or 'none'}",
            )
        if session.flow != "pick":
            if len(_apart) >= _MOST_APART:
                _apart.clear()
            _apart.add(session_id)
        fresh = list({scan.scan_id: scan for scan in reversed(scans) if scan.scan_id not in answers}.values())[::-1]
        if fresh:
            taken = _take(by, session, [entry_of(scan) for scan in fresh], offline=len(fresh) > 1)
            run_together(
                store.recording(by.tenant_id, [Taken(session, session.state, by.at, [(by, scan) for scan in fresh], taken)])
            )
            answers.update((scan.scan_id, answer) for scan, answer in zip(fresh, taken, strict=True))
    return [answers[scan.scan_id] for scan in scans]


def _take(by: By, session: Session, entries: Sequence[Entry], *, offline: bool) -> list[Answer]:
    """Answers to these scans, their effects posted and the session's state moved on; in halves where a verb refuses."""
    before = session.state
    facts = gather(by.tenant_id, session, readable(entries))
    session.state, effects, owners, answers = run(session.flow, before, entries, facts)
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


def _refused(by: By, session: Session, scan: ScanInput, refusal: Refusal, facts: Any, *, offline: bool) -> Answer:
    """The answer to the one scan a verb said no to; the flow stays where it was and looks again at the next scan."""
    screen, data = FLOWS[session.flow].look(session.state, facts)
    if offline:
        told = {"flow": session.flow, "badge": session.badge, "device": session.device, "scanned": scan.storable_text}
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
