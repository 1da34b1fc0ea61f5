"""``orderhouse secrets``: what lies sealed in the database, under a key that does not."""

from __future__ import annotations

import argparse

from orderhouse.config.ready import ready


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = subparsers.add_parser("secrets", help="secrets sealed in the database").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    reseal = verbs.add_parser(
        "reseal",
        help="seal all of them under the present key",
        description="After a change of key: ORDERHOUSE_SECRET_KEY is the new one, ORDERHOUSE_SECRET_KEY_FALLBACKS the old ones. "
        "What cannot be opened by any of them is named, and nothing of its business is changed.",
    )
    reseal.set_defaults(handler=handle_reseal)


def handle_reseal(args: argparse.Namespace) -> int:
    ready()
    from orderhouse.contract.routes import reseal_routes
    from orderhouse.database.tenants import tenants
    from orderhouse.people.sealed import Unsealable
    from orderhouse.people.second_factor import reseal_second_factors

    faults = 0
    for whose, reseal in [
        *(
            (f"the routes of {tenant.code}", lambda tenant=tenant: reseal_routes(tenant_id=tenant.tenant_id))
            for tenant in tenants()
        ),
        ("second factors", reseal_second_factors),
    ]:
        try:
            print(f"{whose}: {reseal()} sealed anew")
        except Unsealable as error:
            faults += 1
            print(f"{whose}: NOT opened: {error}")
    return 1 if faults else 0
