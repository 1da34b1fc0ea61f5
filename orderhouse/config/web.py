"""The web processes: ``python -m orderhouse.config.web`` loads the application once and then parts into as many as are asked for.

Granian by itself starts a process first and loads the application in each: so much more work at the very moment a server that died
shall be back, and memory that could be shared. Where the platform starts processes afresh instead of forking, each loads it as ever.
"""

from __future__ import annotations

import argparse
import gc
import os

CONNECTIONS = 900
"""Connections a process keeps open, most of them idle: granian's ``backpressure`` counts those and not requests, and a browser keeps up to
six for half a minute after its last request. With its files it stays below the 1,024 a process may usually have open."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m orderhouse.config.web", description=__doc__)
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--workers", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True, help="of each process")
    asked = parser.parse_args()
    load()
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "orderhouse.config.wsgi:application",
        address=asked.host,
        port=asked.port,
        interface=Interfaces.WSGI,
        workers=asked.workers,
        blocking_threads=asked.threads,
        backpressure=CONNECTIONS,
        log_level=LogLevels.warning,
    ).serve()


def load() -> None:
    """Import all that the processes will share; nothing that belongs to one of them alone, as a connection or a writer number does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
    import django

    django.setup()
    import orderhouse.config.urls  # noqa: F401

    gc.collect()
    gc.freeze()  # a collection in one of them must not touch, and so copy, what they share


if __name__ == "__main__":
    main()
