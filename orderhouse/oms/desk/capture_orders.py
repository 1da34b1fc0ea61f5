"""Capture orders: place them and promise them in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.database import savepoint, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.apply_early_cancels import apply_early_cancels
from orderhouse.oms.orders.place_orders import Placed, place_orders
from orderhouse.oms.orders.queries import states_of
from orderhouse.oms.sourcing.source_orders import source_orders
from orderhouse.oms.sourcing.store import NoTariff


def capture_orders(*, by: By, submissions: Sequence[SubmitOrder | Mapping[str, Any]], source: str = "api") -> list[Placed]:
    """Place a batch (see :func:`place_orders`) and look for nodes for what is new, all in one commit; held orders are
    promised too, and go nowhere until their holds are lifted. What its channel took back before it came is cancelled at once.
    Each answer's state is that after sourcing; without a tariff orders are placed and wait.
    """
    with unit_of_work(by.tenant_id):
        answers = place_orders(by=by, submissions=submissions, source=source)
        placed = {
            a.order_id: (a.channel, a.channel_order_id) for a in answers if a.outcome == "placed" and a.order_id is not None
        }
        if not placed:
            return answers
        apply_early_cancels(by=by, orders=placed)
        try:
            with savepoint():
                source_orders(by=by, order_ids=placed)
        except NoTariff:
            pass  # no order is lost for want of a price list: sourcing is asked again when backorders are served
        states = states_of(by.tenant_id, placed)
    return [replace(a, state=states[a.order_id]) if a.order_id in states else a for a in answers]
