"""A small shop for tests: one channel, a few items, two warehouses, a tariff; the books proven at will."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

from django.db import connection

from orderhouse.catalog import queries as catalog
from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.contract.messages.orders import Address, SubmitLine, SubmitOrder
from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs

ZONES = {
    "zones": [{"zone": "all"}],
    "rates": [{"service": "standard", "zone": "all", "base": 300, "per_step": 50, "transit_days": 2}],
}
EXAMS = (
    "movements_sum_to_zero",
    "balance_equals_recount",
    "no_inside_balance_negative",
    "promises_equal_lines",
    "reservations_equal_lines",
    "releases_equal_lines",
    "line_counts_add_up",
    "one_order_per_channel_order",
    "order_worth_equals_lines",
)


class Shop:
    """``items``, ``nodes`` and ``channels`` are ids by SKU and code. SKUs CUP, TEA, POT; nodes NORTH (near) and SOUTH."""

    def __init__(self, business: Any) -> None:
        self.by: By = business.by
        self.tenant_id: int = business.tenant_id
        with unit_of_work(self.tenant_id):
            owner = next(iter(catalog.owners(self.tenant_id).values()))
            self.owner_id = owner.id
            self.items = define_items(
                by=self.by, items=[ItemDefinition(owner.code, sku, sku.title()) for sku in ("CUP", "TEA", "POT")]
            )
            self.nodes = define_nodes(
                by=self.by,
                nodes=[
                    NodeDefinition("NORTH", "North", "warehouse", "GB", 52.5, -1.9),
                    NodeDefinition("SOUTH", "South", "warehouse", "GB", 50.8, -1.1),
                ],
            )
            self.channels = define_channels(
                by=self.by,
                channels=[
                    ChannelDefinition("WEB", "Web shop", "web_shop", owner.code, "GBP"),
                    ChannelDefinition(
                        "MARKET", "Market", "marketplace", owner.code, "GBP", buffer=2, share_percent=50, priority=20
                    ),
                ],
            )
            define_tariffs(by=self.by, tariffs=[TariffDefinition("POST", "standard", ZONES)])

    def later(self, minutes: int) -> By:
        return self.by.when(self.by.at + timedelta(minutes=minutes))

    def submission(self, channel_order_id: str, *lines: tuple[str, int], **changes: Any) -> SubmitOrder:
        order = SubmitOrder(
            channel="WEB",
            channel_order_id=channel_order_id,
            placed_at=self.by.at,
            currency="GBP",
            ship_to=Address("Ada Byron", "GB", ("12 St James's Sq",), "London", "", "SW1Y 4JH", latitude=51.5, longitude=-0.13),
            lines=tuple(
                SubmitLine(n, sku, quantity, Decimal("4.50")) for n, (sku, quantity) in enumerate(lines or [("CUP", 2)], 1)
            ),
        )
        return replace(order, **changes)

    def stock(self, node: str, **units: int) -> None:
        """Units appear at a node, free to promise."""
        moves = []
        for sku, quantity in units.items():
            node_id, item_id = self.nodes[node], self.items[sku]
            source, target = (promise(node_id, item_id, self.owner_id, state) for state in ("node", "available"))
            moves.append(Move(source, target, quantity, "test", 0))
        post_movements(by=self.by, moves=moves)

    def promised(self, sku: str) -> dict[str, int]:
        """Balances of an item by state over all nodes; states at zero are left out."""
        with unit_of_work(self.tenant_id):
            rows = fetch_all(
                """SELECT state, sum(balance)::int FROM ledger_account
                   WHERE tenant_id = %s AND book = 'promise' AND item_id = %s AND state <> 'node' GROUP BY state""",
                (self.tenant_id, self.items[sku]),
            )
        return {state: balance for state, balance in rows if balance}

    def state(self, order_id: int | None) -> str:
        with unit_of_work(self.tenant_id):
            return str(fetch_value("SELECT state FROM oms_order WHERE tenant_id = %s AND id = %s", (self.tenant_id, order_id)))

    def count(self, table: str) -> int:
        with unit_of_work(self.tenant_id):
            return int(fetch_value(f"SELECT count(*) FROM {table} WHERE tenant_id = %s", (self.tenant_id,)))

    def defects(self) -> Mapping[str, list[Any]]:
        """Every row of the examination that concerns this shop; an honest one has none."""
        with unit_of_work(self.tenant_id):
            rows = {exam: fetch_all(f"SELECT * FROM exam.{exam} WHERE tenant_id = %s", (self.tenant_id,)) for exam in EXAMS}
        return {exam: found for exam, found in rows.items() if found}


def race(*racers: Callable[[], Any]) -> list[Any]:
    """Run each on its own connection, all at once; their answers, or the exceptions they raised, in order."""
    answers: list[Any] = [None] * len(racers)
    start = Barrier(len(racers))

    def run(place: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(10)
            answers[place] = racers[place]()
        except Exception as raised:
            answers[place] = raised
        finally:
            connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(racers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


class Statements:
    """Counts the statements sent to PostgreSQL inside the block."""

    def __enter__(self) -> Statements:
        from orderhouse.database import at_once, work

        self.sent: list[str] = []
        self._raw, self._run = work._raw, at_once._run

        def counted(*args: Any, **kwargs: Any) -> Any:
            cursor = self._raw(*args, **kwargs)
            execute = cursor.execute

            class Counted:
                def execute(_, statement: bytes, params: Any = None) -> Any:
                    self.sent.append(statement.decode())
                    return execute(statement, params)

            return Counted()

        def counted_at_once(parts: Any, known: Any) -> Any:
            self.sent += [part.text for part in parts[1:]]  # the first says for whom
            return self._run(parts, known)

        work._raw, at_once._run = counted, counted_at_once
        return self

    def __exit__(self, *_: object) -> None:
        from orderhouse.database import at_once, work

        work._raw, at_once._run = self._raw, self._run
