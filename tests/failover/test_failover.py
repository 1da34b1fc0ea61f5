"""The database's machine dies under load; its synchronous standby takes over, and no order that was answered is missing."""

from __future__ import annotations

import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest

from orderhouse.kernel.postgres import Cluster
from tests.contract.test_two_servers import BY, OMS_SETUP, PROVE
from tests.contract.two_servers import TENANT, Installation, wait_until
from tests.failover.standby import StandbyPair, free_port

OPEN = f"""
from orderhouse.catalog.open_business import open_business
from orderhouse.kernel import clock
open_business(code={TENANT!r}, name="Acme", at=clock.now())
"""
STOCK = (
    BY
    + """
from orderhouse.contract.messages import InventoryChanged, StockLine
from orderhouse.oms.inventory.apply_inventory_changes import apply_inventory_changes
lines = tuple(StockLine(sku, "OWN", 5_000, 5_000, 1, "received") for sku in "ABCDEFGH")
apply_inventory_changes(by=by, messages=[InventoryChanged("FAR", by.at, lines)])
"""
)
KEY = (
    BY
    + "from orderhouse.people.api_keys import issue_api_key\nprint(issue_api_key(by=by, name='shop', scopes=['orders:write']))\n"
)


class Installed(Installation):
    """Reaches its database at whichever of the two servers takes writes."""

    pair: StandbyPair

    @property
    def url(self) -> str:
        return self.pair.url(self.name) if hasattr(self, "pair") else super().url


class Shop(threading.Thread):
    """Places one order after the other, each until it is answered; ``answered`` tells which, and when."""

    def __init__(self, address: str, key: str, name: str) -> None:
        super().__init__()
        self.address, self.name, self.stop = address, name, threading.Event()
        self.headers = {"Authorization": f"Bearer {key}"}
        self.answered: list[tuple[str, float]] = []

    def run(self) -> None:
        number = 0
        with httpx.Client(headers=self.headers, trust_env=False, timeout=5) as client:
            while not self.stop.is_set():
                number += 1
                order = _order(f"{self.name}-{number}", "ABCDEFGH"[number % 8])
                while not self._placed(client, order):
                    time.sleep(0.1)
                    if self.stop.is_set():
                        return
                self.answered.append((order["channel_order_id"], time.monotonic()))

    def _placed(self, client: httpx.Client, order: dict[str, Any]) -> bool:
        try:
            answer = client.post(self.address, json=order)
        except httpx.HTTPError:
            return False
        assert answer.status_code in (200, 201) or answer.status_code >= 500, answer.text
        return answer.status_code < 300


@pytest.fixture
def state() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="orderhouse-failover-"))
    path.chmod(0o755)  # the database's own account passes through
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def house(state: Path) -> Iterator[tuple[Installed, StandbyPair]]:
    cluster = Cluster(state / "cluster")
    cluster.start()
    oms = Installed("oms", "orderhouse.config.settings.oms_alone", cluster, state, free_port())
    pair = StandbyPair(cluster, cluster.status().home / "standby")  # type: ignore[operator]
    try:
        oms.make()
        for code in (OPEN, OMS_SETUP, STOCK):
            oms.run(code)
        pair.make()
        oms.pair = pair
        wait_until(pair.is_synchronous, "the standby keeps up")
        oms.start()
        yield oms, pair
    finally:
        oms.stop()
        pair.stop()
        cluster.remove()


def test_when_the_databases_machine_dies_its_standby_goes_on_and_no_answered_order_is_missing(
    house: tuple[Installed, StandbyPair],
) -> None:
    oms, pair = house
    key = oms.run(KEY)
    shops = [Shop(f"http://127.0.0.1:{oms.port}/api/v1/orders", key, f"S{n}") for n in range(4)]
    for shop in shops:
        shop.start()
    try:
        wait_until(lambda: all(len(shop.answered) >= 10 for shop in shops), "all shops sell")
        pair.kill_primary()
        died = time.monotonic()
        before = [len(shop.answered) for shop in shops]
        pair.promote()
        wait_until(
            lambda: all(len(s.answered) >= had + 10 for s, had in zip(shops, before, strict=True)), "all sell again", seconds=60
        )
    finally:
        for shop in shops:
            shop.stop.set()
        for shop in shops:
            shop.join()
    times = sorted(at for shop in shops for _, at in shop.answered)
    away = max(later - earlier for earlier, later in pairwise(at for at in times if at > died - 1))
    print(f"orders were answered again after {away:.1f} s; {len(times)} were answered in all")

    with psycopg.connect(pair.url("oms", "postgres")) as connection:
        books = [str(number) for (number,) in connection.execute("SELECT channel_order_id FROM oms_order").fetchall()]
    answered = [number for shop in shops for number, _ in shop.answered]
    assert not pair.primary.status().is_running
    assert set(answered) <= set(books)
    assert len(books) == len(set(books)), "an order placed again after a lost answer is the same order"
    assert oms.run(PROVE) == "{}"


def _order(number: str, sku: str) -> dict[str, Any]:
    return {
        "channel": "WEB",
        "channel_order_id": number,
        "placed_at": "2026-03-02T08:00:00Z",
        "currency": "GBP",
        "ship_to": {"name": "Ada", "country": "GB", "city": "London", "postal_code": "E1", "latitude": 51.5, "longitude": -0.1},
        "lines": [{"line_number": 1, "sku": sku, "quantity": 1, "unit_price": "2.00"}],
    }
