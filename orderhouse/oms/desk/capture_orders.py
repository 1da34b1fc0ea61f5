"""Capture orders: place them and promise them in one go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.capture_batch import capture_batch, read_submission
from orderhouse.oms.orders.place_orders import Placed


def capture_orders(*, by: By, submissions: Sequence[SubmitOrder | Mapping[str, Any]], source: str = "api") -> list[Placed]:
    """Place a batch (see :func:`place_orders`) and look for nodes for what is new, all in one commit; held orders are
    promised too, and go nowhere until their holds are lifted. What its channel took back before it came is cancelled at once.
    Each answer's state is that after sourcing; without a tariff orders are placed and wait.
    """
    return capture_batch(tenant_id=by.tenant_id, submitted=[read_submission(by, one, source) for one in submissions])
