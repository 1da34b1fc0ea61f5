"""What a server that died must not do again before it answers."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from orderhouse.config.serving import environment
from orderhouse.kernel import clock
from orderhouse.kernel.postgres import state_directory
from orderhouse.people.api_keys import issue_api_key

NOBODY = "postgresql://nobody:nothing@127.0.0.1:1/none"


def test_where_no_bytecode_may_be_kept_with_the_code_it_is_kept_with_our_state(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    found = environment(NOBODY)
    assert "PYTHONDONTWRITEBYTECODE" not in found
    assert found["PYTHONPYCACHEPREFIX"] == str(state_directory() / "bytecode")
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE")
    assert "PYTHONPYCACHEPREFIX" not in environment(NOBODY)


def test_what_the_web_processes_share_is_loaded_without_a_database_and_without_what_only_some_need() -> None:
    program = "import sys; from orderhouse.config.web import load; load(); print(*{'httpx', 'rich', 'ortools', 'pandas', 'scipy'} & sys.modules.keys())"
    ran = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | {"DATABASE_URL": NOBODY}, capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout.strip()) == (0, ""), ran.stderr


@contextmanager
def web_processes(*, workers: int, threads: int) -> Iterator[tuple[int, int]]:
    """The process they are parted from, and the port they answer on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    where = ["--host", "127.0.0.1", "--port", str(port), "--workers", str(workers), "--threads", str(threads)]
    web = subprocess.Popen([sys.executable, "-m", "orderhouse.config.web", *where], start_new_session=True)

    def answers() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return False

    try:
        while not answers():
            assert web.poll() is None
            time.sleep(0.05)
        yield web.pid, port
    finally:
        os.killpg(web.pid, signal.SIGTERM)
        web.wait(20)


def test_two_web_processes_parted_from_one_answer_side_by_side_each_on_connections_of_its_own(business: Any) -> None:
    key = issue_api_key(by=business.by.when(clock.now()), name="two processes", scopes=["catalog:read"])
    with web_processes(workers=2, threads=8) as (pid, port):

        def status(_: int) -> int:
            asked = urllib.request.Request(f"http://127.0.0.1:{port}/api/v1/nodes", headers={"Authorization": f"Bearer {key}"})
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return int(answer.status)

        children = Path(f"/proc/{pid}/task/{pid}/children")
        if children.exists():
            assert len(children.read_text(encoding="ascii").split()) == 2
        with ThreadPoolExecutor(8) as asking:
            assert set(asking.map(status, range(40))) == {200}


def test_browsers_that_keep_their_connections_and_ask_nothing_keep_nobody_out(business: Any) -> None:
    with web_processes(workers=1, threads=4) as (_, port), ExitStack() as open_ones:
        for _ in range(60):
            browser = HTTPConnection("127.0.0.1", port, timeout=10)
            open_ones.callback(browser.close)
            browser.request("GET", "/sign-in")
            assert browser.getresponse().read()
