"""What comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from orderhouse.contract.messages.receipts import ExpectedLine
from orderhouse.contract.messages.releases import LineQuantity


@dataclass(frozen=True, slots=True)
class ExpectReturn:
    """A return the OMS authorized: the node should expect it."""

    version: ClassVar[int] = 1
    rma: str
    node: str
    order: str
    lines: tuple[ExpectedLine, ...]


@dataclass(frozen=True, slots=True)
class ReturnReceived:
    """Units of a return have arrived, not graded yet."""

    version: ClassVar[int] = 1
    rma: str
    node: str
    received_at: datetime
    lines: tuple[LineQuantity, ...]


@dataclass(frozen=True, slots=True)
class ReturnGraded:
    """Units were graded: each line's ``reason`` is its disposition (restock, refurbish, quarantine, scrap, back_to_supplier)."""

    version: ClassVar[int] = 1
    rma: str
    node: str
    graded_at: datetime
    lines: tuple[LineQuantity, ...]
