"""The truck is counted: what came against what was announced."""

from __future__ import annotations

from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import ReceiptConfirmed, ReceivedLine
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.inbound import store
from orderhouse.wms.inbound.queries import receipt_lines
from orderhouse.wms.inbound.rules import differences, step
from orderhouse.wms.stock.raise_exceptions import Raised, raise_exceptions


class NotGradedYet(Refusal):
    """A return closes when every unit has been judged."""

    sentence = "{units} units of {sku} of return {number} are not graded."
    remedy = "Grade them first."


class ClosedReceipt(NamedTuple):
    """What came, by item, and how many exceptions wait for the manager."""

    lines: tuple[ReceivedLine, ...]
    exceptions: int


def close_receipt(*, by: By, receipt_id: int) -> ClosedReceipt:
    """Close a receipt: over, short and damaged lines become exceptions, and the OMS is told (``ReceiptConfirmed``).

    A blind receipt is neither over nor short; a return answers by its own messages instead. Raises ``ReceiptStep``,
    :class:`NotGradedYet`.
    """
    with unit_of_work(by.tenant_id):
        receipt = store.lock_receipt(by.tenant_id, receipt_id)
        step(receipt.number, receipt.state, "closed")
        raised: list[Raised] = []
        received: dict[tuple[str, str], tuple[int, int, int]] = {}
        for line in receipt_lines(by.tenant_id, receipt_id):
            if line.ungraded:
                raise NotGradedYet(units=line.ungraded, sku=line.sku, number=receipt.number)
            facts = {
                "receipt": receipt.number,
                "sku": line.sku,
                "expected": line.expected,
                "good": line.good,
                "damaged": line.damaged,
            }
            for kind in differences(receipt.kind, line.expected, line.good, line.damaged):
                raised.append(Raised(kind, "receipt", receipt.id, facts))
            sums = received.get((line.sku, line.owner), (0, 0, 0))
            received[line.sku, line.owner] = (sums[0] + line.expected, sums[1] + line.good, sums[2] + line.damaged)
        store.step_receipt(by, receipt.id, "closed", None)
        raise_exceptions(by=by, node_id=receipt.node_id, exceptions=raised)
        record_events(
            by=by,
            events=[Event("receipt", receipt.id, "receipt-closed", {"number": receipt.number, "exceptions": len(raised)})],
        )
        lines = tuple(ReceivedLine(sku, owner, *sums) for (sku, owner), sums in sorted(received.items()))
        if receipt.kind != "return":
            message = ReceiptConfirmed(receipt=receipt.number, node=receipt.node, closed_at=by.at, lines=lines)
            put(by=by, source="wms", letters=[Letter("oms", receipt.number, message)])
    return ClosedReceipt(lines, len(raised))
