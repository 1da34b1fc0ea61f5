"""The driver: does what the plan says to processes, database, network, disk and clocks, and sees how long recovery takes."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psycopg

from tests.faults.clients import Tally
from tests.faults.house import CONNECTIONS, House, Side
from tests.faults.plan import FAILPOINTS, PROCESSES, Beat
from tests.faults.shop import Shop, order

POISON = "POISON"


class Driver:
    """One fault after another. ``recoveries`` holds seconds until the API answered again, by what was killed. An armed
    process has ``patience`` seconds to come to its failpoint before the storm goes on."""

    def __init__(self, house: House, tally: Tally, *, patience: float = 6.0) -> None:
        self.house, self.tally, self.patience = house, tally, patience
        self.recoveries: dict[str, list[float]] = {}
        self.poisoner = Shop("poison", house, (), tally)
        self.poisoned: list[str] = []
        self._kinds: dict[str, Callable[[random.Random], bool]] = {
            "postgres killed": lambda rng: self._postgres(signal.SIGKILL),
            "postgres stopped at once": lambda rng: self._postgres(signal.SIGQUIT),
            "postgres unreachable": self._unreachable,
            "postgres slow": self._slow,
            "postgres silent": self._silent,
            "disk full": self._disk_full,
            "connections exhausted": self._connections_exhausted,
            "serializable": self._serializable,
            "clock wrong": self._clock_wrong,
            "poison letter": self._poison,
            "database connection reset": self._reset,
            "database connection cut": self._cut,
            "backend terminated": self._terminate,
            "locks against the order": self._rival,
            "letters' road cut": self._letters_road,
            "partner ill": self._partner_ill,
        }

    def do(self, beat: Beat) -> None:
        """The beat's light faults, then its heavy one."""
        rng = beat.rng()
        for kind in beat.light:
            self._one(kind, rng)
            time.sleep(rng.uniform(0.0, 0.1))
        self._one(beat.heavy, rng)
        time.sleep(rng.uniform(0.0, 0.4))

    def _one(self, kind: str, rng: random.Random) -> None:
        """Inject one fault and count it if it took place; a database that is away just now is tried again."""
        for _ in range(40):
            try:
                if self._inject(kind, rng):
                    if not kind.startswith("failpoint"):  # those are counted when they strike
                        self.tally.add(kind)
                    return
            except psycopg.Error:
                pass
            time.sleep(0.1)

    def _inject(self, kind: str, rng: random.Random) -> bool:
        if kind.startswith("kill "):
            return self._kill(kind.removeprefix("kill "))
        if kind.startswith("failpoint "):
            return self._arm(kind.removeprefix("failpoint "), rng)
        return self._kinds[kind](rng)

    # ── processes ────────────────────────────────────────────────────────────────────────────────────────────────────
    def _kill(self, process: str) -> bool:
        side, _, which = process.partition(" ")
        began = time.monotonic()
        if not self.house.kill(side, which):
            return False
        if which == "server":
            self._recovery(process, began, side)
        return True

    def make_strike(self, name: str, rng: random.Random, work: Callable[[int], None]) -> None:
        """Arm a failpoint that was armed in vain (its process had nothing more to do there, or was killed before) until it
        strikes; ``work`` gives the house something to do that leads there."""
        for attempt in range(8):
            if self.house.deaths[f"failpoint {name}"]:
                return
            work(attempt)
            self._arm(name, rng, most=1)

    def _arm(self, name: str, rng: random.Random, *, most: int = 0) -> bool:
        """Let a process start anew so that it will die at the failpoint, the first to the ``most``-th time it comes there."""
        process = rng.choice(FAILPOINTS[name])
        side, _, which = process.partition(" ")
        most = most or (25 if which in ("crew", "server") and "commit" in name else 3)
        before = self.house.deaths[f"failpoint {name}"]
        if not self.house.kill(side, which, then={"ORDERHOUSE_FAILPOINT": f"{name}:{rng.randint(1, most)}"}):
            return False
        self.tally.add(f"kill {process}")
        deadline = time.monotonic() + self.patience
        while self.house.deaths[f"failpoint {name}"] == before and time.monotonic() < deadline:
            time.sleep(0.05)  # where it does not strike soon it may still strike later
        return True

    def _clock_wrong(self, rng: random.Random) -> bool:
        process = rng.choice([one for one in PROCESSES if not one.endswith("live")])
        side, _, which = process.partition(" ")
        ran = self.house.kill(side, which, then={"ORDERHOUSE_CLOCK_WRONG_BY": str(rng.choice((-3600, 3600)))})
        if ran:
            self.tally.add(f"kill {process}")
        return ran

    # ── the database ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _postgres(self, how: signal.Signals) -> bool:
        pid = self.house.cluster.status().pid
        if pid is None:
            self.house.cluster.start()
            return False
        began = time.monotonic()
        with suppress(ProcessLookupError):
            os.kill(pid, how)
            while True:  # until nobody has that number any more
                os.kill(pid, 0)
                time.sleep(0.01)
        self.house.cluster.start()
        self.recoveries.setdefault("postgres itself", []).append(time.monotonic() - began)
        self._recovery("postgres", began, "oms", "wms")
        return True

    def _unreachable(self, rng: random.Random) -> bool:
        seconds = rng.uniform(0.3, 1.5)
        rng.choice((self.house.oms, self.house.wms)).road.go_away(seconds)
        time.sleep(seconds)
        return True

    def _slow(self, rng: random.Random) -> bool:
        road = rng.choice((self.house.oms, self.house.wms)).road
        if rng.random() < 0.5:
            road.be_slow(1.0, delay=0.02)
        else:
            road.be_slow(1.0, delay=0.001, trickle=64)
        time.sleep(1.0)
        return True

    def _silent(self, rng: random.Random) -> bool:
        seconds = rng.uniform(0.3, 2.0)
        rng.choice((self.house.oms, self.house.wms)).road.hold(seconds)
        time.sleep(seconds)
        return True

    def _reset(self, rng: random.Random) -> bool:
        return self._side(rng).road.reset(rng) == 1

    def _cut(self, rng: random.Random) -> bool:
        return self._side(rng).road.cut(rng, down=rng.random() < 0.7, after=rng.choice((1, 6, 90, 700))) == 1

    def _terminate(self, rng: random.Random) -> bool:
        name = rng.choice(("oms", "wms"))
        with self.house.superuser(name) as connection:
            return bool(
                connection.execute(
                    """SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                       WHERE datname = current_database() AND usename = 'orderhouse' AND backend_type = 'client backend'
                       ORDER BY state = 'idle', random() LIMIT 1"""
                ).fetchall()
            )

    def _rival(self, rng: random.Random) -> bool:
        """Lock what the house locks, the highest ids first, and wait in between: whoever comes the other way meets us."""
        name, table = rng.choice((("oms", "oms_order_line"), ("oms", "ledger_account"), ("wms", "ledger_account")))
        given_up = suppress(psycopg.errors.DeadlockDetected, psycopg.errors.LockNotAvailable)
        with self.house.superuser(name) as connection, given_up, connection.transaction(force_rollback=True):
            connection.execute("SET LOCAL lock_timeout = '2s'")
            ids = [row[0] for row in connection.execute(f"SELECT id FROM {table} ORDER BY id DESC LIMIT 40".encode())]
            if len(ids) < 2:
                return False
            for id in (*ids[:2], *ids[-2:]):
                connection.execute(f"SELECT FROM {table} WHERE id = %s FOR UPDATE".encode(), (id,))
                time.sleep(0.15)
        return True

    def _connections_exhausted(self, rng: random.Random) -> bool:
        hog = []
        try:
            with suppress(psycopg.OperationalError):
                for _ in range(CONNECTIONS):
                    hog.append(psycopg.connect(self.house.cluster.url("oms"), connect_timeout=5))
            self._reset(rng)
            self._reset(rng)
            time.sleep(rng.uniform(0.3, 1.0))
        finally:
            for one in hog:
                with suppress(psycopg.Error):
                    one.close()
        return len(hog) > 5

    def _serializable(self, rng: random.Random) -> bool:
        """New sessions of one side run serializable for a while: what met nobody before now fails by serialization."""
        name = rng.choice(("oms", "wms"))
        with self.house.superuser(name) as connection:
            connection.execute(f"ALTER DATABASE {name} SET default_transaction_isolation = 'serializable'".encode())
            try:
                self.house.side(name).road.reset(rng, most=50)
                time.sleep(2.0)
            finally:
                connection.execute(f"ALTER DATABASE {name} RESET default_transaction_isolation".encode())
                self.house.side(name).road.reset(rng, most=50)
        return True

    def _disk_full(self, rng: random.Random) -> bool:
        disk = self.house.small_disk
        if disk is None:
            return False
        disk.fill()
        try:
            time.sleep(rng.uniform(0.5, 1.5))
        finally:
            disk.free()
        return True

    # ── letters ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _letters_road(self, rng: random.Random) -> bool:
        road = self.house.letters[rng.choice(("oms", "wms"))]
        if rng.random() < 0.2:
            road.go_away(rng.uniform(0.1, 0.8))
            return True
        return road.cut(rng, down=rng.random() < 0.6, after=rng.choice((1, 40, 300))) == 1

    def _partner_ill(self, rng: random.Random) -> bool:
        if rng.random() < 0.5:
            self.house.partner.ill += 1
        else:
            self.house.partner.silent += 1
        return True

    def _poison(self, rng: random.Random) -> bool:
        """An order whose release the warehouse cannot take in, whatever it does: a rule of the database is against it."""
        with self.house.superuser("wms") as connection:
            connection.execute(
                f"ALTER TABLE wms_outbound ADD CONSTRAINT poison CHECK (order_number NOT LIKE 'WEB-{POISON}%') NOT VALID".encode()
                if not self.poisoned
                else b"SELECT 1"
            )
        number = f"{POISON}-{len(self.poisoned)}"
        self.poisoned.append(number)
        line = {"line_number": 1, "sku": "A", "quantity": 1, "unit_price": "1.00"}
        shop = self.poisoner
        facts = {"orders": [order(number, [line]) | {"priority": 1}]}
        shop.journal.intend(number, "order", **facts)
        shop.journal.answered(number, *shop.tell("POST", "/orders", facts["orders"][0], key=number))
        return True

    def _side(self, rng: random.Random) -> Side:
        return rng.choice((self.house.oms, self.house.wms))

    def _recovery(self, what: str, began: float, *sides: str) -> None:
        self.house.await_answers(*sides, seconds=90)
        self.recoveries.setdefault(what, []).append(time.monotonic() - began)
