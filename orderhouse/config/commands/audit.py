"""``orderhouse audit``: check the chain of what administrators did, and write down where it stands."""

from __future__ import annotations

import argparse

from orderhouse.config.ready import ready


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = subparsers.add_parser("audit", help="the record of what administrators did").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    verify = verbs.add_parser(
        "verify", help="follow its chain from the first row to the head; exit status 1 names the first bad row"
    )
    verify.add_argument("business", nargs="?", metavar="BUSINESS", help="its code (default: every business)")
    verify.add_argument(
        "--anchor", metavar="POSITION:HASH", help="a place written down earlier, through which the chain must lead"
    )
    verify.set_defaults(handler=handle_verify)
    anchor = verbs.add_parser("anchor", help="print where the chain ends now, to be kept elsewhere")
    anchor.add_argument("business", metavar="BUSINESS", help="its code")
    anchor.set_defaults(handler=handle_anchor)


def handle_verify(args: argparse.Namespace) -> int:
    ready()
    from orderhouse.database.tenants import tenants
    from orderhouse.kernel.errors import InvalidInput, NotFound
    from orderhouse.people.chain import read_anchor
    from orderhouse.people.verify_changes import verify_changes

    if args.anchor and not args.business:
        raise InvalidInput(field="anchor", reason="it is of one business", remedy="Name the business, too.")
    anchor = read_anchor(args.anchor) if args.anchor else None
    chosen = [tenant for tenant in tenants() if args.business in (None, tenant.code)]
    if args.business and not chosen:
        raise NotFound(kind="business", code=args.business)
    holds = True
    for tenant in chosen:
        state = verify_changes(tenant_id=tenant.tenant_id, anchor=anchor)
        holds &= state.holds
        if state.fault is None:
            print(f"{tenant.code}: {state.reached.position:,} rows, unbroken")
        else:
            row = f" (id {state.fault.row_id})" if state.fault.row_id else ""
            print(f"{tenant.code}: BROKEN at row {state.fault.position}{row}: {state.fault.said}")
    return 0 if holds else 1


def handle_anchor(args: argparse.Namespace) -> int:
    ready()
    from orderhouse.catalog.open_business import find_business
    from orderhouse.kernel.errors import NotFound
    from orderhouse.people.verify_changes import verify_changes

    business = find_business(args.business)
    if business is None:
        raise NotFound(kind="business", code=args.business)
    print(verify_changes(tenant_id=business.tenant_id).head)
    return 0
