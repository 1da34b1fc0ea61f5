"""Look at a database that was restored, before it takes the other's place: in a process of its own, since this one serves another."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress

from orderhouse.kernel.postgres import run_sql
from orderhouse.kernel.postgres.refusals import DatabaseSaidNo

WORK_TO_DO = {"outbox_delivered_or_waiting"}
"""Rules that tell of work somebody has still to do (a dead letter), not of damage."""


def businesses_in(url: str) -> list[str]:
    """The codes of the businesses in a database; none where it does not exist or holds no Orderhouse."""
    with suppress(DatabaseSaidNo):
        return run_sql(url, "SELECT code FROM people_tenants();")
    return []


def faults_of(url: str) -> list[str]:
    """What is wrong with the books and the chains of deeds in a database: one line each, none where all is well."""
    command = [sys.executable, "-m", "orderhouse.config.restored"]
    ran = subprocess.run(command, env=os.environ | {"DATABASE_URL": url}, capture_output=True, text=True, check=False)
    if ran.returncode:
        return [f"it could not be examined: {ran.stderr.strip()[-500:]}"]
    faults: list[str] = json.loads(ran.stdout)
    return faults


def look() -> list[str]:
    """The same of this process's own database."""
    from orderhouse.config.ready import ready

    ready(start_database=False)
    from orderhouse.database.tenants import tenants
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.ledger.prove_balances import prove_balances
    from orderhouse.people.verify_changes import verify_changes

    faults = []
    for tenant in tenants():
        proof = prove_balances(by=By(tenant.tenant_id, "restore", clock.now()))
        faults += [
            f"{tenant.code}: {finding.rule.replace('_', ' ')}: {finding.violations:,} rows"
            for finding in proof.findings
            if finding.violations and finding.rule not in WORK_TO_DO
        ]
        chain = verify_changes(tenant_id=tenant.tenant_id)
        if chain.fault:
            faults.append(f"{tenant.code}: the chain of deeds is broken at row {chain.fault.position}: {chain.fault.said}")
    return faults


if __name__ == "__main__":
    print(json.dumps(look()))
