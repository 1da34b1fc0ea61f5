"""Submissions that could not be placed: looked at, mended and replayed, or given up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Limit, Listing, RowId
from orderhouse.oms.api import shapes
from orderhouse.oms.orders import queries
from orderhouse.oms.orders.discard_invalid_order import discard_invalid_order
from orderhouse.oms.orders.replay_invalid_order import replay_invalid_order
from orderhouse.oms.sourcing.source_orders import source_orders

door = Door(tags=["Orders"])


@door.read("", scope="orders:read", answers=Listing[shapes.InvalidOrder])
def list_invalid_orders(
    request: Call, state: Literal["open", "replayed", "discarded"] = "open", limit: Limit = 100
) -> Mapping[str, Any]:
    """What could not be placed, the oldest first, as it came and with everything that is wrong with it."""
    return {"data": queries.invalid_orders(request.by.tenant_id, state=state, limit=limit)}


@door.read("{invalid_id}", scope="orders:read", answers=shapes.InvalidOrder)
def get_invalid_order(request: Call, invalid_id: RowId) -> queries.InvalidOrder:
    """One of them."""
    return queries.invalid_order(request.by.tenant_id, invalid_id)


@door.command("{invalid_id}/replay", scope="orders:write", answers=shapes.PlacedOrder, operation_id="replay_invalid_order")
def replay(request: Call, invalid_id: RowId, body: shapes.Replay) -> Mapping[str, Any]:
    """Place it again, as it came (its channel or item was defined meanwhile) or mended; it is sourced like any other order."""
    placed = replay_invalid_order(by=request.by, invalid_id=invalid_id, payload=body.payload)
    assert placed.order_id is not None
    if placed.outcome == "placed":
        source_orders(by=request.by, order_ids=[placed.order_id])
    state = queries.states_of(request.by.tenant_id, [placed.order_id])[placed.order_id]
    return {
        "outcome": placed.outcome,
        "id": placed.order_id,
        "number": placed.number,
        "channel": placed.channel,
        "channel_order_id": placed.channel_order_id,
        "state": state,
        "note": placed.note,
    }


@door.command("{invalid_id}/discard", scope="orders:write", answers=shapes.InvalidOrder, operation_id="discard_invalid_order")
def discard(request: Call, invalid_id: RowId, body: shapes.Discard) -> queries.InvalidOrder:
    """Give it up; it is kept, with who gave it up and why."""
    discard_invalid_order(by=request.by, invalid_id=invalid_id, reason=body.reason)
    return queries.invalid_order(request.by.tenant_id, invalid_id)
