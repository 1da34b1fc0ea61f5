"""What a node of ours does with each message: the table of the ``node:`` letter box."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from orderhouse.contract.messages import CancelRelease, ExpectReceipt, ExpectReturn, ReleaseOrder
from orderhouse.wms.inbound.expect_receipts import expect_receipts
from orderhouse.wms.inbound.expect_returns import expect_returns
from orderhouse.wms.outbound.accept_releases import accept_releases
from orderhouse.wms.outbound.cancel_releases import cancel_releases

HANDLERS: Mapping[type, Callable[..., None]] = {
    ReleaseOrder: accept_releases,
    CancelRelease: cancel_releases,
    ExpectReceipt: expect_receipts,
    ExpectReturn: expect_returns,
}
