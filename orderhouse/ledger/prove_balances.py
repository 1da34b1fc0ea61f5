"""Recount the books: every rule of ``exam``, each with its count of violations."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from orderhouse.database import fetch_all, fetch_one, fetch_value, snapshot
from orderhouse.kernel.actors import By


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule, how many rows break it, and the first few of them."""

    rule: str
    violations: int
    examples: list[dict[str, object]]


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


def prove_balances(*, by: By, examples: int = 3) -> Proof:
    """Examine the tenant's books by every view in schema ``exam``; nothing is changed, nothing repaired."""
    with snapshot(by.tenant_id):
        findings = []
        rules = fetch_all("SELECT viewname FROM pg_catalog.pg_views WHERE schemaname = 'exam' ORDER BY viewname")
        movements, last = fetch_one(
            "SELECT count(*), coalesce(max(id), 0) FROM ledger_movement WHERE tenant_id = %s", (by.tenant_id,)
        ) or (0, 0)
        for (rule,) in rules:
            violations = fetch_value(f'SELECT count(*) FROM exam."{rule}" WHERE tenant_id = %s', (by.tenant_id,))
            rows = (
                fetch_all(f'SELECT to_jsonb(v) FROM exam."{rule}" v WHERE tenant_id = %s LIMIT %s', (by.tenant_id, examples))
                if violations
                else []
            )
            findings.append(Finding(rule, violations, [orjson.loads(row[0]) for row in rows]))
    return Proof(by.tenant_id, movements, last, findings)
