"""The rig's own parts: a plan that repeats itself, a journal that survives, a network as bad as it was asked to be."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.two_servers import ROOT
from tests.faults.journal import Entry, Journal, read_journal
from tests.faults.oracle import Verdict
from tests.faults.plan import HEAVY, KINDS, make_plan
from tests.faults.proxy import CALM, Network, Proxy, Trouble


def test_the_same_seed_plans_the_same_faults_and_commands() -> None:
    one, same, other = (make_plan(seed, 400) for seed in (7, 7, 8))
    assert (one.beats, one.clients) == (same.beats, same.clients)
    assert one.beats != other.beats


def test_a_plan_has_as_many_faults_as_asked_for_and_each_kind() -> None:
    for faults in (200, 1_000, 10_000):
        counts = make_plan(1, faults).counts
        counts.pop("", None)
        assert set(counts) == set(KINDS)
        assert counts.total() == pytest.approx(faults, rel=0.05)


def test_ten_thousand_faults_hold_hundreds_of_kills_and_dozens_of_the_database() -> None:
    counts = make_plan(1, 10_000).counts
    assert sum(n for kind, n in counts.items() if kind.startswith(("kill", "failpoint"))) >= 300
    assert counts["postgres killed"] + counts["postgres stopped at once"] >= 60
    assert set(HEAVY) <= set(counts)


def test_a_journal_tells_after_a_kill_what_was_intended_and_what_was_answered(tmp_path: Path) -> None:
    path = tmp_path / "client.journal"
    code = f"""
        import os, signal
        from pathlib import Path
        from tests.faults.journal import Journal
        journal = Journal(Path({str(path)!r}))
        journal.intend("1", "order", units=2)
        journal.answered("1", 201, {{"outcome": "placed"}})
        journal.intend("2", "order", units=1)
        os.write(journal._file, b'{{"id": "3", "ki')
        os.kill(os.getpid(), signal.SIGKILL)
    """
    ran = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, check=False)
    assert ran.returncode == -signal.SIGKILL
    journal = Journal(path)  # whoever writes on does so on a line of its own
    journal.answered("2", 0, "ConnectionResetError")
    journal.close()
    one, two = read_journal(path)
    assert (one.is_acknowledged, one.facts, one.said) == (True, {"units": 2}, {"outcome": "placed"})
    assert (two.is_unknown, two.is_refused) == (True, False)


@pytest.mark.parametrize(
    ("answers", "found", "wrong"),
    [
        ([(201, {})], 1, (0, 0, 0)),
        ([(201, {})], 0, (1, 0, 0)),
        ([(201, {})], 2, (0, 1, 0)),
        ([(0, "")], 0, (0, 0, 0)),
        ([(0, "")], 1, (0, 0, 0)),
        ([(0, ""), (0, "")], 2, (0, 1, 0)),
        ([(422, {})], 0, (0, 0, 0)),
        ([(422, {})], 1, (0, 0, 1)),
        ([(0, ""), (404, {})], 1, (0, 0, 0)),
    ],
)
def test_the_oracle_weighs_what_was_answered_against_what_is_there(
    answers: list[tuple[int, object]], found: int, wrong: tuple[int, int, int]
) -> None:
    verdict = Verdict()
    verdict.weigh("order", Entry("1", "order", {}, list(answers)), found)
    assert (len(verdict.lost), len(verdict.doubled), len(verdict.violations)) == wrong


@pytest.fixture(scope="module")
def echo() -> Iterator[tuple[Network, Proxy]]:
    """A server that says back what it hears, behind a proxy."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=say_back, args=(connection,), daemon=True).start()

    def say_back(connection: socket.socket) -> None:
        with connection:
            try:
                while heard := connection.recv(4096):
                    connection.sendall(heard)
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()
    network = Network()
    yield network, network.proxy(lambda: listener.getsockname())
    network.close()
    listener.close()


def talk(proxy: Proxy, words: bytes) -> bytes:
    """What comes back before the line is quiet, cut or closed."""
    heard = b""
    try:
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=5) as line:
            line.sendall(words)
            while len(heard) < len(words) and (piece := line.recv(4096)):
                heard += piece
    except ConnectionError:
        return heard + b"!"
    return heard


@pytest.mark.parametrize(
    ("trouble", "heard"),
    [
        (CALM, b"hello world"),
        (Trouble(cut_up=1), b"!"),
        (Trouble(cut_down=5), b"hello!"),
        (Trouble(delay=0.01, trickle=2), b"hello world"),
    ],
)
def test_the_network_does_to_a_connection_what_it_was_asked_to(
    echo: tuple[Network, Proxy], trouble: Trouble, heard: bytes
) -> None:
    _, proxy = echo
    proxy.next(trouble)
    said = talk(proxy, b"hello world")
    assert said == heard or (trouble.cut_up == 1 and said in (b"h!", b""))
    assert talk(proxy, b"and on") == b"and on"


def test_a_network_that_leads_nowhere_leads_somewhere_again(echo: tuple[Network, Proxy]) -> None:
    _, proxy = echo
    proxy.go_away(0.3)
    assert talk(proxy, b"anybody?") in (b"!", b"")
    time.sleep(0.35)
    assert talk(proxy, b"anybody?") == b"anybody?"


@pytest.mark.parametrize(("failpoint", "passed"), [("before-commit", 0), ("before-commit:3", 2), ("", 5), ("after-commit:1", 5)])
def test_a_process_dies_at_its_failpoint_when_it_comes_there_the_nth_time(failpoint: str, passed: int) -> None:
    code = """
        from orderhouse.kernel.failpoints import failpoint
        for n in range(5):
            failpoint("before-commit")
            print(n, flush=True)
    """
    environment = {**os.environ, "ORDERHOUSE_FAILPOINT": failpoint}
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=ROOT, env=environment, capture_output=True, check=False
    )
    assert len(ran.stdout.split()) == passed
    assert (ran.returncode == -signal.SIGKILL) == (passed < 5)


def test_a_failpoint_that_does_not_exist_is_told_at_the_start() -> None:
    environment = {**os.environ, "ORDERHOUSE_FAILPOINT": "before-lunch"}
    code = "import orderhouse.kernel.failpoints"
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode
    assert "before-lunch is none of" in ran.stderr
