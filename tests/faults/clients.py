"""Clients over HTTP, each with a journal, a road of its own to the server, and a list of commands the plan made."""

from __future__ import annotations

import http.client
import json
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.faults.house import House
from tests.faults.journal import Entry, Journal
from tests.faults.plan import Command
from tests.faults.proxy import CALM, Trouble

Answer = tuple[int, Any]
"""Status and what was said (JSON, or text); 0 where no answer came."""


class Tally:
    """Injected faults by kind."""

    def __init__(self) -> None:
        self.by_kind: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, kind: str, events: int = 1) -> None:
        with self._lock:
            self.by_kind[kind] += events

    @property
    def total(self) -> int:
        return self.by_kind.total()


class Client(threading.Thread, ABC):
    """Does its commands as far as :attr:`allowed` goes; then waits for more to be allowed."""

    side = "oms"

    def __init__(self, name: str, house: House, commands: Sequence[Command], tally: Tally) -> None:
        super().__init__(name=name, daemon=True)
        self.house, self.commands, self.tally = house, commands, tally
        self.door = house.door(self.side)
        self.journal = Journal(house.journals / f"{name}.journal")
        self.done = 0
        self.allowed = 0
        self.stopped = False
        self.broke: BaseException | None = None
        self._pool = ThreadPoolExecutor(4)

    def run(self) -> None:
        try:
            while self.done < len(self.commands) and not self.stopped:
                if self.done >= self.allowed:
                    time.sleep(0.02)
                    continue
                self.do(self.commands[self.done])
                self.done += 1
        except BaseException as error:
            self.broke = error

    def await_done(self, number: int, *, seconds: float) -> None:
        """Wait until so many commands are done, or it broke, or the time is over."""
        deadline = time.monotonic() + seconds
        while self.done < number and not self.broke and time.monotonic() < deadline:
            time.sleep(0.02)

    @abstractmethod
    def do(self, command: Command) -> None:
        """One command, whatever befalls it."""

    @abstractmethod
    def retry(self, entry: Entry) -> Answer:
        """Ask once more what ``entry`` asked, with its id."""

    def retry_unknown(self, entries: Sequence[Entry]) -> None:
        """Ask again whatever was neither acknowledged nor refused, and keep what is said now."""
        for entry in entries:
            if entry.is_unknown:
                self.journal.answered(entry.id, *self.retry(entry))

    def tell(self, method: str, path: str, body: Any, *, key: str = "", trouble: Trouble = CALM) -> Answer:
        """One request on a connection of its own."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {self.house.keys[self.side]}", "Content-Type": "application/json"}
        return self.send(method, f"/api/v1{path}", raw, headers | ({"Idempotency-Key": key} if key else {}), trouble)

    def send(self, method: str, address: str, raw: bytes, headers: Mapping[str, str], trouble: Trouble = CALM) -> Answer:
        if trouble is not CALM:
            self.door.next(trouble)
        connection = http.client.HTTPConnection("127.0.0.1", self.door.port, timeout=20)
        try:
            connection.request(method, address, raw, {"Host": "127.0.0.1", **headers})
            response = connection.getresponse()
            said = response.read()
            return response.status, _json(said)
        except (OSError, http.client.HTTPException) as error:
            return 0, type(error).__name__
        finally:
            connection.close()

    def ask(self, command: Command, id: str, method: str, path: str, body: Any) -> list[Answer]:
        """Ask under the idempotency key ``id`` with the command's fault; the answers, each kept in the journal."""
        rng, raw = command.rng(), json.dumps(body).encode()
        if command.fault == "request doubled":
            ways = [self._pool.submit(self.tell, method, path, raw, key=id) for _ in range(2)]
            answers = [way.result() for way in ways]
        else:
            trouble = trouble_of(command.fault, rng, len(raw))
            answers = [self.tell(method, path, raw, key=id, trouble=trouble)]
        for answer in answers:
            self.journal.answered(id, *answer)
        if command.fault:
            self.tally.add(command.fault)
        if (answers[0][0] == 0 and not command.fault) or answers[0][0] == 503:
            time.sleep(0.2)  # it is away: as any client, come back a moment later
        return answers


def trouble_of(fault: str, rng: Any, size: int) -> Trouble:
    """What befalls the connection of a request whose body has ``size`` bytes."""
    if fault == "request reset":
        return Trouble(cut_up=1)
    if fault == "request cut":
        return Trouble(cut_up=rng.randint(2, 200 + size))
    if fault.endswith("answer cut"):
        return Trouble(cut_down=rng.choice((1, 17, rng.randint(2, 150))))
    if fault == "request slow":
        return Trouble(delay=0.01, trickle=rng.choice((7, 40, 300)))
    return CALM


def _json(said: bytes) -> Any:
    try:
        return json.loads(said) if said else None
    except ValueError:
        return said[:200].decode("utf-8", "replace")
