"""``orderhouse serve``: the API, the console and the worker, until told to stop."""

from __future__ import annotations

import argparse
import os

from orderhouse.config.ready import migrate
from orderhouse.config.serving import add_web, add_worker, await_answer, check_port
from orderhouse.config.supervise import Supervisor
from orderhouse.kernel.postgres import database_url, state_directory


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("serve", help="serve the API and the console, and deliver messages")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="web processes")
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    check_port(args.host, args.port)
    url = database_url(ensure=True)
    migrate(url)
    environment = os.environ | {"DATABASE_URL": url}
    supervisor = Supervisor(environment=environment, log=state_directory() / "serve.log")
    add_web(supervisor, args.host, args.port, workers=args.workers)
    add_worker(supervisor)
    address = f"http://{args.host}:{args.port}"
    if await_answer(supervisor, address):
        print(f"Orderhouse serves {address} (Ctrl-C stops it)", flush=True)
    return supervisor.watch()
