"""Reserved units of an order wait again, so that another choice can be made. Private to verbs that decide anew."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from orderhouse.database import execute
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.orders import store as orders
from orderhouse.oms.orders.rules import LineFacts


def give_up_reservations(*, by: By, lines: Collection[LineFacts]) -> dict[tuple[int, int, int], int]:
    """Inside the caller's unit of work and under its locks of the order and these lines: reserved → available, the lines wait.

    Answers (node, item, owner) to units, for ``source_orders(own=...)``, which must follow in the same commit, and
    ``keep_back`` after it: until then the units are free to nobody else.
    """
    line_of = {line.line_id: line for line in lines if line.reserved}
    if not line_of:
        return {}
    taken = orders.lock_reservations(by.tenant_id, line_of)
    orders.reduce_reservations(by.tenant_id, taken)
    execute(
        sql.load(__file__, "give_up_reservations"),
        {
            "tenant": by.tenant_id,
            "lines": sorted(line_of),
            "quantities": [line_of[line_id].reserved for line_id in sorted(line_of)],
        },
    )
    own: dict[tuple[int, int, int], int] = defaultdict(int)
    moves = []
    for line_id, node_id, quantity in taken:
        line = line_of[line_id]
        own[node_id, line.item_id, line.owner_id] += quantity
        reserved, free = (promise(node_id, line.item_id, line.owner_id, state) for state in ("reserved", "available"))
        moves.append(Move(reserved, free, quantity, "order", line.order_id, line_id))
    post_movements(by=by, moves=moves)
    return dict(own)
