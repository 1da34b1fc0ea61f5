"""A pack session as its bench shows it: the order at work unit by unit, its parcels so far, and which totes wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.wms.floor import store
from orderhouse.wms.floor.flows import pack
from orderhouse.wms.floor.gather import at_bench
from orderhouse.wms.packing.rules import Carton, fits


@dataclass(frozen=True, slots=True)
class BenchPiece:
    """Units of an item and lot to check: ``checked`` of ``quantity``, ``in_box`` of them in the parcel being packed."""

    sku: str
    name: str
    lot: str
    tote: str
    quantity: int
    checked: int
    in_box: int

    @property
    def complete(self) -> bool:
        return self.checked == self.quantity


@dataclass(frozen=True, slots=True)
class BenchBox:
    """A parcel ended before, not posted yet."""

    number: int
    units: int
    grams: int
    carton: str


@dataclass(frozen=True, slots=True)
class BenchCarton:
    """A carton and how it suits: the one ``chosen``, the one ``suggested``, whether what is checked ``fits``."""

    carton: Carton
    chosen: bool
    suggested: bool
    fits: bool


@dataclass(frozen=True, slots=True)
class WaitingTote:
    """A tote with a picked order to pack."""

    code: str
    release_number: str
    ship_by: datetime
    carrier: str
    units: int


@dataclass(frozen=True, slots=True)
class Bench:
    """How a pack session stands. ``at`` is tote, unit, close or ended; the order's fields are empty while there is none.
    ``weight`` is one that was too far off and must be said again, 0 for none; grams and cartons are the parcel's being packed."""

    session_id: int
    badge: str
    at: str
    outbound_id: int
    order: str
    tote: str
    stopped: bool
    units: int
    done: int
    pieces: tuple[BenchPiece, ...]
    boxes: tuple[BenchBox, ...]
    cartons: tuple[BenchCarton, ...]
    grams: int
    weight: int

    @property
    def left(self) -> int:
        """Units not checked yet."""
        return self.units - self.done

    @property
    def box(self) -> int:
        """The number of the parcel being packed."""
        return len(self.boxes) + 1

    @property
    def in_box(self) -> int:
        """Units in the parcel being packed."""
        return sum(piece.in_box for piece in self.pieces)


def bench(tenant_id: int, session_id: int) -> Bench:
    """The session as it stands; refuses (``NotFound``) an unknown one."""
    with unit_of_work(tenant_id):
        session = store.session_of(tenant_id, session_id)
        state = session.state
        facts = at_bench(tenant_id, session) if state.get("order") else pack.Facts()
    order = facts.orders.get(state.get("order", 0))
    if order is None or state["at"] in ("tote", "ended"):
        return Bench(session_id, session.badge, state["at"], 0, "", "", False, 0, 0, (), (), (), 0, 0)
    changed = state["of"] != order.mark
    boxed = {} if changed else {piece.key: units for piece, units in pack.in_box(state, order)}
    checked: dict[str, int] = {} if changed else state["checked"]
    return Bench(
        session_id=session_id,
        badge=session.badge,
        at=state["at"],
        outbound_id=order.id,
        order=order.number,
        tote=state["tote"],
        stopped=order.stopped,
        units=order.units,
        done=sum(checked.values()),
        pieces=tuple(
            BenchPiece(p.sku, p.name, " ".join(p.lots), p.tote, p.quantity, checked.get(p.key, 0), boxed.get(p.key, 0))
            for p in order.pieces
        ),
        boxes=tuple(
            BenchBox(n, sum(box["checked"].values()), box["grams"], box["carton"])
            for n, box in enumerate(state.get("boxes", ()), 1)
        ),
        cartons=() if changed else _cartons(state, facts, order),
        grams=1 if changed else pack.expected_grams(state, facts, order),
        weight=state.get("weight", 0),
    )


def _cartons(state: dict[str, Any], facts: pack.Facts, order: pack.Order) -> tuple[BenchCarton, ...]:
    inside = pack.loads(pack.in_box(state, order))
    chosen, suggested = state.get("carton", ""), pack.suggested(state, facts, order)
    return tuple(
        BenchCarton(carton, carton.code == chosen, carton.code == suggested, fits(carton, inside))
        for carton in facts.cartons.values()
    )


def totes_waiting(tenant_id: int, node_id: int, *, limit: int = 12) -> list[WaitingTote]:
    """Totes whose order is picked and not packed, the order that must leave first in front."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT h.code, o.release_number, o.ship_by, o.carrier,
                      coalesce((SELECT sum(l.picked) FROM wms_outbound_line l
                                WHERE l.tenant_id = o.tenant_id AND l.outbound_id = o.id), 0)::bigint AS units
               FROM wms_handling_unit h JOIN wms_outbound o ON o.tenant_id = h.tenant_id AND o.id = h.outbound_id
               WHERE h.tenant_id = %(tenant)s AND h.node_id = %(node)s AND h.outbound_id IS NOT NULL AND o.state = 'picked'
                 AND NOT o.cancel_wanted
               ORDER BY o.ship_by, o.id, h.id LIMIT %(limit)s""",
            {"tenant": tenant_id, "node": node_id, "limit": limit},
            of=WaitingTote,
        )
