from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from orderhouse.config import supervise
from orderhouse.config.supervise import Supervisor


@pytest.fixture
def supervisor(tmp_path: Path) -> Supervisor:
    return Supervisor(environment={"PATH": "/usr/bin:/bin"}, log=tmp_path / "log")


def test_a_process_that_never_stood_ends_the_house(supervisor: Supervisor) -> None:
    supervisor.add("broken", "sh", "-c", "exit 1")
    assert supervisor.watch() == 1


def test_a_process_that_has_stood_is_started_again_for_as_long_as_what_it_needs_is_away(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervise, "SETTLED", 0.2)
    monkeypatch.setattr(supervise, "LONGEST_PAUSE", 0.1)
    starts = tmp_path / "starts"
    starts.touch()
    supervisor.add("worker", "sh", "-c", f"echo >> {starts}; test $(wc -l < {starts}) -gt 1 || sleep 0.4; exit 1")
    ended: list[int] = []

    def stop_once_it_was_tried() -> None:
        until = time.monotonic() + 30
        while starts.read_text().count("\n") < 6 and time.monotonic() < until and not ended:
            time.sleep(0.05)
        supervisor._stopping = True

    watching = threading.Thread(target=stop_once_it_was_tried)
    watching.start()
    ended.append(supervisor.watch())
    watching.join()
    assert ended == [0]
    assert starts.read_text().count("\n") >= 6
