"""One beat of the auditor for one business: look in one snapshot, then leave word of it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from orderhouse.contract.audit.state import CHAIN, RECOUNT, AuditState, Examined, examined_of, state_of
from orderhouse.contract.audit.violations import MOST, Finding, keep_findings, key_of, watched_keys
from orderhouse.database import execute, snapshot, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.ledger.prove_balances import look_in_snapshot, rules_in_snapshot
from orderhouse.ledger.recount import (
    Mark,
    Recount,
    Tail,
    accounts_apart,
    accounts_apart_of,
    advance_mark,
    items_after,
    mark_of,
    mend_counts,
    recount_accounts,
    tail_after,
)
from orderhouse.people.verify_changes import ChainState, verify_changes

LONG_TAIL = 50_000
"""Past so many movements the mark is moved on: every beat adds up what lies past it."""

MOST_TAIL = 1_000_000
"""With more than so many to count yet (a business the auditor has never seen), beats count and claim nothing."""

STEP = 100_000
"""Movements the mark passes in one transaction: under half a second."""

SLICE = 200
"""Items recounted at a time."""


@dataclass
class Look:
    """What one snapshot showed."""

    mark: Mark = field(default_factory=lambda: Mark(0, 0))
    tail: Tail = field(default_factory=lambda: Tail(0, 0))
    before: AuditState | None = None
    counted: bool = False
    next_item_id: int = 0
    round_over: bool = False
    to_mend: list[Recount] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    examined: list[Examined] = field(default_factory=list)
    chain_due: bool = False
    chain: ChainState | None = None


@dataclass(frozen=True, slots=True)
class Beat:
    """What a beat came to: whether the balances were proven (or only counted on), violations raised and cleared, the work in seconds."""

    proven: bool
    raised: int
    cleared: int
    seconds: float


def examine_business(*, by: By, safe_id: int, budget: float = 0.5) -> Beat:
    """Prove every balance against what moved, recount the next items' whole history, and look at the rules that waited longest.

    The balances are proven in every beat; slices and rules take half of ``budget`` (seconds) each, at least one of each, so that
    a small business is examined whole every time and a large one in turns. Reads in one snapshot, read-only; what it writes are
    its own notes, in short transactions. ``safe_id`` is the horizon's. Never inside a unit of work.
    """
    began = time.monotonic()
    _count_on(by.tenant_id, safe_id, until=began + budget)
    look = Look()
    with snapshot(by.tenant_id):
        for setting in ("max_parallel_workers_per_gather = 0", "jit = off", "work_mem = '64MB'"):
            execute(f"SET LOCAL {setting}")
        _look_at_balances(by, look, seconds=budget / 2)
        rules_began = time.monotonic()
        for number, rule in enumerate(_waiting(by.tenant_id)):
            if number and time.monotonic() - rules_began > budget / 2:
                break
            if rule == CHAIN:
                look.chain_due = True
            else:
                _look_at_rule(by, look, rule)
    if look.chain_due:
        _look_at_chain(by, look)
    raised, cleared = _leave_word(by, look)
    return Beat(look.counted, raised, cleared, time.monotonic() - began)


def _count_on(tenant_id: int, safe_id: int, *, until: float) -> None:
    """Move the mark on while much lies past it that can be passed."""
    with unit_of_work(tenant_id):
        mark = mark_of(tenant_id)
        tail = tail_after(tenant_id, mark, most=LONG_TAIL)
    if tail.movements < LONG_TAIL:
        return
    while advance_mark(tenant_id, safe_id=safe_id, most=STEP) >= STEP and time.monotonic() < until:
        pass


def _look_at_balances(by: By, look: Look, *, seconds: float) -> None:
    """Every balance against the counts and what moved since; then, for so many seconds, the whole history of the next items."""
    began = time.monotonic()
    look.mark, look.before = mark_of(by.tenant_id), state_of(by.tenant_id)
    look.tail = tail_after(by.tenant_id, look.mark, most=MOST_TAIL)
    look.counted = look.tail.movements < MOST_TAIL
    look.next_item_id = look.before.next_item_id if look.before else 0
    suspects = set(accounts_apart(by.tenant_id, look.mark)) if look.counted else set()
    slices_began = time.monotonic()
    while True:
        items = items_after(by.tenant_id, look.next_item_id, limit=SLICE)
        suspects |= set(accounts_apart_of(by.tenant_id, items))
        look.round_over = len(items) < SLICE
        look.next_item_id = 0 if look.round_over else items[-1]
        if look.round_over or time.monotonic() - slices_began > seconds:
            break
    suspects |= {key["account_id"] for key in watched_keys(by.tenant_id, RECOUNT)}
    recounts = recount_accounts(by.tenant_id, sorted(suspects), look.mark)
    broken = [each for each in recounts if each.balance != each.recount]
    rows = [{"account_id": each.account_id, "balance": each.balance, "recount": each.recount} for each in broken]
    if look.counted:
        look.to_mend = [each for each in recounts if each.balance == each.recount]
    looked_at = frozenset(key_of({"account_id": each.account_id}) for each in recounts)
    look.findings.append(Finding(RECOUNT, rows, looked_at))
    look.examined.append(Examined(RECOUNT, by.at, time.monotonic() - began, len(rows)))


def _waiting(tenant_id: int) -> Iterator[str]:
    """The other rules, those never looked at first, then those that waited longest."""
    seen = examined_of(tenant_id)
    rules = [rule for rule in [*rules_in_snapshot(), CHAIN] if rule != RECOUNT]
    never = [rule for rule in rules if rule not in seen]
    yield from never
    yield from sorted(set(rules) - set(never), key=lambda rule: (seen[rule].at, rule))


def _look_at_rule(by: By, look: Look, rule: str) -> None:
    began = time.monotonic()
    violations, rows = look_in_snapshot(by.tenant_id, rule, MOST + 1)
    look.findings.append(Finding(rule, rows))
    look.examined.append(Examined(rule, by.at, time.monotonic() - began, violations))


def _look_at_chain(by: By, look: Look) -> None:
    began = time.monotonic()
    look.chain = verify_changes(tenant_id=by.tenant_id)
    fault = look.chain.fault
    rows: list[dict[str, Any]] = []
    if fault:
        rows.append({"row_id": fault.row_id, "position": fault.position, "kind": fault.kind, "said": fault.said})
    look.findings.append(Finding(CHAIN, rows))
    look.examined.append(Examined(CHAIN, by.at, time.monotonic() - began, len(rows)))


def _leave_word(by: By, look: Look) -> tuple[int, int]:
    """Keep what was found. A beat that only counted keeps what was proven before."""
    mend_counts(by.tenant_id, look.mark, look.to_mend)
    before = look.before
    round_began_at = by.at if before is None or before.next_item_id == 0 else before.round_began_at
    with unit_of_work(by.tenant_id):
        told = keep_findings(by=by, findings=look.findings)
        done = sorted(look.examined)
        columns = {
            "rules": [each.rule for each in done],
            "seconds": [each.seconds for each in done],
            "violations": [each.violations for each in done],
        }
        execute(sql.load(__file__, "keep_examined"), {"tenant": by.tenant_id, "at": by.at, **columns})
        if look.counted:
            execute(
                sql.load(__file__, "keep_state"),
                {
                    "tenant": by.tenant_id,
                    "proven_at": by.at,
                    "movements": look.mark.movements + look.tail.movements,
                    "last_movement_id": look.tail.last_movement_id,
                    "next_item_id": look.next_item_id,
                    "round_began_at": round_began_at,
                    "round_ended_at": by.at if look.round_over else None,
                    "chain_at": by.at if look.chain else None,
                    "chain_length": look.chain.reached.position if look.chain else 0,
                },
            )
    return told
