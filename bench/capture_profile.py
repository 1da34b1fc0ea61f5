"""Where the time of a captured order goes: statements, round trips, CPU of ours and of PostgreSQL, by batch size.

Run: ``python bench/capture_profile.py [batch sizes and "8x1" for 8 threads with one order a call]``, on the database that
``DATABASE_URL`` or the embedded cluster gives; it makes one business of 10,000 SKUs at 4 nodes there and keeps it.
Demand is Zipf, orders have 1 to 8 lines (mean 3.04). CPU is read from ``os.times`` and from ``/proc`` of the
server's backends, statements from pg_stat_statements where the server has it (``--statements`` lists the heaviest,
``--profile`` our own functions). Rates by the clock are shown last: a machine with other work makes them worth little.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import pstats
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

ITEMS, NODES, STOCK = 10_000, 4, 1_000_000
SHARES = (0.32, 0.22, 0.15, 0.10, 0.08, 0.06, 0.04, 0.03)  # of orders with 1, 2 ... 8 lines


@dataclass
class Business:
    """The business that captures, and its demand (seeded)."""

    tenant_id: int
    rng: random.Random
    weights: Sequence[float]
    run: str
    count: int = 0

    def submissions(self, count: int) -> list[dict[str, Any]]:
        """Raw orders as a channel sends them, parsed JSON."""
        return [self._order() for _ in range(count)]

    def _order(self) -> dict[str, Any]:
        self.count += 1
        lines = self.rng.choices(range(1, 9), SHARES)[0]
        items = dict.fromkeys(self.rng.choices(range(ITEMS), cum_weights=self.weights, k=lines))
        return {
            "channel": "WEB",
            "channel_order_id": f"{self.run}-{self.count}",
            "placed_at": "2026-11-20T10:00:00Z",
            "currency": "GBP",
            "customer": {"name": f"Customer {self.count % 5000}", "email": f"c{self.count % 5000}@example.org"},
            "ship_to": {
                "name": f"Customer {self.count % 5000}",
                "lines": [f"{self.count % 90} High Street"],
                "city": "Leeds",
                "postal_code": "LS1 1AA",
                "country": "GB",
                "latitude": round(50.5 + self.rng.random() * 5, 3),
                "longitude": round(-3 + self.rng.random() * 3, 3),
            },
            "lines": [
                {"sku": f"SKU-{item:05}", "quantity": self.rng.randint(1, 3), "unit_price": f"{1 + item % 90}.99"}
                for item in items
            ],
        }


def open_bench_business(code: str = "bench-capture") -> Business:
    """The business of the bench, made if it is not there yet."""
    from orderhouse.catalog.define_items import ItemDefinition, define_items
    from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
    from orderhouse.catalog.open_business import open_business
    from orderhouse.contract.messages import InventoryChanged, StockLine
    from orderhouse.database.tenants import tenants
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
    from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs
    from orderhouse.oms.inventory.apply_inventory_changes import apply_inventory_changes
    from orderhouse.oms.tests.shop import TARIFF

    weights = list(accumulate(1 / (n + 1) for n in range(ITEMS)))
    run = f"{time.time_ns():x}"
    for tenant in tenants():
        if tenant.code == code:
            return Business(tenant.tenant_id, random.Random(7), weights, run)
    opened = open_business(code=code, name=code, at=clock.now())
    by = By(opened.tenant_id, "bench", clock.now())
    places = [("DAV", 52.26, -1.16), ("WAR", 53.39, -2.59), ("DON", 53.52, -1.13), ("BRI", 51.50, -2.69)]
    define_nodes(by=by, nodes=[NodeDefinition(n, n, "warehouse", "GB", x, y, time_zone="Europe/London") for n, x, y in places])
    define_channels(by=by, channels=[ChannelDefinition("WEB", "Web shop", "web_shop", "OWN", "GBP")])
    define_tariffs(by=by, tariffs=[TariffDefinition("PARCELUK", "standard", TARIFF)])
    skus = [f"SKU-{n:05}" for n in range(ITEMS)]
    for start in range(0, ITEMS, 1000):
        part = skus[start : start + 1000]
        define_items(
            by=by, items=[ItemDefinition("OWN", sku, f"Item {sku}", weight_grams=50 + 37 * n % 900) for n, sku in enumerate(part)]
        )
        for node, _, _ in places[:NODES]:
            lines = tuple(StockLine(sku, "OWN", STOCK, STOCK, 1, "received") for sku in part)
            apply_inventory_changes(by=by, messages=[InventoryChanged(node, by.at, lines)])
    return Business(opened.tenant_id, random.Random(7), weights, run)


def cpu_of_server() -> float:
    """CPU seconds of every backend of our database that lives now."""
    ticks = 0
    for pid in _superuser("SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"):
        try:
            fields = Path(f"/proc/{pid[0]}/stat").read_text().rpartition(") ")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _superuser(statement: str) -> list[tuple[Any, ...]]:
    import psycopg

    from orderhouse.kernel.postgres import admin_url

    with psycopg.connect(admin_url(), autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def measure(name: str, work: Callable[[], int], *, statements: bool, profile: bool) -> None:
    """Run ``work`` (it answers how many orders it captured) and print one row."""
    _superuser("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
    _superuser("SELECT pg_stat_statements_reset()")
    lsn = _superuser("SELECT pg_current_wal_insert_lsn()")[0][0]
    server, ours, clock_ = cpu_of_server(), os.times(), time.perf_counter()
    profiler = cProfile.Profile() if profile else None
    if profiler:
        profiler.enable()
    orders = work()
    if profiler:
        profiler.disable()
    wall, ended, server = time.perf_counter() - clock_, os.times(), cpu_of_server() - server
    own = ended.user + ended.system - ours.user - ours.system
    wal = int(_superuser(f"SELECT pg_current_wal_insert_lsn() - '{lsn}'::pg_lsn")[0][0])
    mine = "dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND userid <> 10"
    calls, took = _superuser(
        f"SELECT coalesce(sum(calls), 0), coalesce(sum(total_exec_time + total_plan_time), 0) FROM pg_stat_statements WHERE {mine}"
    )[0]
    print(
        f"{name:>8} {orders:7} orders  statements/order {int(calls) / orders:6.2f}  CPU ms/order: ours {own / orders * 1e3:6.3f}"
        f"  PostgreSQL {server / orders * 1e3:6.3f} (executing {took / orders:6.3f})  WAL {wal / orders:7.0f} B  {orders / wall:7.0f}/s",
        flush=True,
    )
    if statements:
        for n, ms, plans, planning, text in _superuser(
            f"""SELECT calls, total_exec_time, plans, total_plan_time, left(regexp_replace(query, '\\s+', ' ', 'g'), 110) FROM pg_stat_statements
                WHERE {mine} ORDER BY total_exec_time DESC LIMIT 24"""
        ):
            print(
                f"    {n:7} calls  {ms / orders * 1e3:8.1f} µs/order  {ms / n:8.3f} ms each  {plans:6} plans {planning / orders * 1e3:7.1f} µs/order  {text}"
            )
    if profiler:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(45)


def main() -> None:
    """Measure every shape the command line names."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shapes", nargs="*", default=["1", "10", "100", "500", "8x1"])
    parser.add_argument("--orders", type=int, default=0, help="orders for each shape (0: enough for the shape)")
    parser.add_argument("--statements", action="store_true")
    parser.add_argument("--profile", action="store_true")
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "orderhouse.config.settings.together")
    import django

    django.setup()
    from orderhouse.kernel import clock
    from orderhouse.kernel.actors import By
    from orderhouse.oms.desk.capture_orders import capture_orders

    business = open_bench_business()
    by = By(business.tenant_id, "bench", clock.now())
    capture_orders(by=by, submissions=business.submissions(200))
    for shape in arguments.shapes:
        threads, _, batch = shape.rpartition("x")
        size = int(batch)
        count = arguments.orders or {1: 300}.get(size, max(1000, size * 4))
        if not threads:
            batches = [business.submissions(size) for _ in range(max(1, count // size))]

            def alone(batches: list[Any] = batches) -> int:
                return sum(len(capture_orders(by=by.when(clock.now()), submissions=batch)) for batch in batches)

            measure(shape, alone, statements=arguments.statements, profile=arguments.profile)
        else:
            measure(shape, _threads(business, by, int(threads), max(count, 2000)), statements=arguments.statements, profile=False)


def _threads(business: Business, by: Any, threads: int, count: int) -> Callable[[], int]:
    from django.db import connection

    from orderhouse.kernel import clock
    from orderhouse.oms.desk.capture_together import capture_together

    shares = [business.submissions(count // threads) for _ in range(threads)]
    ready, go, done = threading.Barrier(threads + 1), threading.Event(), threading.Barrier(threads + 1)
    waits: list[float] = []

    def client(share: list[dict[str, Any]]) -> None:
        connection.ensure_connection()
        ready.wait()
        go.wait()
        for submission in share:
            begun = time.perf_counter()
            assert capture_together(by=by.when(clock.now()), submission=submission).outcome == "placed"
            waits.append(time.perf_counter() - begun)
        done.wait()
        done.wait()
        connection.close()

    runners = [threading.Thread(target=client, args=(share,), daemon=True) for share in shares]
    for runner in runners:
        runner.start()
    ready.wait()

    def work() -> int:
        go.set()
        done.wait()
        waits.sort()
        print(f"{'':>8} p50 {waits[len(waits) // 2] * 1e3:.1f} ms, p99 {waits[len(waits) * 99 // 100] * 1e3:.1f} ms")
        threading.Timer(1.0, done.wait).start()  # the clients' backends live until their CPU is read
        return sum(map(len, shares))

    return work


if __name__ == "__main__":
    main()
