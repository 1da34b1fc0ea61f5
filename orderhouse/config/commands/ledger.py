"""``orderhouse ledger prove``: recount everything, check every invariant."""

from __future__ import annotations

import argparse
import json

from orderhouse.config.ready import ready


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = subparsers.add_parser("ledger", help="the books").add_subparsers(dest="verb", required=True, metavar="VERB")
    prove = verbs.add_parser("prove", help="recount the books and check every invariant; exit status 1 on any violation")
    prove.add_argument("--json", action="store_true", help="print one JSON document instead of a table")
    prove.add_argument("--business", metavar="CODE", help="this business only")
    prove.set_defaults(handler=handle_prove)


def handle_prove(args: argparse.Namespace) -> int:
    ready()
    from orderhouse.database.tenants import tenants
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.kernel.errors import NotFound
    from orderhouse.ledger.prove_balances import prove_balances

    chosen = [tenant for tenant in tenants() if args.business in (None, tenant.code)]
    if args.business and not chosen:
        raise NotFound(kind="business", code=args.business)
    proofs = {tenant.code: prove_balances(by=By(tenant.tenant_id, "prove", clock.now())) for tenant in chosen}
    holds = all(proof.holds for proof in proofs.values())
    if args.json:
        document = {
            "holds": holds,
            "businesses": {
                code: {
                    "movements": proof.movements,
                    "last_movement_id": proof.last_movement_id,
                    "rules": {finding.rule: finding.violations for finding in proof.findings},
                    "examples": {f.rule: f.examples for f in proof.findings if f.examples},
                }
                for code, proof in proofs.items()
            },
        }
        print(json.dumps(document, indent=2, default=str))
        return 0 if holds else 1
    for code, proof in proofs.items():
        print(f"{code}: {proof.movements:,} movements recounted")
        for finding in proof.findings:
            print(f"  {finding.violations:>8,}  {finding.rule.replace('_', ' ')}")
            for example in finding.examples:
                print(f"            {json.dumps(example, default=str)}")
    print("The books hold." if holds else "The books do NOT hold: the counts above are violations.")
    return 0 if holds else 1
