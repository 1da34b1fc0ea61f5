"""Calls the returns' SQL."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orderhouse.database import execute, fetch_all
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound


@dataclass(frozen=True, slots=True)
class ReturnLineRow:
    """A locked return line with the order line it belongs to."""

    number: str
    return_id: int
    order_id: int
    return_line_id: int
    line_number: int
    line_id: int
    unit_price: Decimal
    expected: int


def lock_return_lines(tenant_id: int, numbers: Iterable[str], *, with_orders: bool = True) -> dict[str, dict[int, ReturnLineRow]]:
    """Lock these returns, and the lines of their orders where those change: number to line number to row. Refuses an unknown
    return."""
    wanted = sorted(set(numbers))
    found: dict[str, dict[int, ReturnLineRow]] = defaultdict(dict)
    statement = sql.load(__file__, "lock_return_lines" if with_orders else "lock_graded_lines")
    for row in fetch_all(statement, {"tenant": tenant_id, "numbers": wanted}, of=ReturnLineRow):
        found[row.number][row.line_number] = row
    for number in wanted:
        if number not in found:
            raise NotFound(kind="return", code=number, field="rma")
    return found


def count_received(tenant_id: int, rows: Sequence[tuple[ReturnLineRow, int]]) -> None:
    """Units that came back, on return lines and order lines."""
    execute(
        """WITH came AS (
             SELECT * FROM unnest(%(return_lines)s::bigint[], %(lines)s::bigint[], %(quantities)s::int[]) AS u (return_line_id, line_id, quantity)
           ), counted AS (
             UPDATE oms_return_line rl SET received = rl.received + came.quantity
             FROM came WHERE rl.tenant_id = %(tenant)s AND rl.id = came.return_line_id
           )
           UPDATE oms_order_line l SET returned = l.returned + s.quantity
           FROM (SELECT line_id, sum(quantity)::int AS quantity FROM came GROUP BY line_id) s
           WHERE l.tenant_id = %(tenant)s AND l.id = s.line_id""",
        {
            "tenant": tenant_id,
            "return_lines": [row.return_line_id for row, _ in rows],
            "lines": [row.line_id for row, _ in rows],
            "quantities": [quantity for _, quantity in rows],
        },
    )


def count_graded(tenant_id: int, rows: Sequence[tuple[ReturnLineRow, int, Decimal]]) -> None:
    """(line, units restocked, money refunded)."""
    execute(
        """UPDATE oms_return_line rl SET restocked = rl.restocked + u.restocked, refund_amount = rl.refund_amount + u.refund
           FROM unnest(%(lines)s::bigint[], %(restocked)s::int[], %(refunds)s::numeric[]) AS u (id, restocked, refund)
           WHERE rl.tenant_id = %(tenant)s AND rl.id = u.id""",
        {
            "tenant": tenant_id,
            "lines": [row.return_line_id for row, _, _ in rows],
            "restocked": [restocked for _, restocked, _ in rows],
            "refunds": [refund for _, _, refund in rows],
        },
    )


def set_state(tenant_id: int, return_ids: Iterable[int], state: str, unless: Sequence[str] = ()) -> None:
    """Move returns to ``state``, but those in a state of ``unless``."""
    execute(
        "UPDATE oms_return SET state = %s WHERE tenant_id = %s AND id = ANY (%s) AND state <> ALL (%s)",
        (state, tenant_id, sorted(set(return_ids)), list(unless)),
    )
