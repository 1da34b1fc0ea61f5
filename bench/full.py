"""What ``make bench-full`` adds: the rows again on a slow disk, and again as the business grows."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bench.growth import Growth
from bench.slow_flush import slow_down
from bench.yard import Row, Yard

FLUSH_MS = 1.0
SCALES = ((10_000, 0), (100_000, 0), (1_000_000, 0), (1_000_000, 10_000_000))
"""Open and closed orders. The floor's database grows along with the open ones; closed ones the product alone has."""
SLOWEST = 0.15
"""The slowdown allowed against the first scale: what a row's rate fell by. ``slowdown_in_cpu`` is what its CPU rose by, which the noise
of a machine moves less."""


def slow_disk(yard: Yard, rows: Sequence[Callable[[Yard], None]]) -> None:
    """Measure rows with every flush a millisecond longer; left out where that cannot be simulated."""
    yard.close()
    commit_ms = slow_down(yard.ground, ms=FLUSH_MS)
    yard.open()
    if commit_ms is None:
        print("A slow disk cannot be simulated here: no C compiler, or PostgreSQL does not load what it makes.", flush=True)
    else:
        yard.more, yard.narrow = {"flush_ms": FLUSH_MS, "commit_ms": commit_ms}, True
        for row in rows:
            row(yard)
        yard.more, yard.narrow = {}, False
    yard.close()
    yard.ground.restart()
    yard.open()


def grow(yard: Yard, rows: Sequence[Callable[[Yard], None]], *, small: bool = False) -> None:
    """Measure rows at each scale; each tells its slowdown against the first."""
    growth = Growth(yard.ground, yard.shop)
    first: dict[str, Row] = {}
    yard.narrow, told = True, yard.told

    def compared(row: Row) -> None:
        before = first.setdefault(row["name"], row)
        row["slowdown"] = round(1 - row["per_second"] / before["per_second"], 3)
        work, worked = (each["cpu_ms_postgres"] + each["cpu_ms_ours"] for each in (row, before))
        row["slowdown_in_cpu"] = round(work / worked - 1, 3) if worked else None
        row["target"] = f"slowdown <= {SLOWEST}" if before is not row else ""
        row["met"] = row["slowdown"] <= SLOWEST if before is not row else None
        told(row)

    yard.told = compared
    for opened, closed in SCALES:
        yard.close()
        growth.open_orders(opened // (1_000 if small else 1))
        if closed:
            growth.closed_orders(closed // (1_000 if small else 1))
        else:
            yard.ground.copy()
        yard.open(copy=False)
        yard.more = {"open_orders": growth.open, "closed_orders": growth.closed} | (
            {"note": growth.stopped} if growth.stopped else {}
        )
        for row in rows:
            row(yard)
    yard.told, yard.more, yard.narrow = told, {}, False
