"""What sourcing would say of an order now, or of another choice: the same rules, nothing written, nothing locked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from orderhouse.catalog.queries import Node
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.oms.sourcing import store
from orderhouse.oms.sourcing.candidates import Decision, NodeFacts
from orderhouse.oms.sourcing.consequences import promise_dates
from orderhouse.oms.sourcing.source_orders import decide_by_service, restricted
from orderhouse.oms.sourcing.store import Need


@dataclass(frozen=True, slots=True)
class Terms:
    """Other terms than the order's own: a service, a destination (latitude, longitude, country)."""

    service: str | None = None
    destination: tuple[float | None, float | None, str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One choice, costed: the decision, when it would arrive (UTC) and by when it must leave (None where nothing ships),
    units that would wait, and how many of each node's units each line would take, by line number."""

    decision: Decision
    arrives: datetime | None
    ship_by: datetime | None
    waits: int
    takes: Mapping[int, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Question:
    """An order's open units as gathered once, to be asked about again and again."""

    needs: Sequence[Need]
    reserved_at: Mapping[int, frozenset[int]]
    own: Mapping[tuple[int, int, int], int]
    stock: Mapping[tuple[int, int, int], int]
    nodes: Mapping[int, Node]
    tenant_id: int
    at: datetime
    facts: Sequence[NodeFacts]

    @property
    def units(self) -> int:
        """Units that have no release yet."""
        return sum(need.backordered for need in self.needs)


def ask_about(tenant_id: int, order_id: int, at: datetime) -> Question | None:
    """Gather what sourcing would see now of the units that no node was told to ship; None where there are none.

    What the order has reserved counts as free to it. Refuses only when no tariff is defined.
    """
    with unit_of_work(tenant_id):
        needs = fetch_all(sql.load(__file__, "read_needs"), {"tenant": tenant_id, "order": order_id}, of=Need)
        if not needs:
            return None
        facts, nodes = store.candidate_nodes(tenant_id, at)
        stock: dict[tuple[int, int, int], int] = defaultdict(int)
        for node_id, item_id, owner_id, balance in fetch_all(
            """SELECT node_id, item_id, owner_id, balance FROM ledger_account
               WHERE tenant_id = %s AND book = 'promise' AND state = 'available' AND balance > 0
                 AND item_id = ANY (%s) AND node_id = ANY (%s)""",
            (tenant_id, sorted({need.item_id for need in needs}), sorted(nodes)),
        ):
            stock[node_id, item_id, owner_id] = balance
        own: dict[tuple[int, int, int], int] = defaultdict(int)
        reserved_at: dict[int, set[int]] = defaultdict(set)
        line_of = {need.line_id: need for need in needs}
        for line_id, node_id, quantity in fetch_all(
            "SELECT order_line_id, node_id, quantity FROM oms_reservation WHERE tenant_id = %s AND order_id = %s AND quantity > 0",
            (tenant_id, order_id),
        ):
            need = line_of[line_id]
            own[node_id, need.item_id, need.owner_id] += quantity
            stock[node_id, need.item_id, need.owner_id] += quantity
            reserved_at[line_id].add(node_id)
        at_nodes = {line_id: frozenset(places) for line_id, places in reserved_at.items()}
    return Question(needs, at_nodes, dict(own), dict(stock), nodes, tenant_id, at, facts)


def what_if(
    question: Question, only: Mapping[int, Collection[int]] | None = None, terms: Terms | None = None, rule: str = "lowest_cost"
) -> Answer:
    """Decide the question. ``only``: node ids somebody would choose, by line number; lines not named are decided freely."""
    terms = terms or Terms()
    line_of = {need.line_number: need.line_id for need in question.needs}
    chosen = {line_of[number]: places for number, places in (only or {}).items() if number in line_of}
    with unit_of_work(question.tenant_id):
        carriers = store.tariffs_by_service(question.tenant_id)
        (order,) = store.order_needs(question.tenant_id, question.needs)
    if terms.service:
        order = replace(order, service_code=terms.service)
    if terms.destination:
        latitude, longitude, country = terms.destination
        order = replace(order, ship_to_lat=latitude, ship_to_lon=longitude, ship_to_country=country)
    order = restricted(order, chosen, question.nodes)
    (decision,) = decide_by_service(
        [order],
        {need.order_id: (need.buffer, need.share_percent) for need in question.needs},
        list(question.facts),
        dict(question.stock),
        carriers,
        rule,
        question.at,
        question.own,
    )
    number_of = {need.line_id: need.line_number for need in question.needs}
    takes: dict[int, dict[str, int]] = defaultdict(dict)
    for line_id, node_id, quantity in decision.assignments:
        takes[number_of[line_id]][question.nodes[node_id].code] = quantity
    arrives, ship_by = promise_dates(decision, dict(question.nodes))
    return Answer(decision, arrives, ship_by, sum(units for _, units in decision.backordered), dict(takes))


def as_it_is(question: Question) -> dict[int, frozenset[int]]:
    """The nodes each line is reserved at now, by line number: the choice to compare others with."""
    return {
        need.line_number: question.reserved_at[need.line_id] for need in question.needs if need.line_id in question.reserved_at
    }
