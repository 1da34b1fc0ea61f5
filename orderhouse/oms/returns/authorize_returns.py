"""Agree to take units back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import ExpectedLine, ExpectReturn
from orderhouse.database import execute, fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound, Refusal
from orderhouse.kernel.identifiers import new_id, new_ids
from orderhouse.kernel.quantities import quantity


class NotReturnable(Refusal):
    """More units would come back than left."""

    sentence = "Line {line} of order {order} can take back {returnable} units, not {wanted}."
    remedy = "Return at most {returnable}: what shipped less what has been returned or authorized."


@dataclass(frozen=True, slots=True)
class ReturnRequest:
    """Units by line number of one order. ``node_id`` None: back to the node that shipped most of it."""

    order_id: int
    lines: Mapping[int, int]
    reason: str
    node_id: int | None = None


@dataclass(frozen=True, slots=True)
class Returnable:
    """A locked order line with what may still come back."""

    order_id: int
    order_number: str
    line_id: int
    line_number: int
    sku: str
    owner: str
    returnable: int
    node_id: int | None
    node: str | None
    returns: int


def authorize_returns(*, by: By, requests: Sequence[ReturnRequest]) -> list[str]:
    """Authorize returns, tell each node to expect it, and answer their numbers (order number and /R1, /R2 ...)."""
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            sql.load(__file__, "lock_returnable"),
            {"tenant": by.tenant_id, "orders": sorted({request.order_id for request in requests})},
            of=Returnable,
        )
        by_order: dict[int, dict[int, Returnable]] = defaultdict(dict)
        for row in rows:
            by_order[row.order_id][row.line_number] = row
        nodes = dict(fetch_all("SELECT id, code FROM catalog_node WHERE tenant_id = %s", (by.tenant_id,)))
        claimed: dict[int, int] = defaultdict(int)
        numbered: dict[int, int] = {}
        made = [_authorize(request, by_order[request.order_id], nodes, claimed, numbered) for request in requests]
        _write(by, made)
        record_events(
            by=by,
            events=[
                Event("order", m["order_id"], "return-authorized", {"return": m["number"], "reason": m["reason"]}) for m in made
            ],
        )
        put(by=by, source="oms", letters=[m["letter"] for m in made])
        return [m["number"] for m in made]


def _authorize(
    request: ReturnRequest,
    lines: Mapping[int, Returnable],
    nodes: Mapping[int, str],
    claimed: dict[int, int],
    numbered: dict[int, int],
) -> dict[str, Any]:
    if not lines:
        raise NotFound(kind="shipped order", code=request.order_id, field="order_id")
    first = next(iter(lines.values()))
    expected = []
    for line_number, units in sorted(request.lines.items()):
        row = lines.get(line_number)
        returnable = row.returnable - claimed[row.line_id] if row else 0
        if row is None or quantity(units, field=f"lines.{line_number}") > returnable:
            raise NotReturnable(
                field=f"lines.{line_number}",
                line=line_number,
                order=first.order_number,
                returnable=max(0, returnable),
                wanted=units,
            )
        claimed[row.line_id] += units
        expected.append((row, units))
    numbered[request.order_id] = numbered.get(request.order_id, first.returns) + 1
    number = f"{first.order_number}/R{numbered[request.order_id]}"
    node_id = request.node_id or first.node_id
    if node_id is None or node_id not in nodes:
        raise NotFound(kind="node", code=node_id, field="node_id")
    message = ExpectReturn(
        rma=number,
        node=nodes[node_id],
        order=first.order_number,
        lines=tuple(ExpectedLine(row.line_number, row.sku, row.owner, units) for row, units in expected),
    )
    return {
        "id": new_id(),
        "number": number,
        "order_id": request.order_id,
        "node_id": node_id,
        "reason": request.reason,
        "lines": expected,
        "letter": Letter(f"node:{nodes[node_id]}", number, message),
    }


def _write(by: By, made: Sequence[dict[str, Any]]) -> None:
    execute(
        """INSERT INTO oms_return (tenant_id, id, number, order_id, node_id, reason, state, authorized_at)
           SELECT t.tenant_id, u.id, u.number, u.order_id, u.node_id, u.reason, 'authorized', %(at)s
           FROM people_tenant t, unnest(%(ids)s::bigint[], %(numbers)s::text[], %(orders)s::bigint[], %(nodes)s::bigint[],
             %(reasons)s::text[]) AS u (id, number, order_id, node_id, reason)
           WHERE t.tenant_id = %(tenant)s""",
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "ids": [m["id"] for m in made],
            "numbers": [m["number"] for m in made],
            "orders": [m["order_id"] for m in made],
            "nodes": [m["node_id"] for m in made],
            "reasons": [m["reason"] for m in made],
        },
    )
    lines = [(m["id"], row, units) for m in made for row, units in m["lines"]]
    execute(
        """INSERT INTO oms_return_line (tenant_id, id, return_id, line_number, order_line_id, quantity)
           SELECT t.tenant_id, u.* FROM people_tenant t, unnest(%(ids)s::bigint[], %(returns)s::bigint[], %(numbers)s::int[],
             %(lines)s::bigint[], %(quantities)s::int[]) AS u
           WHERE t.tenant_id = %(tenant)s""",
        {
            "tenant": by.tenant_id,
            "ids": new_ids(len(lines)),
            "returns": [return_id for return_id, _, _ in lines],
            "numbers": [row.line_number for _, row, _ in lines],
            "lines": [row.line_id for _, row, _ in lines],
            "quantities": [units for _, _, units in lines],
        },
    )
