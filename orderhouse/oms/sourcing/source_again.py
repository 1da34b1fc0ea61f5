"""Source orders again: what is only reserved is given up and decided anew, with whatever stands free now."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.contract.events import Event, record_events
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.oms.sourcing.decide_anew import decide_anew, lock_to_decide
from orderhouse.oms.sourcing.source_orders import Sourced


def source_again(*, by: By, order_ids: Collection[int], reason: str) -> list[Sourced]:
    """Decide a batch of orders anew in one commit: their reservations are free to them again, released units stay where they are.
    What they do not take again serves those who wait. An order with nothing reserved or waiting is left alone.

    Unlike :func:`move_order` nobody chose a node, so an order may also come to wait: rehearse before it is done.
    A fixed number of statements for a batch.
    """
    with unit_of_work(by.tenant_id):
        lines = [line for line in lock_to_decide(by, order_ids) if line.reserved + line.backordered]
        if not lines:
            return []
        facts = {"reason": reason.strip()}
        concerned = sorted({line.order_id for line in lines})
        record_events(by=by, events=[Event("order", order_id, "order-sourced-again", facts) for order_id in concerned])
        return decide_anew(by=by, lines=lines)
