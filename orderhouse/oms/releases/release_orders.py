"""Tell nodes to ship what is reserved there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

import orjson

from orderhouse.catalog.queries import nodes
from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import Address, ReleaseLine, ReleaseOrder
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.ledger.accounts import Move, promise
from orderhouse.ledger.post_movements import post_movements
from orderhouse.oms.orders.derive_orders import derive_orders
from orderhouse.oms.releases import store
from orderhouse.oms.releases.store import Releasable
from orderhouse.oms.sourcing.store import tariffs_by_service


def release_orders(*, by: By, order_ids: Collection[int] | None = None, limit: int = 500) -> list[str]:
    """Release what is reserved of these orders (any if None, the most urgent ``limit`` of them); answers release numbers.

    One release a node (X12 940, purpose N). An order with an open hold stays, and so does one that waits for units while
    its channel wants it whole. The letter to the node goes out in the same transaction.
    """
    with unit_of_work(by.tenant_id):
        ready = store.lock_releasable(by.tenant_id, order_ids, limit)
        if not ready:
            return []
        groups: dict[tuple[int, int], list[Releasable]] = defaultdict(list)
        for row in ready:
            groups[row.order_id, row.node_id].append(row)
        counts = store.release_counts(by.tenant_id, {row.order_id for row in ready})
        known = nodes(by.tenant_id)
        carriers = tariffs_by_service(by.tenant_id)
        other = carriers[min(carriers)]
        rows, lines, letters, moves = [], [], [], []
        told: dict[int, list[dict[str, object]]] = defaultdict(list)
        for release_id, ((order_id, node_id), units) in zip(new_ids(len(groups)), sorted(groups.items()), strict=True):
            first = units[0]
            counts[order_id] = counts.get(order_id, 0) + 1
            number, node = f"{first.number}/{counts[order_id]}", known[node_id]
            ship_by = first.ship_by or by.at
            rows.append((release_id, number, order_id, node_id, ship_by))
            lines += [(release_id, unit) for unit in units]
            moves += [_move(unit, release_id) for unit in units]
            told[order_id].append({"release": number, "node": node.code, "units": sum(unit.quantity for unit in units)})
            letters.append(
                Letter(
                    f"node:{node.code}",
                    number,
                    ReleaseOrder(
                        release=number,
                        order=first.number,
                        node=node.code,
                        ship_to=_address(first.ship_to),
                        carrier=carriers.get(first.service, other).carrier,
                        service=first.service,
                        ship_by=ship_by,
                        priority=first.priority,
                        lines=tuple(ReleaseLine(unit.line_number, unit.sku, unit.owner, unit.quantity) for unit in units),
                    ),
                )
            )
        store.take_reservations(by.tenant_id, ready)
        store.write_releases(by, rows, lines)
        post_movements(by=by, moves=moves)
        events = [Event("order", order_id, "order-released", {"releases": releases}) for order_id, releases in told.items()]
        record_events(by=by, events=events)
        derive_orders(by=by, order_ids=list(told))
        put(by=by, source="oms", letters=letters)
        return [row[1] for row in rows]


def _move(unit: Releasable, release_id: int) -> Move:
    reserved, released = (promise(unit.node_id, unit.item_id, unit.owner_id, state) for state in ("reserved", "released"))
    return Move(reserved, released, unit.quantity, "release", release_id, unit.line_id)


def _address(ship_to: str) -> Address:
    known = {name: value for name, value in orjson.loads(ship_to).items() if name in Address.__dataclass_fields__}
    lines = known.pop("lines", None) or ()
    return Address(lines=tuple(lines), **known)
