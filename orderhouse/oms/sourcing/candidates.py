"""The frozen values sourcing decides over, and what it answers. Money: whole minor units. Weight: grams. Distance: km."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

from orderhouse.oms.freight.calendars import WEEKDAYS, Calendar
from orderhouse.oms.freight.tariffs import Tariff

Stock = Mapping[tuple[int, int, int], int]
"""(node_id, item_id, owner_id) -> units available to promise."""

Proven = Literal["exact", "bounded", "heuristic"]


@dataclass(frozen=True, slots=True)
class NodeFacts:
    """A node that may ship.

    ``handling_per_parcel``, ``handling_per_line``: minor units. ``max_weight_grams``: the heaviest single unit it can
    handle. ``capacity_left_lines``: lines it can still take today, None without limit. ``countries``, ``owners``: whom it
    serves, None for all. ``cutoff_minutes``: from local midnight in ``tz``. ``scarcity_weight``: minor units charged for
    taking all a node has of an item; a part of the stock costs that part of it.
    """

    node_id: int
    code: str
    kind: str
    lat: float
    lon: float
    country: str
    handling_per_parcel: int = 0
    handling_per_line: int = 0
    max_weight_grams: int | None = None
    capacity_left_lines: int | None = None
    hazmat_ok: bool = True
    countries: frozenset[str] | None = None
    owners: frozenset[int] | None = None
    ships_on: Calendar = WEEKDAYS
    cutoff_minutes: int = 15 * 60
    tz: str = "UTC"
    scarcity_weight: int = 0


class LineNeed(NamedTuple):
    """What a line still wants: ``quantity`` > 0 units of ``weight_grams`` each."""

    line_id: int
    item_id: int
    quantity: int
    weight_grams: int = 0
    hazmat: bool = False
    owner_id: int = 0


@dataclass(frozen=True, slots=True)
class OrderNeed:
    """An order to source. ``priority``: the lower goes first. ``promise_at``: by when it shall arrive, None if nothing was
    promised. ``refused``: (line_id, node_id) pairs a node has rejected or shorted before, never asked again."""

    order_id: int
    priority: int
    promise_at: datetime | None
    received_at: datetime
    ship_to_lat: float | None
    ship_to_lon: float | None
    ship_to_country: str
    service_code: str
    lines: tuple[LineNeed, ...]
    refused: frozenset[tuple[int, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Policy:
    """The tenant's prices for what a tariff does not show, minor units, and how hard to search.

    ``split_penalty``: for each node used beyond the first. ``late_penalty_per_day``: for each shipment and day after the
    promise. ``refuse_late``: a node that would be late is refused outright (reason "cut-off").
    ``search_steps``: placings tried one by one beyond 12 lines (about 4 µs each). ``gap_worth_solving``: the proven gap (a
    fraction) above which an order of up to 60 pieces goes to the MILP solver for at most ``solver_seconds``; a solver run
    takes 10 to 250 ms, so a tenant of few, dear orders sets it low and a bulk import leaves it.
    """

    split_penalty: int = 150
    late_penalty_per_day: int = 300
    refuse_late: bool = False
    search_steps: int = 60
    gap_worth_solving: float = 0.1
    solver_seconds: float = 0.25


DEFAULT_POLICY = Policy()


@dataclass(slots=True)
class Lane:
    """One node's terms for one order. ``available[i]``: units of line i it may give (hard rules taken off);
    ``line_cost[i]``: handling and scarcity if it carries line i whole, -1 if it cannot."""

    node: NodeFacts
    distance_km: float | None
    zone: str
    base: int
    per_step: int
    late_cost: int
    ship_date: date
    deliver_date: date
    available: list[int]
    line_cost: list[int]
    can_carry: int

    def piece_cost(self, i: int, quantity: int) -> int:
        """Handling and scarcity of ``quantity`` units of line ``i``."""
        return self.node.handling_per_line + scarcity(self.node.scarcity_weight, quantity, self.available[i])


def scarcity(weight: int, quantity: int, available: int) -> int:
    """``weight`` times the share of the node's stock that is taken, rounded half up to minor units."""
    return (2 * weight * quantity + available) // (2 * available) if weight else 0


