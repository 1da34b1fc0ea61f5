"""``orderhouse serve``: the API, the console, its live updates and the worker, until told to stop."""

from __future__ import annotations

import argparse

from orderhouse.config.ready import migrate
from orderhouse.config.serving import (
    LIVE_URL_HELP,
    add_auditor,
    add_live,
    add_web,
    add_worker,
    await_answer,
    check_port,
    environment,
    live_port,
    web_processes,
)
from orderhouse.config.supervise import Supervisor
from orderhouse.kernel.postgres import database_url, state_directory


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("serve", help="serve the API and the console, and deliver messages")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=web_processes(), help="web processes (default: one a core, at most 4)")
    parser.add_argument("--live-url", default="", metavar="URL", help=LIVE_URL_HELP)
    parser.add_argument(
        "--no-auditor", action="store_true", help="prove no books here (another installation on this database does)"
    )
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    check_port(args.host, args.port)
    live = live_port(args.host, args.port, args.live_url)
    url = database_url(ensure=True)
    migrate(url)
    supervisor = Supervisor(environment=environment(url), log=state_directory() / "serve.log")
    add_live(supervisor, args.host, live, console_port=args.port, live_url=args.live_url)
    add_web(supervisor, args.host, args.port, workers=args.workers)
    add_worker(supervisor)
    if not args.no_auditor:
        add_auditor(supervisor)
    address = f"http://{args.host}:{args.port}"
    if await_answer(supervisor, address):
        print(f"Orderhouse serves {address} (Ctrl-C stops it)", flush=True)
    return supervisor.watch()
