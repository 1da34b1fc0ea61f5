"""``orderhouse migrate``: bring the database to the present schema."""

from __future__ import annotations

import argparse

from orderhouse.config.ready import migrate
from orderhouse.kernel.postgres import database_url


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("migrate", help="bring the database to the present schema")
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    migrate(database_url(ensure=True))
    print("The database is at the present schema.")
    return 0
