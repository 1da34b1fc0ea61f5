"""A crowd of browsers on one live process: how soon they hear of a commit, and what it costs.

    python -m orderhouse.live.tests.crowd http://127.0.0.1:8001 --origin http://127.0.0.1:8000 --tenant CODE --email E --password P

Needs the environment of the house that is measured (``ORDERHOUSE_STATE``, ``DATABASE_URL``). Writes harmless events, one a second.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from urllib.parse import urlsplit


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("live")
    parser.add_argument("--origin", required=True)
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--events", type=int, default=30)
    args = parser.parse_args()
    from orderhouse.config.ready import ready, take_writer_number

    ready(start_database=False)
    take_writer_number()
    waits = asyncio.run(crowd(args))
    waits.sort()
    print(
        f"{args.clients} clients, {args.events} commits, {len(waits)} tellings: median {1000 * waits[len(waits) // 2]:.0f} ms, "
        f"p99 {1000 * waits[int(len(waits) * 0.99)]:.0f} ms, most {1000 * waits[-1]:.0f} ms"
    )


async def crowd(args: argparse.Namespace) -> list[float]:
    """Seconds from each commit until each client heard of it."""
    cookie = await asyncio.to_thread(sign_in, args)
    at = urlsplit(args.live)
    head = (
        f"GET /events?topics=order:1 HTTP/1.1\r\nHost: {at.netloc}\r\nOrigin: {args.origin}\r\n"
        f"Cookie: sessionid={cookie}\r\nAccept: text/event-stream\r\n\r\n"
    ).encode()
    committed: list[float] = []
    waits: list[float] = []
    listening = asyncio.Semaphore(0)

    async def listen() -> None:
        reader, writer = await asyncio.open_connection(at.hostname, at.port)
        writer.write(head)
        assert b"200" in await reader.readline()
        listening.release()
        while line := await reader.readline():
            if line.startswith(b"data:"):
                waits.append(time.time() - committed[-1])

    clients = []
    for _ in range(args.clients):
        clients.append(asyncio.create_task(listen()))
        await asyncio.sleep(0.005)
    for _ in range(args.clients):
        await listening.acquire()
    await asyncio.sleep(2)
    for n in range(args.events):
        committed.append(await asyncio.to_thread(happen, args.tenant, n))
        await asyncio.sleep(1 + (n % 10) / 33)
    for client in clients:
        client.cancel()
    return waits


def sign_in(args: argparse.Namespace) -> str:
    """The session cookie of a person at the console."""
    import httpx

    with httpx.Client(base_url=args.origin) as browser:
        browser.get("/sign-in")
        fields = {"csrfmiddlewaretoken": browser.cookies["csrftoken"], "email": args.email, "password": args.password}
        answer = browser.post("/sign-in", data=fields, headers={"Referer": f"{args.origin}/sign-in"})
        assert answer.status_code == 302
        return browser.cookies["sessionid"]


def happen(tenant: str, n: int) -> float:
    """Commit an event; answers the moment."""
    from orderhouse.catalog.open_business import find_business
    from orderhouse.contract.events import Event, record_events
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By

    business = find_business(tenant)
    assert business
    record_events(by=By(business.tenant_id, "crowd", clock.now()), events=[Event("order", 1, "measured", {"n": n})])
    return time.time()


if __name__ == "__main__":
    main()
