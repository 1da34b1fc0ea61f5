"""Buy stock for a replay: launches, and each night what the reorder rule asks for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np

from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.oms.inventory.expect_receipts import expect_receipts
from orderhouse.replay.interpret import ZONE, NewItem
from orderhouse.replay.open_world import Floor
from orderhouse.replay.reorder import Demand, Policy, Units, replenish
from orderhouse.replay.world import OWNER, SUPPLIER, carries, launch_quantity, outer_pack

POLICY = Policy()


class Restock:
    """The buyer's desk: knows every item by its row and every node by its column."""

    def __init__(self, tenant_id: int, floors: Sequence[Floor], working_days: str) -> None:
        self._tenant_id = tenant_id
        self._floors = floors
        self._working_days = working_days
        self._column = {floor.node_id: n for n, floor in enumerate(floors)}
        self._demand = Demand(POLICY, len(floors))
        self._skus: list[str] = []
        self._rows: dict[int, int] = {}
        self._packs: list[int] = []
        self._carried: list[list[bool]] = []

    def learn(self, day: date, items: Sequence[NewItem], ids: dict[str, int]) -> list[ExpectReceipt]:
        """Take new items into the range; the receipts of their launch, due that morning."""
        if not items:
            return []
        quantities = np.zeros((len(items), len(self._floors)), dtype=np.int64)
        for n, item in enumerate(items):
            pack = outer_pack(item.price)
            carried = [carries(floor.site, item.sku) for floor in self._floors]
            share = sum(floor.site.share for floor, has in zip(self._floors, carried, strict=True) if has)
            total = launch_quantity(item.price)
            for column, (floor, has) in enumerate(zip(self._floors, carried, strict=True)):
                quantities[n, column] = ceil(total * floor.site.share / share / pack) * pack if has else 0
            self._rows[ids[item.sku]] = len(self._skus)
            self._skus.append(item.sku)
            self._packs.append(pack)
            self._carried.append(carried)
        self._demand.launch(quantities)
        return self._receipts("L", day, datetime.combine(day, time(6, 30), ZONE), [item.sku for item in items], quantities)

    def recall(self, since: datetime, until: datetime) -> dict[date, dict[tuple[int, int], int]]:
        """What left each node (item id, node id) on each day of a span, by the books."""
        with unit_of_work(self._tenant_id):
            rows = fetch_all(
                sql.load(__file__, "left_by_day"),
                {"tenant": self._tenant_id, "since": since, "until": until, "zone": ZONE.key},
            )
        days: dict[date, dict[tuple[int, int], int]] = {}
        for day, node_id, item_id, units in rows:
            days.setdefault(day, {})[item_id, node_id] = units
        return days

    def observe(self, left: dict[tuple[int, int], int] | None) -> None:
        """Learn from one trading day; None when nothing left."""
        seen = np.zeros_like(self._demand.mean, dtype=np.int64)
        for (item_id, node_id), units in (left or {}).items():
            seen[self._rows[item_id], self._column[node_id]] = units
        self._demand.day(seen)

    def order(self, day: date) -> list[ExpectReceipt]:
        """What to buy on the evening of ``day``, announced for the day it will come."""
        if not self._skus:
            return []
        position = np.zeros((len(self._skus), len(self._floors)), dtype=np.int64)
        with unit_of_work(self._tenant_id):
            known = fetch_all(sql.load(__file__, "positions"), {"tenant": self._tenant_id})
            waiting = fetch_all(
                """SELECT item_id, sum(backordered)::bigint FROM oms_order_line
                   WHERE tenant_id = %s AND backordered > 0 GROUP BY item_id""",
                (self._tenant_id,),
            )
        for node_id, item_id, units in known:
            position[self._rows[item_id], self._column[node_id]] = units
        for item_id, units in waiting:
            position[self._rows[item_id], 0] -= units  # what waits is bought for the first node, which carries everything
        wanted = replenish(self._demand, position, np.array(self._packs), np.array(self._carried), POLICY)
        return self._receipts("R", day, self._due(day), self._skus, wanted)

    def announce(self, by: By, receipts: Sequence[ExpectReceipt]) -> None:
        """Tell the nodes what is on its way."""
        expect_receipts(by=by, receipts=receipts)

    def _receipts(self, kind: str, day: date, due: datetime, skus: Iterable[str], quantities: Units) -> list[ExpectReceipt]:
        named = list(skus)
        receipts = []
        for column, floor in enumerate(self._floors):
            lines = [(named[row], int(quantities[row, column])) for row in np.flatnonzero(quantities[:, column])]
            if lines:
                receipts.append(
                    ExpectReceipt(
                        receipt=f"{kind}{day:%Y%m%d}-{floor.site.code}",
                        node=floor.site.code,
                        supplier=SUPPLIER,
                        expected_at=due.astimezone(ZoneInfo("UTC")),
                        lines=tuple(ExpectedLine(n, sku, OWNER, units) for n, (sku, units) in enumerate(lines, 1)),
                    )
                )
        return receipts

    def _due(self, day: date) -> datetime:
        """The morning of the trading day that is the lead time away."""
        left = POLICY.lead_days
        while left:
            day += timedelta(days=1)
            left -= self._working_days[day.weekday()] == "1"
        return datetime.combine(day, time(6, 30), ZONE)
