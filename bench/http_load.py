"""A lean client that keeps an Orderhouse busy over HTTP, and counts what each request costs in CPU.

One thread, raw sockets kept alive, requests made as bytes beforehand: some fifty microseconds of CPU a request, told apart from what
the server and PostgreSQL use. On a machine whose clock cannot be trusted, CPU a request is the figure to compare.

    asked = [request("GET", "/api/v1/availability?sku=MUG", key=key)] * 1000
    figures = load(("127.0.0.1", 8000), [repeat(asked) for _ in range(8)], seconds=10, web=[pid], postgres=[pid])

A client whose next request depends on the last answer is a generator of its own: it yields a request and is sent the reply.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

_TICK = os.sysconf("SC_CLK_TCK")
_CHUNK = 256 * 1024


class Reply(NamedTuple):
    """An answer: its status, its body, and how long it took in seconds."""

    status: int
    body: bytes
    seconds: float


Talk = Generator[bytes, Reply, None]
"""One client: yields whole requests, is sent the reply to each, returns when it has nothing more to ask."""


@dataclass
class Figures:
    """What a load came to. Times are milliseconds; ``web_ms``, ``postgres_ms`` and ``client_ms`` CPU a request. ``work`` counts what the
    requests carried (orders, SKUs, scans), where ``counts`` told."""

    requests: int = 0
    work: int = 0
    seconds: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    web_ms: float = 0.0
    postgres_ms: float = 0.0
    client_ms: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    first_failure: str = ""

    @property
    def per_second(self) -> float:
        return self.requests / self.seconds if self.seconds else 0.0

    def __str__(self) -> str:
        answers = " ".join(f"{status}×{count}" for status, count in sorted(self.statuses.items()))
        return (
            f"{self.per_second:7.0f}/s  p50 {self.p50_ms:6.1f} ms  p99 {self.p99_ms:6.1f} ms  CPU a request: web {self.web_ms:.3f} ms  "
            f"postgres {self.postgres_ms:.3f} ms  client {self.client_ms:.3f} ms  [{answers}]"
        )


def request(method: str, path: str, *, key: str, body: bytes = b"", kind: str = "application/json", **headers: str) -> bytes:
    """One request of HTTP/1.1 as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {key}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def repeat(requests: Iterable[bytes]) -> Talk:
    """A client that sends these, whatever is answered."""
    for each in requests:  # noqa: UP028  (what is sent to us must not be sent on)
        yield each


def load(
    address: tuple[str, int],
    clients: Sequence[Talk],
    *,
    seconds: float,
    warm_up: float = 0.0,
    web: Sequence[int] = (),
    postgres: Sequence[int] = (),
    counts: Callable[[Reply], int] = lambda reply: 1,
) -> Figures:
    """Let the clients talk for ``seconds`` after ``warm_up`` (or until none has anything to say), each over a connection of its own.

    ``web`` and ``postgres`` are process ids whose CPU, with that of all their descendants, is told a request. ``counts`` says how
    much work a reply did."""
    selector = selectors.DefaultSelector()
    for talk in clients:
        _Line(address, talk, selector).ask(None)
    figures = Figures()
    taken: list[float] = []
    begun = time.perf_counter()
    end = begun + warm_up + seconds
    watches = _Watches(web, postgres)
    warm = warm_up <= 0
    while selector.get_map() and (now := time.perf_counter()) < end:
        if not warm and now >= begun + warm_up:
            figures, taken, begun, warm, watches = Figures(), [], now, True, _Watches(web, postgres)
            end = now + seconds
        for key, _ in selector.select(0.1):
            reply = key.data.heard()
            if reply is None:
                continue
            taken.append(reply.seconds)
            figures.statuses[reply.status] += 1
            figures.work += counts(reply)
            if reply.status >= 400 and not figures.first_failure:
                figures.first_failure = reply.body[:500].decode("utf-8", "replace")
            key.data.ask(reply)
    figures.requests, figures.seconds = len(taken), time.perf_counter() - begun
    if taken:
        taken.sort()
        figures.p50_ms, figures.p99_ms = (1000 * taken[min(len(taken) - 1, int(len(taken) * at))] for at in (0.5, 0.99))
        figures.web_ms, figures.postgres_ms, figures.client_ms = (1000 * cpu / len(taken) for cpu in watches.read())
    for key in list(selector.get_map().values()):
        key.data.close()
    selector.close()
    return figures


class _Line:
    """A connection and who talks over it."""

    def __init__(self, address: tuple[str, int], talk: Talk, selector: selectors.BaseSelector) -> None:
        self.talk, self.selector = talk, selector
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.parts: list[bytes] = []
        self.asked_at = 0.0
        selector.register(self.socket, selectors.EVENT_READ, self)

    def ask(self, reply: Reply | None) -> None:
        try:
            asked = next(self.talk) if reply is None else self.talk.send(reply)
        except StopIteration:
            self.close()
            return
        self.parts = []
        self.asked_at = time.perf_counter()
        self.socket.sendall(asked)

    def heard(self) -> Reply | None:
        """The reply, once it is whole."""
        part = self.socket.recv(_CHUNK)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.parts.append(part)
        text = b"".join(self.parts) if len(self.parts) > 1 else part
        head, found, body = text.partition(b"\r\n\r\n")
        if not found:
            return None
        told = head.lower()
        at = told.find(b"\r\ncontent-length:")
        if at >= 0:
            length = int(told[at + 17 : at + 40].split(b"\r\n", 1)[0])
            if len(body) < length:
                return None
        elif b"\r\ntransfer-encoding: chunked" in told:
            if not body.endswith(b"0\r\n\r\n"):
                return None
            body = b"".join(_chunks(body))
        return Reply(int(head[9:12]), body, time.perf_counter() - self.asked_at)

    def close(self) -> None:
        self.selector.unregister(self.socket)
        self.socket.close()
        self.talk.close()


def _chunks(body: bytes) -> Iterator[bytes]:
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        yield rest[:length]
        body = rest[length + 2 :]


class _Watches:
    """CPU seconds since now, of web processes, of PostgreSQL and of ourselves."""

    def __init__(self, web: Sequence[int], postgres: Sequence[int]) -> None:
        self.watched = (web, postgres)
        self.before = self._now()

    def _now(self) -> tuple[dict[int, float], dict[int, float], float]:
        own = os.times()
        return cpu_of(self.watched[0]), cpu_of(self.watched[1]), own.user + own.system

    def read(self) -> tuple[float, float, float]:
        web, postgres, own = self._now()
        return _since(self.before[0], web), _since(self.before[1], postgres), own - self.before[2]


def _since(before: dict[int, float], after: dict[int, float]) -> float:
    return sum(seconds - before.get(pid, 0.0) for pid, seconds in after.items())


def cpu_of(pids: Sequence[int]) -> dict[int, float]:
    """CPU seconds so far of these processes and all their descendants, by process id."""
    if not pids:
        return {}
    parents: dict[int, tuple[int, float]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended
            parents[int(folder.name)] = (int(fields[1]), (int(fields[11]) + int(fields[12])) / _TICK)
    found = set(pids) & parents.keys()
    while grown := {pid for pid, (parent, _) in parents.items() if parent in found} - found:
        found |= grown
    return {pid: parents[pid][1] for pid in found}
