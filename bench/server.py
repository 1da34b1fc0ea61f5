"""The product as it is served: ``orderhouse serve`` on a port of its own, against the benchmark's cluster."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from bench.ground import ROOT
from bench.http_load import Figures, Reply, Talk, load
from bench.meter import Stretch


class Server:
    """A running server; its processes' CPU is that of the family of ``pid``."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        self.address = ("127.0.0.1", port)
        command = [sys.executable, "-m", "orderhouse.config.cli", "serve", "--port", str(port), "--live-url", "none"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
        self.pid = self.process.pid
        self._await()

    def _await(self, patience: float = 180.0) -> None:
        end = time.monotonic() + patience
        while time.monotonic() < end and self.process.poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.address[1]}/api/v1/openapi.json", timeout=2).close()
                return
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
        ended = self.process.poll()
        self.close()
        log = Path(os.environ["ORDERHOUSE_STATE"]) / "serve.log"
        said = log.read_text(errors="replace")[-2000:] if log.exists() else "nothing"
        raise RuntimeError(
            f"the server did not come up ({'exit status ' + str(ended) if ended is not None else 'too slow'}); it said: {said}"
        )

    def close(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def talk(
        self,
        stretch: Stretch,
        clients: list[Talk],
        *,
        seconds: float,
        work: Callable[[Reply], int],
        lines: Callable[[Reply], int] | None = None,
    ) -> Figures:
        """Let the clients talk and write into ``stretch`` what came of it. Raises where a request was refused."""
        counted = [0, 0]

        def heard(reply: Reply) -> None:
            counted[0] += work(reply)
            counted[1] += lines(reply) if lines else 0

        figures = load(self.address, clients, seconds=seconds, heard=heard)
        if figures.first_failure:
            raise RuntimeError(f"a request failed: {dict(figures.statuses)} {figures.first_failure}")
        stretch.work, stretch.lines, stretch.seconds = counted[0], counted[1], figures.seconds
        stretch.told_ms = {0.5: figures.p50_ms, 0.99: figures.p99_ms}
        return figures


def shared_out(requests: Iterable[bytes], clients: int) -> list[Talk]:
    """Clients that take their next request from one pile."""
    pile: Iterator[bytes] = iter(requests)

    def client() -> Talk:
        for each in pile:  # noqa: UP028 (a plain iterator cannot be sent the reply)
            yield each

    return [client() for _ in range(clients)]
