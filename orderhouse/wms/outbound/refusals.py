"""What the floor says no to, about an outbound."""

from __future__ import annotations

from orderhouse.kernel.errors import Refusal


class OutboundCancelled(Refusal):
    """The order was cancelled while it was being worked on."""

    sentence = "Stop: order {order} ({release}) is cancelled."
    remedy = "Leave its goods where they are; a put-back task brings them to their bins."
