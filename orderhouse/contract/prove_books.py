"""Examine the books and leave word of it: the business's own story then says when they were proven, and what broke."""

from __future__ import annotations

from orderhouse.contract.events import Event, record_events
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.ledger.prove_balances import Proof, prove_balances


def prove_books(*, by: By) -> Proof:
    """Examine the tenant's books in one snapshot and record ``books-proven`` with what came out, whichever way it did.

    Never inside another unit of work. Raises :class:`orderhouse.ledger.prove_balances.ProofUnderWay`.
    """
    proof = prove_balances(by=by, examples=20, alone=True)
    facts = {
        "movements": proof.movements,
        "last_movement_id": proof.last_movement_id,
        "violations": sum(finding.violations for finding in proof.findings),
        "rules": len(proof.findings),
        "broken": {finding.rule: finding.violations for finding in proof.findings if finding.violations},
        "looked": {finding.rule: finding.looked for finding in proof.findings},
        "examples": {finding.rule: finding.examples for finding in proof.findings if finding.examples},
        "began_at": by.at,
    }
    record_events(by=by.when(clock.now()), events=[Event("business", by.tenant_id, "books-proven", facts)])
    return proof
