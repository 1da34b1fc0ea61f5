"""A supplier's goods are on their way."""

from __future__ import annotations

from orderhouse.contract.messages import ExpectReceipt
from orderhouse.kernel.actors import By
from orderhouse.wms.inbound.announcements import Announcement, announce


def expect_receipts(*, by: By, messages: list[ExpectReceipt]) -> None:
    """Expect these receipts (X12 943). One announced before is replaced while nothing of it has arrived.

    Raises ``NotFound`` for a node without a floor here or an item the catalog does not know, ``ReceiptHasArrived``.
    """
    announce(
        by,
        [Announcement("asn", m.node, m.receipt, m.lines, supplier=m.supplier, expected_at=m.expected_at) for m in messages],
    )
