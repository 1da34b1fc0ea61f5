"""Notice what changed, without asking anything of those who change it.

Rows of the append-only tables carry ids that their writers make from the clock, so the latest lie together in the index; but a
transaction may commit long after it made its ids, and after others with higher ones. Three things together miss nothing:

- before each look, the transactions open right then are listed; each was first seen at a known moment, so whatever was invisible at
  that look was written by one of them, or by one that began later: its ids are not older than the oldest of these moments
  (less a margin for ids made just before a transaction begins, and for clocks that differ);
- of the rows from there on, only those are taken whose writer was not surely over at the last look (``xmin`` against its snapshot);
- each of these is told once: the rows of one look are left out at the next.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection

from orderhouse.catalog.queries import nodes
from orderhouse.database import fetch_all, fetch_value, fetch_values, snapshot
from orderhouse.kernel import sql
from orderhouse.kernel.identifiers import first_id_at
from orderhouse.live.hub import EVERYTHING

MARGIN = timedelta(seconds=10)
"""How much older than its transaction an id may be."""

NEAR = timedelta(seconds=60)
"""How far a quick look goes back. Where a transaction has been open for longer, a thorough look goes back all the way, less often."""

THOROUGH_EVERY = 2.0
MOST_ROWS = 5000
FORGOTTEN = timedelta(hours=1)
"""The age given to transactions that were open before we first looked."""

LOGS = ("new_events", "new_movements", "new_scans")


@dataclass
class Marks:
    """How far one tenant has been seen."""

    snapshot: str = ""
    oldest: datetime = field(default_factory=lambda: datetime.now(UTC))
    seen: dict[str, set[Any]] = field(default_factory=dict)
    standing: set[tuple[Any, ...]] = field(default_factory=set)
    thorough_due: float = 0.0
    node_codes: dict[int, str] = field(default_factory=dict)


class Watcher:
    """Looks at tenants one after the other. One thread uses it; after an error its marks are worth nothing, so take a fresh one."""

    def __init__(self, *, margin: timedelta = MARGIN, near: timedelta = NEAR) -> None:
        self._margin, self._near = margin, near
        self._marks: dict[int, Marks] = {}
        self._first_seen: dict[str, datetime] = {}
        self._looked_at = datetime.now(UTC) - FORGOTTEN
        self._last: str | None = None
        self._with_oms, self._with_wms = apps.is_installed("orderhouse.oms"), apps.is_installed("orderhouse.wms")

    def look(self, tenant_ids: Iterable[int]) -> dict[int, set[str]]:
        """The topics that changed since the last look, by tenant; tenants without any are left out. Of a tenant's first look it is
        everything: what happened before it, nobody knows."""
        wanted = set(tenant_ids)
        for gone in self._marks.keys() - wanted:
            del self._marks[gone]
        now = datetime.now(UTC)
        with connection.cursor() as cursor:
            cursor.execute(sql.load(__file__, "open_transactions"))
            open_now = {row[0] for row in cursor.fetchall()}
            cursor.execute("SELECT pg_current_snapshot()::text")
            (present,) = cursor.fetchone()
        # One not seen at the last look began after it.
        self._first_seen = {vxid: self._first_seen.get(vxid, self._looked_at) for vxid in open_now}
        self._looked_at = now
        if present == self._last and wanted <= self._marks.keys():
            return {}  # nobody committed anything; the marks of earlier looks stay true
        self._last = None
        oldest = min([*self._first_seen.values(), now])
        found: dict[int, set[str]] = {}
        for tenant_id in sorted(wanted):
            known = tenant_id in self._marks
            topics = self._look_at(tenant_id, self._marks.setdefault(tenant_id, Marks()), oldest)
            if not known:
                topics = {EVERYTHING}
            if topics:
                found[tenant_id] = topics
        self._last = present
        return found

    def _look_at(self, tenant_id: int, marks: Marks, oldest: datetime) -> set[str]:
        with snapshot(tenant_id):
            present = str(fetch_value("SELECT pg_current_snapshot()::text"))
            thorough, floor = self._depth(marks, oldest)
            began = time.monotonic()
            fresh = {}
            for log in LOGS if self._with_wms else LOGS[:2]:
                rows = fetch_all(
                    sql.load(__file__, log),
                    {
                        "tenant": tenant_id,
                        "floor": first_id_at(floor - self._margin),
                        "since": marks.snapshot or present,
                        "limit": MOST_ROWS,
                    },
                )
                keys = {row[:3] if log == "new_scans" else row[0] for row in rows}
                before = marks.seen.get(log, set())
                fresh[log] = [row for row in rows if (row[:3] if log == "new_scans" else row[0]) not in before]
                marks.seen[log] = keys if thorough else before | keys
            standing = self._standing(tenant_id)
            changed, marks.standing = standing ^ marks.standing, standing
            topics = self._topics(tenant_id, marks, fresh, changed)
            if thorough:
                marks.snapshot, marks.oldest = present, oldest
                marks.thorough_due = began + max(THOROUGH_EVERY, 20 * (time.monotonic() - began))
        return topics

    def _depth(self, marks: Marks, oldest: datetime) -> tuple[bool, datetime]:
        """Whether this look is a thorough one, and from which moment on rows must be looked at."""
        if not marks.snapshot:
            return True, oldest
        near = datetime.now(UTC) - self._near
        if marks.oldest >= near or time.monotonic() >= marks.thorough_due:
            return True, marks.oldest
        return False, near

    def _standing(self, tenant_id: int) -> set[tuple[Any, ...]]:
        rows: list[tuple[Any, ...]] = []
        if self._with_wms:
            rows += fetch_all(sql.load(__file__, "floor_standing"), {"tenant": tenant_id})
        if self._with_oms:
            rows += fetch_all(sql.load(__file__, "desk_standing"), {"tenant": tenant_id})
        return set(rows)

    def _topics(
        self, tenant_id: int, marks: Marks, fresh: dict[str, list[tuple[Any, ...]]], changed: set[tuple[Any, ...]]
    ) -> set[str]:
        topics: set[str] = set()
        node_ids: set[int] = set()
        subjects: dict[str, list[int]] = {}
        for _, kind, subject_id in fresh["new_events"]:
            subjects.setdefault(kind, []).append(subject_id)
        if subjects.keys() & {"order", "release", "parcel", "return"}:
            topics.add("orders")
        topics |= {f"order:{order_id}" for order_id in subjects.get("order", ())}
        if "business" in subjects:
            topics.add("books")
        if "item" in subjects:
            topics.add("stock")
            topics |= {f"item:{item_id}" for item_id in subjects["item"]}
        if self._with_wms and subjects.keys() & {"receipt", "wave", "parcel", "release"}:
            rows = fetch_all(
                sql.load(__file__, "floor_subjects"),
                {
                    "tenant": tenant_id,
                    **{f"{kind}s": subjects.get(kind, []) for kind in ("receipt", "wave", "parcel")},
                    "outbounds": subjects.get("release", []),
                },
            )
            node_ids |= {node_id for node_id, _ in rows}
            topics |= self._orders(tenant_id, [number for _, number in rows if number])
        for _, item_id, book, from_node, to_node in fresh["new_movements"]:
            topics |= {"stock", f"item:{item_id}"}
            if book == "physical":
                node_ids |= {from_node, to_node}
        node_ids |= {node_id for *_, node_id in fresh.get("new_scans", ())}
        for kind, node_id, *_ in changed:
            if kind == "invalid":
                topics |= {"orders", "exceptions"}
            else:
                node_ids.add(node_id)
                if kind == "exception":
                    topics.add("exceptions")
        return topics | {f"floor:{code}" for code in self._codes(tenant_id, marks, node_ids)}

    def _orders(self, tenant_id: int, numbers: list[str]) -> set[str]:
        if not (self._with_oms and numbers):
            return set()
        ids = fetch_values("SELECT id FROM oms_order WHERE tenant_id = %s AND number = ANY(%s)", (tenant_id, numbers))
        return {f"order:{order_id}" for order_id in ids}

    def _codes(self, tenant_id: int, marks: Marks, node_ids: set[int]) -> list[str]:
        if not node_ids <= marks.node_codes.keys():
            marks.node_codes = {node.id: node.code for node in nodes(tenant_id).values()}
        return [marks.node_codes[node_id] for node_id in node_ids if node_id in marks.node_codes]
