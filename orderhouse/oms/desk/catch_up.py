"""Do what a process left undone that died between a commit and what follows from it (ADR 11)."""

from __future__ import annotations

from orderhouse.kernel.actors import By
from orderhouse.oms.desk.apply_late_cancels import apply_late_cancels
from orderhouse.oms.inventory.pay_owed import pay_owed
from orderhouse.oms.sourcing.serve_waiting import Served, serve_waiting


def catch_up(*, by: By) -> Served:
    """Let reservations pay what is owed, apply cancellations that crossed with their order, and serve every waiting line that some
    node has stock for; what was served. Each in units of work of its own; where nothing is to be done, three reads.

    Everybody does this for their own after their own commit, so in a house where nobody died it finds nothing.
    """
    pay_owed(by=by)
    apply_late_cancels(by=by)
    return serve_waiting(by=by)
