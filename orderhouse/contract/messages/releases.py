"""OMS and node about one release: X12 940 out, 945- and 990-like answers back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from orderhouse.contract.messages.orders import Address


@dataclass(frozen=True, slots=True)
class ReleaseLine:
    """One line to ship, in base units; ``line_number`` is the order's."""

    line_number: int
    sku: str
    owner: str
    quantity: int


@dataclass(frozen=True, slots=True)
class LineQuantity:
    """So many units of a line, with the reason where one is due."""

    line_number: int
    quantity: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseOrder:
    """Ship these lines from this node (X12 940, purpose N)."""

    version: ClassVar[int] = 1
    release: str
    order: str
    node: str
    ship_to: Address
    carrier: str
    service: str
    ship_by: datetime
    priority: int
    lines: tuple[ReleaseLine, ...]


@dataclass(frozen=True, slots=True)
class CancelRelease:
    """Take back a release, or quantities of it (X12 940, purpose F). No lines means all that has not shipped."""

    version: ClassVar[int] = 1
    release: str
    node: str
    reason: str
    lines: tuple[LineQuantity, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseAccepted:
    """The node will ship it."""

    version: ClassVar[int] = 1
    release: str
    node: str


@dataclass(frozen=True, slots=True)
class ReleaseRejected:
    """The node will ship none of it."""

    version: ClassVar[int] = 1
    release: str
    node: str
    reason_code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ReleaseShorted:
    """The node cannot ship these quantities; the rest goes on."""

    version: ClassVar[int] = 1
    release: str
    node: str
    lines: tuple[LineQuantity, ...]


@dataclass(frozen=True, slots=True)
class ReleaseCancelled:
    """These quantities are cancelled and their stock is pickable again. Sent once at a recall, again after each put-back."""

    version: ClassVar[int] = 1
    release: str
    node: str
    lines: tuple[LineQuantity, ...]


@dataclass(frozen=True, slots=True)
class CancelRefused:
    """The node cannot take it back: it has left. ``left`` says how many units of each line have, all told; without it everything
    that is still open has."""

    version: ClassVar[int] = 1
    release: str
    node: str
    reason: str
    left: tuple[LineQuantity, ...] = ()


@dataclass(frozen=True, slots=True)
class ReleaseProgressed:
    """Where the release stands on the floor: waved, picking, picked, packed."""

    version: ClassVar[int] = 1
    release: str
    node: str
    state: str
