"""Orders that arrive as messages."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.messages import SubmitOrder
from orderhouse.kernel.actors import By
from orderhouse.oms.desk.capture_orders import capture_orders


def capture_submissions(*, by: By, messages: Sequence[SubmitOrder]) -> None:
    """Capture and source what a channel submits (X12 850); what is not right is kept and shown with its reasons."""
    capture_orders(by=by, submissions=messages, source="message")
