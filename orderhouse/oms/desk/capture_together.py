"""Capture one order; callers of one process who come at the same time share a commit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.database import inside_transaction, mend_connection
from orderhouse.database.lending import lent_on
from orderhouse.kernel.actors import By
from orderhouse.kernel.together import Together
from orderhouse.oms.desk.capture_batch import Submitted, capture_batch, read_submission
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.orders.place_orders import Placed

MOST_AT_ONCE = 250
"""Orders one caller captures for the others at most: a batch beyond gains little more and makes its first wait longer."""

LINGER, LONGEST_LINGER = 0.25, 0.005
"""How long a batch waits for those who were in the last one: a part of what that took, and seconds at most."""


def _capture(tenant_id: int, submitted: Sequence[Submitted]) -> list[Placed]:
    return capture_batch(tenant_id=tenant_id, submitted=submitted)


_together = Together[Submitted, Placed](
    _capture, most=MOST_AT_ONCE, linger=LINGER, longest_linger=LONGEST_LINGER, meanwhile=lent_on
)


def capture_together(*, by: By, submission: SubmitOrder | Mapping[str, Any], source: str = "api") -> Placed:
    """Capture one order as :func:`capture_orders` does; the answer comes after the commit that holds it.

    Whoever comes while nobody captures for this tenant in this process begins at once; whoever comes meanwhile is
    captured in the next batch, by the first of those who wait. So a lone caller waits for nobody, and a crowd shares
    statements and flushes (ADR 10). Each order keeps its own sender and moment. When a shared batch fails, each of its callers tries
    alone and meets its own error, if it is the one at fault; a commit whose answer was lost shows then as ``duplicate``.
    Inside a transaction of its own the caller captures in that, and waits for nobody.
    """
    if inside_transaction():
        return capture_orders(by=by, submissions=[submission], source=source)[0]
    answer = _together.do(by.tenant_id, read_submission(by, submission, source))
    if answer is not None:
        return answer
    mend_connection()  # what broke the shared batch may have been the leader's connection
    return capture_orders(by=by, submissions=[submission], source=source)[0]
