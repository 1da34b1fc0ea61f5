"""A bad network: TCP proxies that delay, trickle, cut after so many bytes, reset, or lead nowhere."""

from __future__ import annotations

import asyncio
import random
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True)
class Trouble:
    """What befalls one connection: ``cut_up`` and ``cut_down`` are bytes from and to the client before it is cut (None: never),
    ``delay`` seconds before each piece to the client, ``trickle`` bytes a piece."""

    cut_up: int | None = None
    cut_down: int | None = None
    delay: float = 0.0
    trickle: int = 0


CALM = Trouble()


class Network:
    """The event loop all proxies of a rig live in, in a thread of its own."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, name="network", daemon=True)
        self._thread.start()

    def proxy(self, target: Callable[[], tuple[str, int]]) -> Proxy:
        """A new proxy to wherever ``target`` says when a connection comes."""
        proxy = Proxy(self.loop, target)
        asyncio.run_coroutine_threadsafe(proxy.listen(), self.loop).result(10)
        return proxy

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(5)


class Proxy:
    """Listens on 127.0.0.1:``port``. Its methods may be called from any thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, target: Callable[[], tuple[str, int]]) -> None:
        self.port = 0
        self._loop, self._target = loop, target
        self._links: dict[_Link, None] = {}
        self._next: deque[Trouble] = deque()
        self._away_until = self._slow_until = self._held_until = 0.0
        self._delay, self._trickle = 0.0, 0

    async def listen(self) -> None:
        server = await self._loop.create_server(lambda: _Leg(_Link(self)), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]

    def next(self, trouble: Trouble) -> None:
        """Let this befall the next connection."""
        self._next.append(trouble)

    def reset(self, rng: random.Random, most: int = 1) -> int:
        """Reset up to ``most`` live connections, chosen by chance; how many there were."""
        links = [link for link in list(self._links) if link.is_open]
        chosen = rng.sample(links, min(most, len(links)))
        for link in chosen:
            self._loop.call_soon_threadsafe(link.reset)
        return len(chosen)

    def cut(self, rng: random.Random, *, down: bool, after: int) -> int:
        """Let one live connection break off after so many more bytes; 1, or 0 where there was none."""
        links = [link for link in list(self._links) if link.is_open]
        if not links:
            return 0
        link = rng.choice(links)
        leg = link.server if down else link.client
        leg.left = after
        return 1

    def go_away(self, seconds: float) -> None:
        """Lead nowhere for so long: every connection is reset, new ones are closed at once."""
        self._away_until = time.monotonic() + seconds
        for link in list(self._links):
            self._loop.call_soon_threadsafe(link.reset)

    def be_slow(self, seconds: float, *, delay: float = 0.0, trickle: int = 0) -> None:
        """For so long, pass every piece to the client ``delay`` seconds late, or ``trickle`` bytes at a time."""
        self._slow_until, self._delay, self._trickle = time.monotonic() + seconds, delay, trickle

    def hold(self, seconds: float) -> None:
        """Pass nothing at all for so long; nothing is lost."""
        self._held_until = time.monotonic() + seconds

    def calm(self) -> None:
        """Be a good network from now on."""
        self._next.clear()
        self._away_until = self._slow_until = self._held_until = 0.0

    @property
    def is_away(self) -> bool:
        return time.monotonic() < self._away_until

    def pace(self, trouble: Trouble) -> tuple[float, int]:
        """Seconds to wait before the next piece, and its size (0: whole)."""
        now = time.monotonic()
        wait = max(0.0, self._held_until - now)
        if now < self._slow_until:
            return max(wait, self._delay), self._trickle
        return max(wait, trouble.delay), trouble.trickle

    def take_trouble(self) -> Trouble:
        return self._next.popleft() if self._next else CALM


class _Link:
    """One connection through a proxy: a leg to the client, a leg to the server."""

    def __init__(self, proxy: Proxy) -> None:
        self.proxy, self.trouble = proxy, proxy.take_trouble()
        self.client = self.server = cast("_Leg", None)

    @property
    def is_open(self) -> bool:
        return self.server is not None and self.client is not None

    def opened(self, leg: _Leg) -> None:
        if self.client is not None:
            return
        self.client = leg
        leg.left = self.trouble.cut_up
        self.proxy._links[self] = None
        if self.proxy.is_away:
            self.reset()
            return
        self.proxy._loop.create_task(self._connect())

    async def _connect(self) -> None:
        leg = _Leg(self)
        leg.left = self.trouble.cut_down
        try:
            await self.proxy._loop.create_connection(lambda: leg, *self.proxy._target())
        except OSError:
            self.reset()
            return
        if self.client.transport.is_closing():
            leg.transport.abort()
            return
        self.server = leg
        self.client.flush()

    def other(self, leg: _Leg) -> _Leg | None:
        return self.server if leg is self.client else self.client

    def reset(self) -> None:
        """End both sides with a RST."""
        for leg in (self.client, self.server):
            if leg is not None and leg.transport is not None and not leg.transport.is_closing():
                raw = leg.transport.get_extra_info("socket")
                raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                leg.transport.abort()
        self.proxy._links.pop(self, None)

    def closed(self, leg: _Leg) -> None:
        other = self.other(leg)
        self.proxy._links.pop(self, None)
        if other is not None and other.transport is not None and not other.transport.is_closing():
            if leg.queue and not leg.is_broken:
                leg.last_words = True
            else:
                other.transport.close()


class _Leg(asyncio.Protocol):
    """One side. What it hears goes to the other side, when and as far as the trouble allows."""

    def __init__(self, link: _Link) -> None:
        self.link = link
        self.transport: Any = None
        self.queue: deque[bytes] = deque()
        self.left: int | None = None
        self.is_waiting = self.last_words = self.is_broken = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.link.opened(self)

    def data_received(self, data: bytes) -> None:
        self.queue.append(data)
        if not self.is_waiting:
            self.flush()

    def connection_lost(self, exc: Exception | None) -> None:
        self.is_broken = exc is not None
        self.link.closed(self)

    def pause_writing(self) -> None:
        if (other := self.link.other(self)) and not other.transport.is_closing():
            other.transport.pause_reading()

    def resume_writing(self) -> None:
        if (other := self.link.other(self)) and not other.transport.is_closing():
            other.transport.resume_reading()

    def flush(self, *, paid: bool = False) -> None:
        """Pass on what was heard; ``paid`` says that the first piece has waited its time."""
        other = self.link.other(self)
        self.is_waiting = False
        while self.queue and other is not None and other.transport is not None and not other.transport.is_closing():
            wait, size = self.link.proxy.pace(self.link.trouble) if self is self.link.server else (0.0, 0)
            if wait and not paid:
                self.is_waiting = True
                self.link.proxy._loop.call_later(wait, lambda: self.flush(paid=True))
                return
            paid = False
            piece = self.queue.popleft()
            if size and len(piece) > size:
                self.queue.appendleft(piece[size:])
                piece = piece[:size]
            if self.left is not None:
                if len(piece) >= self.left:
                    other.transport.write(piece[: self.left])
                    self.link.proxy._loop.call_soon(self.link.reset)
                    return
                self.left -= len(piece)
            other.transport.write(piece)
        if self.last_words and not self.queue and other is not None:
            other.transport.close()
