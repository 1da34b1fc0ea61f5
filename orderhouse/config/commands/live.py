"""``orderhouse live``: tell browsers what changed, by server-sent events, until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import signal

from orderhouse.config.ready import ready


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = subparsers.add_parser("live", help="tell browsers what changed (server-sent events)")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument(
        "--console",
        default=":8000",
        help="the console's origin, such as https://orders.example; :8000 for that port of the same host (default)",
    )
    parser.set_defaults(handler=handle)


def handle(args: argparse.Namespace) -> int:
    ready()
    return asyncio.run(serve(args.host, args.port, args.console))


async def serve(host: str, port: int, console: str) -> int:
    """Serve in this one process, so that there is one watcher, and killing it leaves nothing behind."""
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server.embed import Server

    from orderhouse.live.app import Live

    logging.getLogger("_granian").setLevel(logging.ERROR)
    live = Live(console)
    server = Server(
        live.app(),
        address=host,
        port=port,
        interface=Interfaces.ASGI,
        backlog=4096,
        backpressure=50_000,  # a stream is a request that stays
        websockets=False,
        log_level=LogLevels.error,
    )
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told.set)
    serving = asyncio.create_task(server.serve())
    stopping = asyncio.create_task(told.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if serving.done():  # it never ends by itself: the port was taken, or worse
        serving.result()
        return 1
    live.stop()
    server.stop()
    try:
        await asyncio.wait_for(serving, 3)
    finally:
        os._exit(0)  # streams that browsers hold open do not hold us
