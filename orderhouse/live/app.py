"""The stream over HTTP: one address, ``GET /events?topics=orders,stock``, answered by server-sent events."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress

import orjson
from django.conf import settings
from django.db import connection
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from orderhouse.console.desk import Desk
from orderhouse.live.hub import Hub, Listener
from orderhouse.live.visitors import is_console, is_our_host, visitor
from orderhouse.live.watch import Watcher

log = logging.getLogger(__name__)

POLL_SECONDS = 0.3
HEARTBEAT_SECONDS = 15.0
CHECK_SECONDS = 10.0
"""How often it is asked again whether the person may still listen."""

MOST_TOPICS = 60
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "Vary": "Origin"}


class Live:
    """The process: a hub, a watcher in its thread, and the check of those who listen."""

    def __init__(self, console: str) -> None:
        self.console, self.hub = console, Hub()
        self._doors = ThreadPoolExecutor(2, thread_name_prefix="door")
        self._stop = threading.Event()
        self._sessions: dict[str, dict[Listener, Desk]] = {}

    def app(self) -> Starlette:
        """The ASGI application."""
        routes = [Route(f"{prefix}/events", self.events) for prefix in ("", "/live")]
        return Starlette(routes=[*routes, Route("/health", self.health)], lifespan=self._lifespan)

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        watching = threading.Thread(target=self._watch, args=(asyncio.get_running_loop(),), name="watcher", daemon=True)
        watching.start()
        checking = asyncio.create_task(self._check())
        try:
            yield
        finally:
            checking.cancel()
            self.stop()

    def stop(self) -> None:
        """End every stream and the watcher."""
        self._stop.set()
        self.hub.close()

    # ── the watcher's thread ─────────────────────────────────────────────────────────────────────────────────────────
    def _watch(self, loop: asyncio.AbstractEventLoop) -> None:
        watcher, lost = Watcher(), False
        while not self._stop.wait(2.0 if lost else POLL_SECONDS):
            watched = self.hub.watched()
            if not watched:
                continue
            try:
                found = watcher.look(watched)
                lost = False
            except Exception:  # a database that went away: a fresh watcher begins with everything
                log.exception("could not look at the database")
                connection.close()
                watcher, lost = Watcher(), True
                continue
            for tenant_id, topics in found.items():
                loop.call_soon_threadsafe(self.hub.publish, tenant_id, topics)
            loop.call_soon_threadsafe(self.hub.sweep)
        connection.close()

    # ── the door ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def events(self, request: Request) -> Response:
        """A stream of ``{"topics": [...], "at": milliseconds}`` for the person of the session cookie, in their business only."""
        origin, host = request.headers.get("origin", ""), request.headers.get("host", "")
        if not is_our_host(host):
            return PlainTextResponse("Unknown host.", 400)
        if origin and not is_console(origin, self.console, host, secure=request.url.scheme == "https"):
            return PlainTextResponse("Pages of this origin may not listen.", 403, {"Vary": "Origin"})
        headers = dict(HEADERS)
        if origin:
            headers |= {"Access-Control-Allow-Origin": origin, "Access-Control-Allow-Credentials": "true"}
        cookie = request.cookies.get(settings.SESSION_COOKIE_NAME, "")
        desk = await self._ask(cookie)
        if desk is None:
            return PlainTextResponse("Sign in first.", 401, headers)
        topics = [topic for topic in request.query_params.get("topics", "").split(",") if topic][:MOST_TOPICS]
        since = request.query_params.get("since", "")
        listener = self.hub.join(
            desk.tenant_id,
            topics,
            last_id=request.headers.get("last-event-id", ""),
            since=int(since) / 1000 if since.isdigit() else None,
        )
        return StreamingResponse(self._stream(listener, cookie, desk), headers=headers, media_type="text/event-stream")

    async def health(self, request: Request) -> Response:
        """Whether the process answers, and to how many it tells."""
        return PlainTextResponse(f"ok {len(self.hub)}\n")

    async def _stream(self, listener: Listener, cookie: str, desk: Desk) -> AsyncIterator[bytes]:
        self._sessions.setdefault(cookie, {})[listener] = desk
        try:
            yield b"retry: 2000\n: listening\n\n"
            while not listener.over:
                told = await listener.next(HEARTBEAT_SECONDS)
                if told is None:
                    yield b": still here\n\n"
                    continue
                number, at, topics = told
                yield b"id: %s\ndata: %s\n\n" % (number.encode(), orjson.dumps({"topics": topics, "at": int(at * 1000)}))
        finally:
            self.hub.leave(listener)
            self._sessions.get(cookie, {}).pop(listener, None)

    async def _check(self) -> None:
        """Every session in turn, spread over the time between two checks; whoever is not quite who was
        let in (a role withdrawn or granted, a new password) is cut off, and has to come in by the door again."""
        while True:
            cookies = list(self._sessions)
            for cookie in cookies:
                await asyncio.sleep(CHECK_SECONDS / len(cookies))
                listeners = self._sessions.get(cookie)
                if not listeners:
                    self._sessions.pop(cookie, None)
                    continue
                with suppress(Exception):  # a database that is away for a moment cuts nobody off
                    desk = await self._ask(cookie)
                    for listener, as_let_in in list(listeners.items()):
                        if desk != as_let_in:
                            listener.end()
            if not cookies:
                await asyncio.sleep(1)

    async def _ask(self, cookie: str) -> Desk | None:
        return await asyncio.get_running_loop().run_in_executor(self._doors, _visitor, cookie)


def _visitor(cookie: str) -> Desk | None:
    try:
        return visitor(cookie)
    except Exception:
        connection.close()  # the next one asks over a fresh connection
        raise
