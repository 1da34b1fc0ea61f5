"""Source an order again: freely, or from the nodes somebody chose."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from orderhouse.catalog.queries import nodes as nodes_of
from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.oms.orders import store as orders
from orderhouse.oms.orders.rules import LineFacts
from orderhouse.oms.sourcing.decide_anew import decide_anew, lock_to_decide


class NothingToMove(Refusal):
    """No unit of the order stands where another node can still be chosen for it."""

    sentence = "Nothing of order {number} can be moved: {why}."
    remedy = "{what}"


class CannotShipFromThere(Refusal):
    """The nodes chosen would leave more units waiting than now."""

    sentence = "{nodes} cannot promise {missing} of the {wanted} units of order {number} that would move."
    remedy = "Choose a node that has them, or split the order by line."


@dataclass(frozen=True, slots=True)
class Moved:
    """Units at each node before and after, by node code, of what could move; ``waiting`` units have no node after it."""

    before: Mapping[str, int]
    after: Mapping[str, int]
    waiting: int


def move_order(*, by: By, order_id: int, nodes: Mapping[int, Collection[str]] | None = None, reason: str) -> Moved:
    """Decide anew for the units of an order that no node was told to ship, in one commit; what was free for them and is not
    taken again serves those who wait.

    ``nodes``: node codes by line number; only these lines move, and only there. None: every line, decided freely. Raises
    NotFound, InvalidInput without a reason or for an unknown line, :class:`NothingToMove`, :class:`CannotShipFromThere` where
    units that have a node now would wait.
    """
    if not reason.strip():
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why; it stands in the order's story.")
    with unit_of_work(by.tenant_id):
        lines = lock_to_decide(by, [order_id])
        order = orders.read_orders(by.tenant_id, [order_id]).get(order_id)
        if order is None:
            raise NotFound(kind="order", code=order_id, field="order_id")
        only = _chosen(by, nodes, lines)
        movable = [line for line in lines if line.reserved + line.backordered and (only is None or line.line_id in only)]
        if not movable:
            raise _nothing(order.number, lines)
        before = _places(by.tenant_id, order_id)
        waited = sum(line.backordered for line in lines)
        sourced = decide_anew(by=by, lines=movable, only=only)
        missing = sum(each.backordered + each.cancelled for each in sourced) - waited
        if missing > 0:
            raise CannotShipFromThere(
                number=order.number,
                missing=missing,
                wanted=sum(line.reserved + line.backordered for line in movable),
                nodes=" and ".join(sorted({code for codes in (nodes or {}).values() for code in codes})) or "The nodes",
            )
        after = _places(by.tenant_id, order_id)
        facts = {"from": before, "to": after, "chosen": nodes is not None, "reason": reason.strip()}
        record_events(by=by, events=[Event("order", order_id, "order-moved", facts)])
        return Moved(before, after, sum(each.backordered for each in sourced))


def _chosen(by: By, nodes: Mapping[int, Collection[str]] | None, lines: Collection[LineFacts]) -> dict[int, set[int]] | None:
    if nodes is None:
        return None
    line_of = {line.line_number: line.line_id for line in lines}
    id_of = {node.code: node.id for node in nodes_of(by.tenant_id).values() if node.active}
    only: dict[int, set[int]] = {}
    for number, codes in nodes.items():
        if number not in line_of:
            raise InvalidInput(field=f"lines[{number}]", reason=f"the order has no line {number}")
        for code in codes:
            if code not in id_of:
                raise NotFound(kind="node", code=code, field=f"lines[{number}]")
        only[line_of[number]] = {id_of[code] for code in codes}
    return only


def _nothing(number: str, lines: Collection[LineFacts]) -> NothingToMove:
    released = sum(line.released for line in lines)
    if released:
        said = f"{released} unit{'s are' if released > 1 else ' is'} released to a node"
        return NothingToMove(number=number, why=said, what="Hold the order to recall what was released, then move it.")
    return NothingToMove(
        number=number, why="no unit of it is open", what="What has shipped can only come back: authorize a return."
    )


def _places(tenant_id: int, order_id: int) -> dict[str, int]:
    """Reserved units by node code."""
    return dict(
        fetch_all(
            """SELECT n.code, sum(r.quantity)::int FROM oms_reservation r
               JOIN catalog_node n ON n.tenant_id = r.tenant_id AND n.id = r.node_id
               WHERE r.tenant_id = %s AND r.order_id = %s AND r.quantity > 0 GROUP BY n.code ORDER BY n.code""",
            (tenant_id, order_id),
        )
    )
