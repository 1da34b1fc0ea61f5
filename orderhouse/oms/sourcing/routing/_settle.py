"""What a plan truly costs, part by part: one price for every rule, so that rules can be compared."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from orderhouse.oms.sourcing.candidates import (
    Assignment,
    CandidateNode,
    Decision,
    Lane,
    Parts,
    Proven,
    ShipmentCost,
    Survey,
    scarcity,
)

Take = tuple[int, int, int]
"""(line index, lane index, units)."""


class Plan(NamedTuple):
    """Units of lines taken from lanes, how that was found and what is known of it."""

    takes: list[Take]
    method: str
    proven: Proven
    gap: float | None


class Ledger:
    """The units and lines already taken within one order: stock shared by its lines and a node's capacity count once."""

    def __init__(self, survey: Survey) -> None:
        self.takes: list[Take] = []
        self._survey = survey
        self._lines = survey.order.lines
        self._lanes = survey.lanes
        self._taken: dict[tuple[int, int, int], int] = defaultdict(int)
        self._capacity = [lane.node.capacity_left_lines for lane in survey.lanes]

    def room(self, i: int, n: int) -> int:
        """Units of line ``i`` lane ``n`` can still give."""
        left, line = self._capacity[n], self._lines[i]
        if left is not None and left < 1:
            return 0
        return max(0, self._lanes[n].available[i] - self._taken[n, line.item_id, line.owner_id])

    def take(self, i: int, n: int, units: int) -> None:
        line, left = self._lines[i], self._capacity[n]
        self._taken[n, line.item_id, line.owner_id] += units
        if left is not None:
            self._capacity[n] = left - 1
        self.takes.append((i, n, units))

    def takes_all(self, n: int) -> bool:
        """Whether lane ``n``, untouched so far, can carry every line whole."""
        return carries_all(self._survey, self._lanes[n])


def carries_all(survey: Survey, lane: Lane) -> bool:
    """Whether ``lane`` alone can carry every line of the order whole."""
    lines = survey.order.lines
    capacity = lane.node.capacity_left_lines
    if lane.can_carry < len(lines) or (capacity is not None and capacity < len(lines)):
        return False
    if survey.shared_stock:
        wanted: dict[tuple[int, int], int] = defaultdict(int)
        for line in lines:
            wanted[line.item_id, line.owner_id] += line.quantity
        return all(wanted[line.item_id, line.owner_id] <= has for line, has in zip(lines, lane.available, strict=True))
    return True


def cost_alone(survey: Survey, lane: Lane, parcel_surcharge: int = 0) -> int:
    """Minor units for the whole order from ``lane``, which must be able to carry it."""
    grams = survey.total_grams
    parcels, steps = survey.tariff.parcels(grams), survey.tariff.steps(grams)
    per_parcel = lane.base + lane.node.handling_per_parcel + parcel_surcharge
    return per_parcel * parcels + lane.per_step * steps + lane.late_cost + sum(lane.line_cost)


def settle(survey: Survey, plan: Plan, *, rule: str) -> Decision:
    """The plan as a decision with its exact costs, shipments and candidates."""
    order, tariff, lanes = survey.order, survey.tariff, survey.lanes
    lines = order.lines
    taken_of: dict[int, list[tuple[int, int]]] = {}
    served = [0] * len(lines)
    for i, n, units in plan.takes:
        taken_of.setdefault(n, []).append((i, units))
        served[i] += units
    shipments, freight, handling, late, scarce = [], 0, 0, 0, 0
    for n in sorted(taken_of):
        lane, took = lanes[n], taken_of[n]
        node = lane.node
        grams = sum(lines[i].weight_grams * units for i, units in took)
        parcels = tariff.parcels(grams)
        parts = Parts(
            freight=lane.base * parcels + lane.per_step * tariff.steps(grams),
            handling=node.handling_per_parcel * parcels + node.handling_per_line * len(took),
            lateness=lane.late_cost,
            scarcity=sum(scarcity(node.scarcity_weight, units, lane.available[i]) for i, units in took)
            if node.scarcity_weight
            else 0,
        )
        freight += parts.freight
        handling += parts.handling
        late += parts.lateness
        scarce += parts.scarcity
        units = sum(units for _, units in took)
        shipments.append(
            ShipmentCost(
                node.node_id, node.code, lane.zone, len(took), units, grams, parcels, lane.ship_date, lane.deliver_date, parts
            )
        )
    parts = Parts(freight, handling, survey.policy.split_penalty * max(0, len(shipments) - 1), late, scarce)
    return Decision(
        order_id=order.order_id,
        assignments=tuple(Assignment(lines[i].line_id, lanes[n].node.node_id, units) for i, n, units in plan.takes),
        backordered=tuple((line.line_id, line.quantity - s) for line, s in zip(lines, served, strict=True) if s < line.quantity),
        cost=parts.total,
        parts=parts,
        rule=rule,
        method=plan.method,
        proven=plan.proven,
        gap=plan.gap,
        candidates=_candidates(survey),
        shipments=tuple(shipments),
    )


def _candidates(survey: Survey) -> tuple[CandidateNode, ...]:
    total = len(survey.order.lines)
    passed = []
    for lane in survey.lanes:
        alone = _parts_alone(survey, lane) if carries_all(survey, lane) else None
        cost = None if alone is None else alone.total
        passed.append(
            CandidateNode(lane.node.node_id, lane.node.code, lane.can_carry, total, cost, None, lane.distance_km, alone)
        )
    return tuple(passed + [CandidateNode(n.node_id, n.code, 0, total, None, why, km) for n, km, why in survey.refused])


def _parts_alone(survey: Survey, lane: Lane) -> Parts:
    """:func:`cost_alone`, part by part; what lines cost beyond their handling is scarcity."""
    grams, lines = survey.total_grams, len(survey.order.lines)
    parcels = survey.tariff.parcels(grams)
    return Parts(
        freight=lane.base * parcels + lane.per_step * survey.tariff.steps(grams),
        handling=lane.node.handling_per_parcel * parcels + lane.node.handling_per_line * lines,
        lateness=lane.late_cost,
        scarcity=sum(lane.line_cost) - lane.node.handling_per_line * lines,
    )