@dataclass(slots=True)
class Survey:
    """An order with the lanes that passed the hard rules (nearest first) and the nodes that did not, with the reason."""

    order: OrderNeed
    tariff: Tariff
    policy: Policy
    lanes: list[Lane]
    refused: list[tuple[NodeFacts, float | None, str]]
    shared_stock: bool  # two lines of the order want the same item of the same owner
    total_grams: int = field(init=False)

    def __post_init__(self) -> None:
        self.total_grams = sum([line.weight_grams * line.quantity for line in self.order.lines])


class Assignment(NamedTuple):
    """``quantity`` units of a line from a node."""

    line_id: int
    node_id: int
    quantity: int


class Parts(NamedTuple):
    """What the cost is made of, minor units."""

    freight: int = 0
    handling: int = 0
    split: int = 0
    lateness: int = 0
    scarcity: int = 0

    @property
    def total(self) -> int:
        return self.freight + self.handling + self.split + self.lateness + self.scarcity


class ShipmentCost(NamedTuple):
    """One node's share of a decision; ``parts.split`` is 0 here, as splitting is a cost of the order."""

    node_id: int
    code: str
    zone: str
    lines: int
    units: int
    weight_grams: int
    parcels: int
    ship_date: date
    deliver_date: date
    parts: Parts


class CandidateNode(NamedTuple):
    """A node that was considered: lines it can carry whole, what it would cost alone and part by part (if it can carry all),
    or why not."""

    node_id: int
    code: str
    can_carry_lines: int
    lines_total: int
    cost_if_alone: int | None
    refused_reason: str | None
    distance_km: float | None
    parts_if_alone: Parts | None = None


class Decision(NamedTuple):
    """Who ships what, what waits, what it costs and why. ``gap``: how far at most above the least possible cost, as a
    fraction; 0 when ``proven`` is "exact", None when nothing is known."""

    order_id: int
    assignments: tuple[Assignment, ...]
    backordered: tuple[tuple[int, int], ...]
    cost: int
    parts: Parts
    rule: str
    method: str
    proven: Proven
    gap: float | None
    candidates: tuple[CandidateNode, ...]
    shipments: tuple[ShipmentCost, ...]


_SPLITS_TOLD = 20


def explain(decision: Decision) -> dict[str, Any]:
    """The decision's reasons as plain JSON data, compact whatever the number of lines. Costs add up to ``cost``."""
    nodes_of: dict[int, list[tuple[int, int]]] = {}
    for line_id, node_id, quantity in decision.assignments:
        nodes_of.setdefault(line_id, []).append((node_id, quantity))
    splits = [(line_id, places) for line_id, places in nodes_of.items() if len(places) > 1]
    told: dict[str, Any] = {
        "rule": decision.rule,
        "method": decision.method,
        "proven": f"bounded, gap ≤ {100 * decision.gap:.2f} %"
        if decision.proven == "bounded" and decision.gap
        else decision.proven,
        "cost": decision.cost,
        "parts": _parts(decision.parts),
        "shipments": [
            {
                "node": s.code,
                "zone": s.zone,
                "lines": s.lines,
                "units": s.units,
                "grams": s.weight_grams,
                "parcels": s.parcels,
                "ships": s.ship_date.isoformat(),
                "arrives": s.deliver_date.isoformat(),
                "cost": s.parts.total,
                "parts": _parts(s.parts),
            }
            for s in decision.shipments
        ],
        "candidates": [_candidate(c) for c in decision.candidates],
    }
    if splits:
        told["split_lines"] = len(splits)
        told["splits"] = [{"line": line_id, "from": places} for line_id, places in splits[:_SPLITS_TOLD]]
    if decision.backordered:
        told["backordered"] = {"lines": len(decision.backordered), "units": sum(q for _, q in decision.backordered)}
    return told


def _parts(parts: Parts) -> dict[str, int]:
    return {name: amount for name, amount in zip(Parts._fields, parts, strict=True) if amount}


def _candidate(c: CandidateNode) -> dict[str, Any]:
    told: dict[str, Any] = {"node": c.code, "km": None if c.distance_km is None else round(c.distance_km, 1)}
    if c.refused_reason is not None:
        return told | {"refused": c.refused_reason}
    told |= {"carries": c.can_carry_lines, "of": c.lines_total, "alone": c.cost_if_alone}
    return told if c.parts_if_alone is None else told | {"parts": _parts(c.parts_if_alone)}
