"""A stranger runs the demo: it comes up, it lives, it stops cleanly, and it goes on where it was."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from orderhouse.kernel.postgres import Cluster

ORDERHOUSE = [sys.executable, "-m", "orderhouse.config.cli"]


def environment() -> dict[str, str]:
    """As a stranger's shell has it: none of what the tests set."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("ORDERHOUSE_", "DATABASE_", "DJANGO_"))}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def demo(state: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], httpx.Client, list[str]]]:
    """A running demo, a browser signed in with the words it printed, and those words."""
    command = [*ORDERHOUSE, "demo", "--state", str(state), "--port", str(port), "--speed", "15"]
    process = subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        said: list[str] = []
        for line in process.stdout:
            said.append(line)
            if line.startswith("Orderhouse demo:"):
                break
        found = re.fullmatch(r"Orderhouse demo: (\S+)  sign in as (\S+) / (\S+)\n", said[-1])
        assert found, f"{''.join(said)}\n{_log(state)}"
        address, email, password = found.groups()
        assert address == f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=address, follow_redirects=True, timeout=20) as browser:
            form = browser.get("/sign-in").text
            token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
            assert token
            fields = {"csrfmiddlewaretoken": token[1], "email": email, "password": password}
            home = browser.post("/sign-in", data=fields, headers={"Referer": f"{address}/sign-in"})
            assert home.status_code == 200, home.text[:500]
            assert "What happened" in home.text
            yield process, browser, said
    finally:
        process.kill()
        process.wait()
        if Cluster(state).status().is_running:
            Cluster(state).stop()


def _log(state: Path) -> str:
    return (state / "demo.log").read_text()[-3000:] if (state / "demo.log").exists() else ""


def hears(browser: httpx.Client, topic: str) -> bool:
    """Whether the stream that a page names tells of a topic within a while."""
    page = browser.get("/orders").text
    address = re.search(r'data-listen="([^"]+)"', page)
    assert address
    origin = str(browser.base_url).rstrip("/")
    assert address[1].rsplit(":", 1)[1] in browser.get("/orders").headers["Content-Security-Policy"]
    with httpx.Client(timeout=20) as stranger:
        assert stranger.get(f"{address[1]}/events", params={"topics": topic}).status_code == 401
    headers, params = {"Origin": origin}, {"topics": topic}
    with browser.stream("GET", f"{address[1]}/events", params=params, headers=headers, timeout=30) as stream:
        assert stream.status_code == 200
        assert stream.headers["Access-Control-Allow-Origin"] == origin
        return any(line.startswith("data:") and f'"{topic}"' in line for line in stream.iter_lines())


def paused_orders(browser: httpx.Client) -> int:
    """How many orders come in three seconds of a pause (at this speed some five would), once it has been obeyed."""
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', browser.get("/demo/").text)
    assert token
    fields = {"csrfmiddlewaretoken": token[1]}
    referer = {"Referer": f"{browser.base_url}/demo/"}
    assert browser.post("/demo/", data={**fields, "paused": "yes"}, headers=referer).status_code == 200
    time.sleep(1)
    before = tab(browser, "All")
    time.sleep(3)
    came = tab(browser, "All") - before
    assert browser.post("/demo/", data={**fields, "paused": "no"}, headers=referer).status_code == 200
    return came


def tab(browser: httpx.Client, label: str) -> int:
    found = re.search(rf">{label} <b>([\d,]+)</b>", browser.get("/orders").text)
    assert found
    return int(found[1].replace(",", ""))


def stop(process: subprocess.Popen[str], state: Path) -> None:
    """Ctrl-C, and nothing of it is left."""
    children = [int(pid) for pid in re.findall(r"\d+", (state / "demo.lock").read_text())]
    assert len(children) == 5
    process.send_signal(signal.SIGINT)
    assert process.wait(25) == 0, _log(state)
    assert [pid for pid in children if Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes()] == []
    assert Cluster(state).status().state == "stopped"


def test_the_demo_comes_up_lives_stops_and_goes_on(tmp_path: Path) -> None:
    state, port = tmp_path / "state", free_port()
    with demo(state, port) as (process, browser, _):
        password = (state / "demo.password").read_text()
        assert (state / "demo.password").stat().st_mode & 0o077 == 0
        key = (state / "demo.api-key").read_text().strip()
        shipped = tab(browser, "Shipped")
        assert shipped > 10
        deadline = time.monotonic() + 30
        while tab(browser, "Shipped") < shipped + 3:
            assert time.monotonic() < deadline, f"no order shipped in 30 s\n{_log(state)}"
            time.sleep(0.5)
        with httpx.Client(base_url=str(browser.base_url)) as caller:
            assert caller.get("/api/v1/orders", headers={"Authorization": f"Bearer {key}"}).status_code == 200
        assert hears(browser, "orders"), _log(state)
        assert paused_orders(browser) == 0
        for page in ("/", "/orders", "/invalid", "/stock", "/floor", "/floor/BRS"):
            assert browser.get(page).status_code == 200, _log(state)
        second = subprocess.run(
            [*ORDERHOUSE, "demo", "--state", str(state), "--port", str(free_port())],
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert (second.returncode, "A demo already runs" in second.stderr) == (2, True)
        stop(process, state)
        count = _orders(state)

    with demo(state, port) as (process, browser, said):
        assert not any("receiving" in line for line in said)
        assert (state / "demo.password").read_text() == password
        assert tab(browser, "All") >= count
        stop(process, state)
    assert _books_hold(state)
    cleaned = subprocess.run([*ORDERHOUSE, "clean-demo", "--state", str(state)], env=environment(), check=False)
    assert cleaned.returncode == 0
    assert Cluster(state).status().state == "absent"
    assert not (state / "demo.password").exists()


def test_a_taken_port_is_refused_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*ORDERHOUSE, "demo", "--state", str(tmp_path / "state"), "--port", str(port)]
        ran = subprocess.run(command, env=environment(), capture_output=True, text=True, timeout=20, check=False)
    assert ran.returncode == 2
    assert f"Port {port} on 127.0.0.1 is in use" in ran.stderr
    assert Cluster(tmp_path / "state").status().state == "absent"


def _orders(state: Path) -> int:
    cluster = Cluster(state)
    cluster.start()
    try:
        import psycopg

        with psycopg.connect(cluster.url(user="postgres")) as connection:
            row = connection.execute("SELECT count(*) FROM oms_order").fetchone()
            assert row
            return int(row[0])
    finally:
        cluster.stop()


def _books_hold(state: Path) -> bool:
    proof = subprocess.run(
        [*ORDERHOUSE, "ledger", "prove"],
        env=environment() | {"ORDERHOUSE_STATE": str(state)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "demo: " in proof.stdout, proof.stdout + proof.stderr
    return proof.returncode == 0
