"""Recount the books: every rule of ``exam``, each with its count of violations."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson

from orderhouse.database import execute, fetch_all, fetch_one, fetch_value, snapshot, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal


class ProofUnderWay(Refusal):
    """Two examinations of one business at a time would cost twice and tell the same."""

    sentence = "The books are being examined just now."
    remedy = "Wait for what comes out: it takes effect for everybody."


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, how many rows break it, the first few of them, and how many rows stand in the tables it reads."""

    rule: str
    violations: int
    examples: list[dict[str, object]]
    looked: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """What one examination found, up to which movement, all in one snapshot."""

    tenant_id: int
    movements: int
    last_movement_id: int
    findings: list[Finding]

    @property
    def holds(self) -> bool:
        return not any(finding.violations for finding in self.findings)


@dataclass(frozen=True, slots=True)
class UnderWay:
    """An examination that runs: the rule it is at, of how many, since when."""

    rule: int
    rules: int
    since: datetime


def prove_balances(*, by: By, examples: int = 3, alone: bool = False) -> Proof:
    """Examine the tenant's books by every view in schema ``exam``; nothing is changed, nothing repaired.

    ``alone`` raises :class:`ProofUnderWay` while another that is alone runs. How far it is can be read by
    :func:`proof_under_way` in any process: a snapshot can leave no row, so its connection's name carries it.
    """
    began = int(time.time())
    with snapshot(by.tenant_id):
        mark = f"books-proof {by.tenant_id}"
        if alone and not fetch_value("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", (mark,)):
            raise ProofUnderWay()
        findings = []
        rules = fetch_all(sql.load(__file__, "rules"))
        counted: dict[str, int] = {}
        movements, last = fetch_one(
            "SELECT count(*), coalesce(max(id), 0) FROM ledger_movement WHERE tenant_id = %s", (by.tenant_id,)
        ) or (0, 0)
        for number, (rule, tables) in enumerate(rules, 1):
            execute("SELECT set_config('application_name', %s, true)", (f"{mark} {number} {len(rules)} {began}",))
            for table in tables:
                if table not in counted:
                    counted[table] = fetch_value(f'SELECT count(*) FROM "{table}" WHERE tenant_id = %s', (by.tenant_id,))
            violations, rows = look_in_snapshot(by.tenant_id, rule, examples)
            findings.append(Finding(rule, violations, rows, sum(counted[table] for table in tables)))
    return Proof(by.tenant_id, movements, last, findings)


def proof_under_way(tenant_id: int) -> UnderWay | None:
    """How far an examination of this tenant is, in whatever process it runs; None where none does."""
    with unit_of_work(tenant_id):
        name = fetch_value(
            """SELECT application_name FROM pg_catalog.pg_stat_activity
               WHERE datname = current_database() AND application_name LIKE %s ORDER BY application_name LIMIT 1""",
            (f"books-proof {tenant_id} %",),
        )
    if name is None:
        return None
    *_, rule, rules, began = name.split(" ")
    return UnderWay(int(rule), int(rules), datetime.fromtimestamp(int(began), UTC))


def rules_of_books(tenant_id: int) -> list[str]:
    """The names of the rules the books are examined by here."""
    with unit_of_work(tenant_id):
        return rules_in_snapshot()


def rules_in_snapshot() -> list[str]:
    """The same, in the caller's unit of work or snapshot."""
    return [name for name, _ in fetch_all(sql.load(__file__, "rules"))]


def look_at_rule(tenant_id: int, rule: str, limit: int = 100) -> tuple[int, list[dict[str, object]]] | None:
    """How many rows break one rule now, and the first of them; None where there is no such rule."""
    with snapshot(tenant_id):
        if rule not in {name for name, _ in fetch_all(sql.load(__file__, "rules"))}:
            return None
        return look_in_snapshot(tenant_id, rule, limit)


def look_in_snapshot(tenant_id: int, rule: str, limit: int) -> tuple[int, list[dict[str, object]]]:
    """How many rows break one rule in the caller's snapshot, and the first of them. ``rule`` is a name the catalog gave, so it may stand in the text of a statement.

    An examination reads whole tables. Where the database has gathered no statistics yet it takes them for nearly empty and joins
    them row by row, which on a business an hour old can take longer than anybody waits; joined by hash it takes what it takes.
    """
    execute("SET LOCAL enable_nestloop = off")
    violations = fetch_value(f'SELECT count(*) FROM exam."{rule}" WHERE tenant_id = %s', (tenant_id,))
    if not violations:
        return 0, []
    rows = fetch_all(f'SELECT to_jsonb(v) FROM exam."{rule}" v WHERE tenant_id = %s LIMIT %s', (tenant_id, limit))
    return violations, [orjson.loads(row[0]) for row in rows]
