"""What is being done for outbounds right now: tasks, units in totes, parcels. Reads and writes shared by the rooms above."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orderhouse.database import execute, fetch_all
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids


@dataclass(frozen=True, slots=True)
class Task:
    """A pick task of an outbound; ``single`` for a serial."""

    id: int
    tour_id: int
    sequence: int
    outbound_id: int
    outbound_line_id: int
    item_id: int
    owner_id: int
    lot_id: int
    single: bool
    location_id: int
    quantity: int
    picked: int
    state: str
    tote_id: int | None
    badge: str | None

    @property
    def open(self) -> int:
        """Units still to be picked, which stand allocated in the task's bin."""
        return self.quantity - self.picked if self.state in ("ready", "started") else 0


@dataclass(frozen=True, slots=True)
class InHand:
    """Picked units of an outbound in one tote (or unpacked carton), less those already on their way back to a bin."""

    outbound_id: int
    place_id: int
    place: str
    item_id: int
    owner_id: int
    lot_id: int
    single: bool
    quantity: int


@dataclass(frozen=True, slots=True)
class Content:
    """Units of one line and lot in one parcel that has not left."""

    parcel_id: int
    outbound_id: int
    state: str
    outbound_line_id: int
    item_id: int
    owner_id: int
    lot_id: int
    single: bool
    quantity: int


class PutBack(NamedTuple):
    """Units to bring from a tote or carton back to a bin, for a line that was cancelled."""

    outbound_line_id: int
    node_id: int
    item_id: int
    owner_id: int
    lot_id: int
    quantity: int
    source_place_id: int
    location_id: int


def tasks_of(tenant_id: int, outbound_ids: Iterable[int]) -> list[Task]:
    """Every task of these outbounds, along their tours."""
    return fetch_all(sql.load(__file__, "tasks_of"), {"tenant": tenant_id, "ids": list(outbound_ids)}, of=Task)


def units_in_hand(tenant_id: int, outbound_ids: Iterable[int]) -> list[InHand]:
    """Picked units of these outbounds that are neither packed nor on their way back."""
    return fetch_all(sql.load(__file__, "units_in_hand"), {"tenant": tenant_id, "ids": list(outbound_ids)}, of=InHand)


def contents_of(tenant_id: int, outbound_ids: Iterable[int]) -> list[Content]:
    """What lies in parcels of these outbounds that have not left."""
    return fetch_all(sql.load(__file__, "contents_of"), {"tenant": tenant_id, "ids": list(outbound_ids)}, of=Content)


def shrink_tasks(by: By, taken: Sequence[tuple[int, int]]) -> None:
    """Take open units off tasks, as (task id, units): what is left empty is cancelled, what is picked in full is done."""
    if taken:
        rows = sorted(taken)
        execute(
            sql.load(__file__, "shrink_tasks"),
            {"tenant": by.tenant_id, "at": by.at, "ids": [task_id for task_id, _ in rows], "units": [units for _, units in rows]},
        )


def take_from_parcels(by: By, taken: Sequence[tuple[int, int, int, int]], *, opened: Iterable[int] = ()) -> None:
    """Take units out of parcels, as (parcel id, line id, lot id, units). They and those ``opened`` are open again, or voided
    once empty; a label they had is no longer their own, and the carrier is to be told."""
    parcel_ids = sorted({row[0] for row in taken} | set(opened))
    rows = sorted(taken)
    if rows:
        parcels, lines, lots, units = (list(column) for column in zip(*rows, strict=True))
        params = {"tenant": by.tenant_id, "parcels": parcels, "lines": lines, "lots": lots, "units": units}
        execute(sql.load(__file__, "take_from_parcel_lines"), params)
    if parcel_ids:
        execute(sql.load(__file__, "reopen_parcels"), {"tenant": by.tenant_id, "at": by.at, "parcels": parcel_ids})


def want_putbacks(by: By, putbacks: Sequence[PutBack]) -> None:
    """Make put-back tasks; the units count as free when they lie in a bin again."""
    if putbacks:
        lines, nodes, items, owners, lots, quantities, sources, locations = (
            list(column) for column in zip(*putbacks, strict=True)
        )
        execute(
            sql.load(__file__, "want_putbacks"),
            {
                "tenant": by.tenant_id,
                "at": by.at,
                "ids": new_ids(len(putbacks)),
                "lines": lines,
                "nodes": nodes,
                "items": items,
                "owners": owners,
                "lots": lots,
                "quantities": quantities,
                "sources": sources,
                "locations": locations,
            },
        )


def free_totes(by: By, outbound_ids: Iterable[int]) -> None:
    """Let go of the totes of locked outbounds that hold nothing of theirs any more."""
    execute(sql.load(__file__, "free_totes"), {"tenant": by.tenant_id, "ids": sorted(set(outbound_ids))})


def void_empty_parcels(by: By, outbound_ids: Iterable[int]) -> None:
    """Void open parcels of locked outbounds in which nothing was packed."""
    execute(
        """UPDATE wms_parcel p SET state = 'voided'
           WHERE p.tenant_id = %(tenant)s AND p.outbound_id = ANY (%(ids)s) AND p.state = 'open' AND NOT EXISTS (
             SELECT FROM wms_parcel_line c WHERE c.tenant_id = p.tenant_id AND c.parcel_id = p.id AND c.quantity > 0)""",
        {"tenant": by.tenant_id, "ids": sorted(set(outbound_ids))},
    )
