"""``orderhouse db``: the database underneath, embedded or wherever ``DATABASE_URL`` points."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from orderhouse.config.ready import migrate
from orderhouse.config.restored import businesses_in, faults_of
from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.postgres import (
    Cluster,
    admin_url,
    back_up_database,
    database_url,
    ensure_cluster,
    is_embedded,
    restore_database,
    server_version,
    state_directory,
)
from orderhouse.kernel.postgres.addresses import client_environment, without_password
from orderhouse.kernel.postgres.binaries import find_binaries

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]


class WouldReplace(Refusal):
    """A restore replaces the whole database; where somebody's business stands in it, that must be said."""

    sentence = "The database is not empty: {businesses} would be replaced."
    remedy = "Say --force; what is replaced is kept under another name unless you say --discard-old, too."


class NotAsItWas(Refusal):
    """What was restored breaks a rule of its own; the lines before say which."""

    sentence = "{file} was not restored: its books do not hold, or its chain of deeds is broken."
    remedy = "Try an older backup. With --unproven it is restored all the same; then look under Books."


STOPPED = 3
"""Exit code of ``db status`` when the database does not run, as service managers give it."""


def add_parser(subparsers: Subparsers) -> None:
    """Add ``db`` and its verbs; each sets ``handler``, which takes the parsed arguments and returns an exit code."""
    parser = subparsers.add_parser("db", help="start, stop, look at, back up or restore the database")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")

    verb = verbs.add_parser("start", help="start the embedded database, making it the first time")
    verb.set_defaults(handler=start)
    verb = verbs.add_parser("stop", help="stop the embedded database")
    verb.set_defaults(handler=stop)
    verb = verbs.add_parser("status", help=f"tell how it stands; exit code {STOPPED} when it does not run")
    verb.set_defaults(handler=status)

    verb = verbs.add_parser("psql", help="open psql on it; what follows goes to psql")
    verb.add_argument("--admin", action="store_true", help="as the role that sees every tenant's rows")
    verb.add_argument("arguments", nargs=argparse.REMAINDER, metavar="ARGUMENT", help="for psql, after --")
    verb.set_defaults(handler=psql)

    verb = verbs.add_parser("backup", help="write the whole database to a file, from one snapshot")
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.set_defaults(handler=backup)

    verb = verbs.add_parser(
        "restore",
        help="put a backup in the database's place",
        description="Restores into a fresh database, brings it to the present schema, proves its books and checks the chain of "
        "deeds, then swaps names: a backup that fails any of it changes nothing. "
        "Sessions open at the swap are ended; the application connects again by itself.",
    )
    verb.add_argument("file", type=Path, metavar="FILE")
    verb.add_argument("--discard-old", action="store_true", help="drop the replaced database rather than keep it renamed")
    verb.add_argument("--force", action="store_true", help="replace a database in which there are businesses")
    verb.add_argument("--unproven", action="store_true", help="restore it even if its books do not hold or its chain is broken")
    verb.set_defaults(handler=restore)


def start(args: argparse.Namespace) -> int:
    if is_embedded():
        ensure_cluster(state_directory())
    return status(args)


def stop(args: argparse.Namespace) -> int:
    if not is_embedded():
        print("DATABASE_URL names the database, so there is nothing of ours to stop.")
        return 0
    Cluster(state_directory()).stop()
    print("Stopped.")
    return 0


def status(args: argparse.Namespace) -> int:
    if not is_embedded():
        print(f"PostgreSQL {server_version(database_url())} answers at {without_password(database_url())[0]} (DATABASE_URL).")
        return 0
    found = Cluster(state_directory()).status()
    print(f"Embedded PostgreSQL {found.version}: {found.state}." if found.version else "There is no embedded database yet.")
    for label, value in (
        ("data", found.home and found.home / "data"),
        ("runs as", found.account),
        ("socket", found.socket),
        ("port", found.port and f"127.0.0.1:{found.port}"),
        ("process", found.pid),
    ):
        if value:
            print(f"  {label:8}{value}")
    if found.away:
        print(f"  The data are outside {found.state_dir}, because {found.away}.")
    return 0 if found.is_running else STOPPED


def psql(args: argparse.Namespace) -> int:
    address, password = without_password(admin_url() if args.admin else database_url())
    program = find_binaries().tool("psql")
    arguments = args.arguments[1:] if args.arguments[:1] == ["--"] else args.arguments
    os.execve(program, [program, "--dbname", address, *arguments], client_environment(password))


def backup(args: argparse.Namespace) -> int:
    size = back_up_database(url=admin_url(), file=args.file)
    print(f"Wrote {args.file}, {size:,} bytes.")
    return 0


def restore(args: argparse.Namespace) -> int:
    url = database_url()
    businesses = [] if args.force else businesses_in(url)
    if businesses:
        raise WouldReplace(businesses=", ".join(businesses[:5]) + (" ..." if len(businesses) > 5 else ""))

    def check(fresh: str) -> None:
        migrate(fresh)
        faults = faults_of(fresh)
        for line in faults:
            print(line, file=sys.stderr)
        if faults and not args.unproven:
            raise NotAsItWas(file=args.file)
        print("Not proven, restored all the same." if faults else "Its books are proven and its chain of deeds is unbroken.")

    kept = restore_database(url=url, file=args.file, keep_old=not args.discard_old, check=check)
    print(f"Restored {args.file}." + (f" The database it replaced is kept as {kept}." if kept else ""))
    return 0
