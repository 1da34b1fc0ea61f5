"""What breaks a rule, once for each row, with who must see to it; cleared when it is seen to be right again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from orderhouse.contract.events import Event, record_events
from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids

OWNER = "admin"
"""The role that must see to it: a broken rule is a defect or a hand in the database, no work of a desk."""

GRACE: Mapping[str, timedelta] = {"promise_book_equals_report": timedelta(minutes=15)}
"""Rules that a letter on its way breaks for a while: a row must stand unchanged for so long before anybody is called."""

MOST = 100
"""So many rows of one rule are kept; its count tells how many there are."""

_NAMES_A_ROW = {"state", "sscc"}


class Finding(NamedTuple):
    """One rule's look: the rows that break it. ``looked_at`` names the rows (by key) the look was about, None for all there are."""

    rule: str
    rows: Sequence[Mapping[str, Any]]
    looked_at: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A row that breaks a rule; open while ``cleared_at`` is None."""

    id: int
    rule: str
    key: str
    facts: dict[str, Any]
    found_at: datetime
    raised_at: datetime | None
    owner: str
    cleared_at: datetime | None


def key_of(row: Mapping[str, Any]) -> str:
    """Which row it is, whatever its figures say."""
    named = {name: value for name, value in row.items() if name != "tenant_id" and (name.endswith("_id") or name in _NAMES_A_ROW)}
    return orjson.dumps(named, option=orjson.OPT_SORT_KEYS).decode()


def keep_findings(*, by: By, findings: Sequence[Finding]) -> tuple[int, int]:
    """Raise what is new, clear what is right again, and tell the business's story of both; how many of each."""
    if not findings:
        return 0, 0
    with unit_of_work(by.tenant_id):
        open_now: dict[str, dict[str, Violation]] = {finding.rule: {} for finding in findings}
        for violation in _open(by.tenant_id, list(open_now)):
            open_now[violation.rule][violation.key] = violation
        fresh: list[tuple[str, str, str, bool]] = []
        again: list[tuple[int, str, bool, bool]] = []
        gone: list[Violation] = []
        for rule, rows, looked_at in findings:
            found = {key_of(row): dict(row) for row in rows[:MOST]}
            for key, facts in found.items():
                before = open_now[rule].get(key)
                if before is None:
                    fresh.append((rule, key, orjson.dumps(facts, default=str).decode(), rule not in GRACE))
                elif before.raised_at is None:
                    changed = before.facts != facts
                    due = not changed and by.at - before.found_at >= GRACE.get(rule, timedelta())
                    if changed or due:
                        again.append((before.id, orjson.dumps(facts, default=str).decode(), changed, due))
            gone += [
                before
                for key, before in open_now[rule].items()
                if key not in found and (key in looked_at if looked_at is not None else len(rows) <= MOST)
            ]
        _write(by, fresh, again, gone)
        raised = _count([rule for rule, *_, at_once in fresh if at_once] + _rules(open_now, {i for i, *_, due in again if due}))
        cleared = _count([each.rule for each in gone if each.raised_at])
        told = [Event("business", by.tenant_id, "books-broken", {"rules": raised})] if raised else []
        told += [Event("business", by.tenant_id, "books-mended", {"rules": cleared})] if cleared else []
        record_events(by=by, events=told)
    return sum(raised.values()), sum(cleared.values())


def open_violations(tenant_id: int) -> list[Violation]:
    """What was raised and is not right again, the latest first."""
    with unit_of_work(tenant_id):
        return sorted(
            (each for each in _open(tenant_id, None) if each.raised_at), key=lambda each: (each.found_at, each.id), reverse=True
        )


def watched_keys(tenant_id: int, rule: str) -> list[dict[str, Any]]:
    """The keys of one rule's open violations. In the caller's unit of work or snapshot."""
    return [orjson.loads(violation.key) for violation in _open(tenant_id, [rule])]


def _open(tenant_id: int, rules: list[str] | None) -> list[Violation]:
    rows = fetch_all(
        """SELECT id, rule, key, facts::text, found_at, raised_at, owner, cleared_at FROM contract_violation
           WHERE tenant_id = %s AND cleared_at IS NULL AND (%s::text[] IS NULL OR rule = ANY (%s)) ORDER BY id""",
        (tenant_id, rules, rules),
    )
    return [Violation(row[0], row[1], row[2], orjson.loads(row[3]), *row[4:]) for row in rows]


def _write(
    by: By, fresh: list[tuple[str, str, str, bool]], again: list[tuple[int, str, bool, bool]], gone: list[Violation]
) -> None:
    if fresh:
        rules, keys, facts, raised = (list(column) for column in zip(*sorted(fresh), strict=True))
        columns = {"ids": new_ids(len(fresh)), "rules": rules, "keys": keys, "facts": facts, "raised": raised}
        execute(sql.load(__file__, "keep_violations"), {"tenant": by.tenant_id, "at": by.at, "owner": OWNER, **columns})
    for violation_id, text, changed, due in again:
        execute(
            """UPDATE contract_violation SET facts = %s::jsonb, found_at = CASE WHEN %s THEN %s ELSE found_at END,
               raised_at = CASE WHEN %s THEN %s::timestamptz END WHERE tenant_id = %s AND id = %s AND raised_at IS NULL""",
            (text, changed, by.at, due, by.at, by.tenant_id, violation_id),
        )
    never_raised = [each.id for each in gone if each.raised_at is None]
    if never_raised:
        execute("DELETE FROM contract_violation WHERE tenant_id = %s AND id = ANY (%s)", (by.tenant_id, never_raised))
    mended = [each.id for each in gone if each.raised_at is not None]
    if mended:
        execute(
            "UPDATE contract_violation SET cleared_at = %s WHERE tenant_id = %s AND id = ANY (%s)", (by.at, by.tenant_id, mended)
        )


def _rules(open_now: Mapping[str, Mapping[str, Violation]], ids: set[int]) -> list[str]:
    return [each.rule for of_rule in open_now.values() for each in of_rule.values() if each.id in ids]


def _count(rules: Sequence[str]) -> dict[str, int]:
    return {rule: rules.count(rule) for rule in sorted(set(rules))}
