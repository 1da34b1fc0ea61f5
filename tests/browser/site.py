"""A house that is served: the web server and the live process, as ``orderhouse serve`` starts them, each to be stopped and started."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

PATIENCE = 60.0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Site:
    """The two processes, and where they answer."""

    def __init__(self, log: Path, **environment: str) -> None:
        self._web_port, self._live_port = _free_port(), _free_port()
        self.address = f"http://127.0.0.1:{self._web_port}"
        self._log = log
        self._environment = os.environ | {"ORDERHOUSE_LIVE_URL": f":{self._live_port}"} | environment
        self._web: subprocess.Popen[bytes] | None = None
        self._live: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        where = ("--host", "127.0.0.1", "--port", str(self._web_port))
        self._web = self._run(sys.executable, "-m", "orderhouse.config.web", *where, "--workers", "1", "--threads", "8")
        self.start_live()
        self._await(f"{self.address}/sign-in", self._web)

    def start_live(self) -> None:
        """Let pages listen (again)."""
        where = ("--host", "127.0.0.1", "--port", str(self._live_port), "--console", f":{self._web_port}")
        self._live = self._run(sys.executable, "-m", "orderhouse.config.cli", "live", *where)
        self._await(f"http://127.0.0.1:{self._live_port}/health", self._live)

    def stop_live(self) -> None:
        """The live process goes away, as when it is updated."""
        _end(self._live)

    def stop(self) -> None:
        for process in (self._live, self._web):
            _end(process)

    def said(self) -> str:
        """What the processes wrote."""
        return self._log.read_text()

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        with self._log.open("ab") as out:
            return subprocess.Popen(command, env=self._environment, stdout=out, stderr=out)

    def _await(self, url: str, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                httpx.get(url, timeout=5)
                return
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise AssertionError(self.said()) from None
                time.sleep(0.1)


@contextmanager
def served(folder: Path, **environment: str) -> Iterator[Site]:
    """A site with these variables beside ours, until the block ends."""
    site = Site(folder / "site.log", **environment)
    try:
        site.start()
        yield site
    finally:
        site.stop()


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None or process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
