"""A customer's goods are on their way back."""

from __future__ import annotations

from orderhouse.contract.messages import ExpectReturn
from orderhouse.kernel.actors import By
from orderhouse.wms.inbound.announcements import Announcement, announce


def expect_returns(*, by: By, messages: list[ExpectReturn]) -> None:
    """Expect these returns: each becomes a receipt of kind return under its RMA number. Raises as ``expect_receipts``."""
    announce(by, [Announcement("return", m.node, m.rma, m.lines, reference=m.order) for m in messages])
