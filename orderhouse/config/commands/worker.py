"""``orderhouse worker``: deliver waiting letters until told to stop."""

from __future__ import annotations

import argparse
import signal
import threading

from orderhouse.config.ready import ready, settle_in, take_writer_number


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("worker", help="deliver waiting messages until told to stop")
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    ready()
    take_writer_number()
    from orderhouse.config import catching_up
    from orderhouse.contract import worker

    settle_in()

    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    beside = catching_up.beside(stop)
    worker.run(stop)
    beside.join(5)
    return 0
