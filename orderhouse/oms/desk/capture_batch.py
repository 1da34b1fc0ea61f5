"""Capture what several senders submit, in one commit; each under its own name."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import psycopg

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.database import execute, fetch_value, inside_transaction, savepoint, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.rules import InsufficientStock
from orderhouse.oms.desk.apply_early_cancels import apply_early_cancels
from orderhouse.oms.desk.apply_late_cancels import apply_late_cancels_later
from orderhouse.oms.desk.capture_fresh import Submitted, capture_fresh, read_submission
from orderhouse.oms.orders.place_orders import Placed, place_orders
from orderhouse.oms.orders.queries import states_of
from orderhouse.oms.sourcing.serve_waiting import serve_later
from orderhouse.oms.sourcing.source_orders import source_orders
from orderhouse.oms.sourcing.store import NoTariff

__all__ = ["Submitted", "capture_batch", "read_submission"]

OVERTAKEN = (InsufficientStock, psycopg.errors.IntegrityError, psycopg.errors.DeadlockDetected)
"""Somebody else took the stock, placed the same order or made the same customer between our look and our writing."""

TRIES = 5
TURN_FROM = 16
"""Batches of so many orders take turns, whichever process they come from: they meet on the same hot accounts anyway, and one that
looks after the other has committed is never overtaken by it."""


def capture_batch(*, tenant_id: int, submitted: Sequence[Submitted]) -> list[Placed]:
    """Place and source submissions of one tenant in one commit (see :func:`capture_orders`); one answer each, in their order.
    Every row tells its own sender and moment.

    What is simply new is captured in two statements without a lock on stock held while deciding; the rest, and everything where
    that was overtaken, step by step under locks. Large batches take turns.
    """
    if not submitted:
        return []
    if inside_transaction():
        with unit_of_work(tenant_id):
            try:
                with savepoint():
                    fresh = capture_fresh(tenant_id=tenant_id, submitted=submitted)
            except OVERTAKEN:
                fresh = {}
            return _with_the_others(tenant_id, submitted, fresh)
    try:
        with unit_of_work(tenant_id):
            if len(submitted) >= TURN_FROM:
                _take_turn(tenant_id)
            return _with_the_others(tenant_id, submitted, capture_fresh(tenant_id=tenant_id, submitted=submitted))
    except OVERTAKEN:
        return _under_locks(tenant_id, submitted)


def _under_locks(tenant_id: int, submitted: Sequence[Submitted]) -> list[Placed]:
    """Everything step by step. Senders are taken one after the other, so a batch of several may still cross another one."""
    for attempt in range(1, TRIES):
        try:
            with unit_of_work(tenant_id):
                return _with_the_others(tenant_id, submitted, {})
        except psycopg.errors.DeadlockDetected:
            time.sleep(random.uniform(0.005, 0.03) * attempt)  # whoever we crossed gets past us
    with unit_of_work(tenant_id):
        return _with_the_others(tenant_id, submitted, {})


def _take_turn(tenant_id: int) -> None:
    """Wait until no other large batch is under way. The first lock of all, so it is taken at the outermost only."""
    turn = "SELECT tenant_id FROM oms_capture_turn WHERE tenant_id = %s FOR UPDATE"
    if fetch_value(turn, (tenant_id,)) is None:
        execute("INSERT INTO oms_capture_turn (tenant_id) VALUES (%s) ON CONFLICT DO NOTHING", (tenant_id,))
        fetch_value(turn, (tenant_id,))


def _with_the_others(tenant_id: int, submitted: Sequence[Submitted], answers: dict[int, Placed]) -> list[Placed]:
    groups: dict[tuple[By, str], list[int]] = {}
    for place, one in enumerate(submitted):
        if place not in answers:
            groups.setdefault((one.by, one.source), []).append(place)
    for (by, source), places in groups.items():
        answers |= zip(places, _step_by_step(by, [submitted[place].submission for place in places], source), strict=True)
    _meet_cancellations(submitted, answers)
    return [answers[place] for place in range(len(submitted))]


def _meet_cancellations(submitted: Sequence[Submitted], answers: Mapping[int, Placed]) -> None:
    """A cancellation that is kept while this is under way sees no order, and this does not see it: look again after the commit."""
    placed = {place: (a.channel, a.channel_order_id) for place, a in answers.items() if a.outcome == "placed"}
    if placed:
        apply_late_cancels_later(by=submitted[min(placed)].by, keys=list(placed.values()))


def _step_by_step(by: By, submissions: Sequence[SubmitOrder | Mapping[str, Any]], source: str) -> list[Placed]:
    """Place, take back what was cancelled before it came, source: each step locks what it changes."""
    answers = place_orders(by=by, submissions=submissions, source=source)
    placed = {a.order_id: (a.channel, a.channel_order_id) for a in answers if a.outcome == "placed" and a.order_id is not None}
    if not placed:
        return answers
    apply_early_cancels(by=by, orders=placed)
    try:
        with savepoint():
            sourced = source_orders(by=by, order_ids=placed)
            serve_later(by=by, order_ids=[one.order_id for one in sourced if one.backordered])
    except NoTariff:
        pass  # no order is lost for want of a price list: sourcing is asked again when backorders are served
    states = states_of(by.tenant_id, placed)
    return [replace(a, state=states[a.order_id]) if a.order_id in states else a for a in answers]
