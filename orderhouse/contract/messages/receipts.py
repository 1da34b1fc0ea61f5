"""What a node should expect and what came: X12 943 and 944."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """Units announced by a supplier or owner."""

    line_number: int
    sku: str
    owner: str
    quantity: int


@dataclass(frozen=True, slots=True)
class ExpectReceipt:
    """An advance ship notice for a node (X12 943)."""

    version: ClassVar[int] = 1
    receipt: str
    node: str
    supplier: str
    expected_at: datetime
    lines: tuple[ExpectedLine, ...]


@dataclass(frozen=True, slots=True)
class ReceivedLine:
    """What came of one item: good and damaged as counted, against what was expected."""

    sku: str
    owner: str
    expected: int
    good: int
    damaged: int


@dataclass(frozen=True, slots=True)
class ReceiptConfirmed:
    """A receipt is closed (X12 944)."""

    version: ClassVar[int] = 1
    receipt: str
    node: str
    closed_at: datetime
    lines: tuple[ReceivedLine, ...]
