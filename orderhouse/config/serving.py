"""The processes of a running Orderhouse: the web server and the worker."""

from __future__ import annotations

import socket
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from orderhouse.config.supervise import Supervisor
from orderhouse.kernel.errors import Refusal


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


def add_web(supervisor: Supervisor, host: str, port: int, *, workers: int = 1, threads: int = 8) -> None:
    """Serve API and console by granian over WSGI."""
    granian = str(Path(sys.executable).with_name("granian"))
    options = ["--interface", "wsgi", "--host", host, "--port", str(port), "--log-level", "warning"]
    sizes = ["--workers", str(workers), "--blocking-threads", str(threads), "--backpressure", str(threads * 8)]
    supervisor.add("web", granian, *options, *sizes, "orderhouse.config.wsgi:application")


def add_worker(supervisor: Supervisor) -> None:
    """Deliver waiting letters."""
    supervisor.add("worker", sys.executable, "-m", "orderhouse.config.cli", "worker")


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
