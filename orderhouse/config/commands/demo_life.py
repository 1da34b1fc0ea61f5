"""``orderhouse demo-life``: what moves in the demo. ``orderhouse demo`` starts it; it is not listed."""

from __future__ import annotations

import argparse
import logging
import signal
import threading

from orderhouse.config.ready import ready, take_writer_number


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("demo-life")
    parser.add_argument("--speed", type=float)
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    ready()
    take_writer_number()
    from orderhouse.catalog.open_business import find_business
    from orderhouse.demo import world
    from orderhouse.demo.live import live
    from orderhouse.demo.pace import set_pace, start_clock
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.kernel.errors import NotFound

    business = find_business(world.CODE)
    if business is None:
        raise NotFound(kind="business", code=world.CODE)
    logging.getLogger("orderhouse.demo").setLevel(logging.WARNING)
    stop, told = threading.Event(), threading.Event()

    def end(*_: object) -> None:
        told.set()
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    by = By(business.tenant_id, "demo", clock.now(), device="demo")
    start_clock(by=by, seed="fern")  # a business that was made before there were clocks
    if args.speed:
        set_pace(by=by, speed=args.speed)
    live(stop, tenant_id=business.tenant_id)
    return 0 if told.is_set() else 1
