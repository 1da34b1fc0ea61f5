"""``orderhouse replay FILE``: live a file of real invoices through everything, day by day, and prove the books."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

from orderhouse.config.ready import migrate, ready, take_writer_number
from orderhouse.kernel.postgres import state_directory
from orderhouse.replay.read_invoices import read_invoices


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser(
        "replay",
        help="live a file of invoices through everything, day by day",
        description="Takes invoice lines (CSV, also .xz, .gz or .bz2) day by day through capture, promise, release, waves, "
        "picking by scan, packing, labels and shipping, in a business of its own; then proves both books. A run that was "
        "killed goes on where it stopped when the same command is given again.",
    )
    parser.add_argument("file", type=Path, metavar="FILE", help="invoice lines; the header names the columns")
    parser.add_argument("--days", type=_positive, metavar="N", help="only the first N days of the file")
    parser.add_argument("--report", type=Path, metavar="FILE.json", help="write every figure here, too")
    parser.add_argument("--business", metavar="CODE", help="the business to live it in (default: one named after file and seed)")
    parser.add_argument("--seed", type=int, default=0, metavar="S", help="for damaged and missing goods and the like (default 0)")
    parser.add_argument("--fresh", action="store_true", help="begin a new business even if this file was lived before")
    parser.add_argument(
        "--outcodes",
        type=Path,
        metavar="CSV",
        help="postcode districts (outcode, lat, lng) to draw customers' places from; default: cities built in",
    )
    parser.add_argument(
        "--processes",
        type=_positive,
        default=min(2, os.cpu_count() or 1),
        metavar="N",
        help="processes that work the floors beside the order desk (default: 2 where there are two cores); with 1 a run is "
        "repeatable to the last movement",
    )
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    if args.report:
        args.report.touch()  # better to fail before the work than after it
    next(read_invoices(args.file), None)  # no database is started for what is no such file
    url = ready()
    if not _is_current(url):
        migrate(url)
    take_writer_number()
    from orderhouse.replay.report import readable, report
    from orderhouse.replay.run_replay import run_replay

    lived = run_replay(
        path=args.file,
        business=args.business,
        days=args.days,
        seed=args.seed,
        fresh=args.fresh,
        outcodes=args.outcodes,
        refresh_statistics=_analyze(url),
        processes=args.processes,
        prepare=prepare,
        locks=state_directory() / "replay",
    )
    figures = report(lived)
    if args.report:
        args.report.write_text(json.dumps(figures, indent=2, default=str) + "\n", encoding="utf-8")
    print(readable(figures))
    return 0 if figures["holds"] else 1


def _is_current(url: str) -> bool:
    """Whether the database has every migration of this version."""
    import psycopg
    from django.db.migrations.loader import MigrationLoader

    with psycopg.connect(url) as owner:
        if not owner.execute("SELECT to_regclass('django_migrations')").fetchone()[0]:  # type: ignore[index]
            return False
        done = set(owner.execute("SELECT app, name FROM django_migrations").fetchall())
    return done >= set(MigrationLoader(None).disk_migrations)


def prepare() -> None:
    """Make a floor process ready to work on the database that its parent found."""
    ready(start_database=False)
    take_writer_number()


def _analyze(url: str) -> Callable[[], None]:
    """A database plans by statistics it gathers now and then; a business that grows a year in minutes cannot wait for that."""
    import psycopg

    def analyze() -> None:
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute("ANALYZE")

    return analyze


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number
