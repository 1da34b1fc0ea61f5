"""``orderhouse business``: open a business, list those there are, issue it an API key."""

from __future__ import annotations

import argparse

from orderhouse.config.ready import migrate, ready, take_writer_number


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verbs = subparsers.add_parser("business", help="businesses and their API keys").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )
    listing = verbs.add_parser("list", help="every business: code and name")
    listing.set_defaults(handler=handle_list)
    opening = verbs.add_parser("open", help="open a business")
    opening.add_argument("code", metavar="CODE", help="lower case, digits and hyphens")
    opening.add_argument("name", metavar="NAME")
    opening.set_defaults(handler=handle_open)
    key = verbs.add_parser("key", help="issue an API key; it is shown once")
    key.add_argument("code", metavar="CODE", help="the business")
    key.add_argument("name", metavar="NAME", help="whom or what the key is for")
    key.add_argument("--scope", action="append", metavar="SCOPE", help="what it opens (repeat for more; default: everything)")
    key.set_defaults(handler=handle_key)


def _ready() -> None:
    migrate(ready())
    take_writer_number()


def handle_list(args: argparse.Namespace) -> int:
    _ready()
    from orderhouse.database.tenants import tenants

    for tenant in tenants():
        print(f"{tenant.code}\t{tenant.name}")
    return 0


def handle_open(args: argparse.Namespace) -> int:
    _ready()
    from orderhouse.catalog.open_business import open_business
    from orderhouse.kernel import clock

    open_business(code=args.code, name=args.name, at=clock.now())
    print(f"{args.code} is open. Issue it a key with: orderhouse business key {args.code} NAME")
    return 0


def handle_key(args: argparse.Namespace) -> int:
    _ready()
    from orderhouse.catalog.open_business import find_business
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.kernel.errors import NotFound
    from orderhouse.people.api_keys import SCOPES, issue_api_key

    business = find_business(args.code)
    if business is None:
        raise NotFound(kind="business", code=args.code)
    print(issue_api_key(by=By(business.tenant_id, "command line", clock.now()), name=args.name, scopes=args.scope or SCOPES))
    return 0
