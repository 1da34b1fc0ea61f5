"""The processes of a running Orderhouse: the web server, the live process, the worker and the auditor."""

from __future__ import annotations

import os
import socket
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from urllib.parse import urlsplit

from orderhouse.config.supervise import Supervisor
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.kernel.postgres import state_directory


class PortTaken(Refusal):
    """Another program answers on the port."""

    sentence = "Port {port} on {host} is in use by another program."
    remedy = "Choose another with --port (make demo PORT=8001)."


def check_port(host: str, port: int) -> None:
    """Refuse a port that is taken, before anything is started."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise PortTaken(host=host, port=port) from None


SEATS = 16
"""Requests each web process answers at once, and so its connections to the database; more would only share the same cores. Who waits
for a commit shared with others lends its seat on, so as many captures or picks as wait can share one."""
MOST_WAITING = 100
"""Requests that may wait for a seat or a commit: a shift's scanners all at once, several times over."""
THREADS = SEATS + MOST_WAITING + 8
"""Threads of a web process: one for each seat, for each who waits, and some to tell the others that it is full."""


def environment(database: str) -> dict[str, str]:
    """What our processes are started with. Where Python is told to keep no bytecode (container images often do), theirs is kept with
    our state: one that died would else be compiled anew before it serves again."""
    found = os.environ | {"DATABASE_URL": database}
    if found.pop("PYTHONDONTWRITEBYTECODE", ""):
        found.setdefault("PYTHONPYCACHEPREFIX", str(state_directory() / "bytecode"))
    return found


def web_processes() -> int:
    """How many web processes serve best by themselves: one a core, since Python runs on one, and no more than four."""
    return max(1, min(4, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1))


def add_web(supervisor: Supervisor, host: str, port: int, *, workers: int = 1) -> None:
    """Serve API and console by granian over WSGI (``config/web.py``).

    Each of ``workers`` processes answers :data:`SEATS` requests at once and lets :data:`MOST_WAITING` others wait; granian hands on
    no more than can be told so, and lets what comes beyond that wait. A thread without work ends after a while.
    """
    where = ["--host", host, "--port", str(port), "--workers", str(workers), "--threads", str(THREADS)]
    supervisor.add("web", sys.executable, "-m", "orderhouse.config.web", *where)


LIVE_URL_HELP = (
    "where browsers hear what changed: :8001 for that port of the host they use (default: the next free one), a URL where a reverse "
    "proxy leads there (the process listens on the next port), or none (pages look by themselves every few seconds)"
)
NEXT_PORTS = 20


def live_port(host: str, port: int, live_url: str) -> int | None:
    """The port of the live process beside a console on ``port``, by the option ``--live-url``; None where there shall be none."""
    if live_url == "none":
        return None
    if live_url.startswith(":"):
        if not (live_url[1:].isdigit() and 0 < int(live_url[1:]) < 65_536):
            raise InvalidInput(field="--live-url", reason=f"{live_url!r} is no port", remedy="Give a port as :8001.")
        check_port(host, int(live_url[1:]))
        return int(live_url[1:])
    if live_url:
        check_port(host, port + 1)
        return port + 1
    for candidate in range(port + 1, min(port + NEXT_PORTS, 65_535) + 1):
        with suppress(PortTaken):
            check_port(host, candidate)
            return candidate
    return None


def add_live(supervisor: Supervisor, host: str, port: int | None, *, console_port: int, live_url: str) -> None:
    """Tell browsers what changed. Comes before :func:`add_web`, whose pages learn here where to listen. Behind a public URL one
    proxy serves both, so the console's origin is that URL's; else it is the console's port on any host of ours."""
    if port is None:
        return
    public = urlsplit(live_url)
    console = f"{public.scheme}://{public.netloc}" if public.netloc else f":{console_port}"
    supervisor.environment["ORDERHOUSE_LIVE_URL"] = live_url if public.netloc else f":{port}"
    options = ["--host", host, "--port", str(port), "--console", console]
    supervisor.add("live", sys.executable, "-m", "orderhouse.config.cli", "live", *options)


def add_worker(supervisor: Supervisor) -> None:
    """Deliver waiting letters."""
    supervisor.add("worker", sys.executable, "-m", "orderhouse.config.cli", "worker")


def add_auditor(supervisor: Supervisor) -> None:
    """Prove the books of every business, again and again."""
    supervisor.add("auditor", sys.executable, "-m", "orderhouse.config.cli", "auditor")


def await_answer(supervisor: Supervisor, url: str, *, patience: float = 60.0) -> bool:
    """Whether the web server came to answer ``url`` before ``patience`` seconds were over or we were told to stop."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and not supervisor.stopping:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except urllib.error.HTTPError:
            return True  # it speaks
        except OSError:
            time.sleep(0.1)
    return False
