"""A lean client that keeps an Orderhouse busy over HTTP.

One thread, raw sockets kept alive, requests made as bytes beforehand: some fifty microseconds of CPU a request.

    figures = load(("127.0.0.1", 8000), [talk() for _ in range(8)], seconds=10, heard=print)

A client is a generator: it yields a request and is sent the reply, on which its next may depend.
"""

from __future__ import annotations

import selectors
import socket
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

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
    """What a load came to, times in milliseconds. What it cost in CPU is the meter's to tell (:mod:`bench.meter`)."""

    seconds: float = 0.0
    p50_ms: float = 0.0
    p99_ms: float = 0.0
    statuses: Counter[int] = field(default_factory=Counter)
    first_failure: str = ""


def request(method: str, path: str, *, key: str, body: bytes = b"", kind: str = "application/json", **headers: str) -> bytes:
    """One request of HTTP/1.1 as it goes over the wire."""
    lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Bearer {key}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += [f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def load(address: tuple[str, int], clients: Sequence[Talk], *, seconds: float, heard: Callable[[Reply], None]) -> Figures:
    """Let the clients talk for ``seconds`` (or until none has anything to say), each over a connection of its own. ``heard`` is told
    every reply."""
    selector = selectors.DefaultSelector()
    for talk in clients:
        _Line(address, talk, selector).ask(None)
    figures = Figures()
    taken: list[float] = []
    begun = time.perf_counter()
    end = begun + seconds
    while selector.get_map() and time.perf_counter() < end:
        for key, _ in selector.select(0.1):
            reply = key.data.heard()
            if reply is None:
                continue
            taken.append(reply.seconds)
            figures.statuses[reply.status] += 1
            heard(reply)
            if reply.status >= 400 and not figures.first_failure:
                figures.first_failure = reply.body[:500].decode("utf-8", "replace")
            key.data.ask(reply)
    figures.seconds = time.perf_counter() - begun
    if taken:
        taken.sort()
        figures.p50_ms, figures.p99_ms = (1000 * taken[min(len(taken) - 1, int(len(taken) * at))] for at in (0.5, 0.99))
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
