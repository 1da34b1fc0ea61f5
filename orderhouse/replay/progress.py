"""How far a replay is: one moving line on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class Progress:
    """Shows days and lines done, the rate, and the time left, by the lines still to come."""

    def __init__(self, *, lines_total: int, days_total: int, lines_done: int = 0, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._moving = self._out.isatty()
        self._total, self._days = max(1, lines_total), days_total
        self._first = lines_done
        self._began = self._told = time.monotonic()

    def show(self, *, day: str, days_done: int, lines_done: int, last: bool = False) -> None:
        """Tell where the replay stands; ``lines_done`` counts from the file's beginning."""
        now = time.monotonic()
        if not last and not self._moving and now - self._told < 5:
            return
        self._told = now
        elapsed = max(now - self._began, 1e-6)
        rate = (lines_done - self._first) / elapsed
        left = (self._total - lines_done) / rate if rate else 0.0
        share = min(lines_done / self._total, 1.0)
        text = (
            f"{day}  day {days_done:,} of {self._days:,}  {lines_done:,} of {self._total:,} lines"
            f"  {rate:,.0f} lines/s  {_clock(elapsed)} gone, {_clock(left)} left"
        )
        if self._moving:
            filled = round(share * 24)
            self._out.write(f"\r\x1b[K[{'#' * filled}{'.' * (24 - filled)}] {share:4.0%}  {text}" + ("\n" if last else ""))
        else:
            self._out.write(f"{share:4.0%}  {text}\n")
        self._out.flush()


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
