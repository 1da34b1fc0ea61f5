"""``orderhouse auditor``: prove the books of every business again and again until told to stop."""

from __future__ import annotations

import argparse
import os
import signal
import threading
from contextlib import suppress

from orderhouse.config.ready import ready, take_writer_number


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("auditor", help="prove every business's books again and again until told to stop")
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    ready()
    take_writer_number()
    from orderhouse.contract.audit import run

    with suppress(OSError):
        os.nice(10)  # whoever serves comes first
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    run.run(stop)
    return 0
