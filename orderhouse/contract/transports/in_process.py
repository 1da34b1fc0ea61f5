"""Hands letters to receivers in this process, inside the sender's transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from contextvars import ContextVar

from orderhouse.contract.codec import UnknownMessage
from orderhouse.contract.faults import is_passing
from orderhouse.contract.letters import Delivery, Outcome
from orderhouse.contract.receivers import handlers_of
from orderhouse.database import savepoint
from orderhouse.kernel.errors import Refusal

log = logging.getLogger(__name__)

_under_way: ContextVar[list[Delivery] | None] = ContextVar("letters_under_way", default=None)


def join(deliveries: Sequence[Delivery]) -> bool:
    """Queue behind the delivery that is under way; False when none is.

    A receiver's own letters thus wait until it and all letters before them are done: first in, first out within one
    outermost sender, so that letters of one subject arrive in the order they were put, however deep the conversation.
    """
    queue = _under_way.get()
    if queue is None:
        return False
    queue.extend(deliveries)
    return True


def run(deliveries: Sequence[Delivery]) -> list[Outcome]:
    """Hand over ``deliveries`` and every letter their receivers put meanwhile; the outcomes in order of delivery.

    Neighbors of one type for one receiver share one call, in one savepoint. If that fails, halves of it are tried, down to
    the single letter at fault: its neighbors take effect without it. Raises only what :func:`is_passing` names.
    """
    queue = list(deliveries)
    outcomes: list[Outcome] = []
    token = _under_way.set(queue)
    try:
        start = 0
        while start < len(queue):
            end = start + 1
            while end < len(queue) and _share_a_call(queue[start], queue[end]):
                end += 1
            outcomes += _hand_over(queue[start:end], queue)
            start = end
    finally:
        _under_way.reset(token)
    return outcomes


def _share_a_call(one: Delivery, other: Delivery) -> bool:
    return (
        type(one.message) is type(other.message)
        and (one.destination == other.destination or handlers_of(one.destination) is handlers_of(other.destination))
        and (one.by is other.by or one.by == other.by)
    )


def _hand_over(group: list[Delivery], queue: list[Delivery]) -> list[Outcome]:
    kind = type(group[0].message)
    handler = (handlers_of(group[0].destination) or {}).get(kind)
    if handler is None:
        refusal = UnknownMessage(type=kind.__name__, version=kind.version)
        return [Outcome(delivery, refusal=refusal) for delivery in group]
    put_before = len(queue)
    try:
        with savepoint():
            handler(by=group[0].by, messages=[delivery.message for delivery in group])
    except Exception as error:
        if is_passing(error):
            raise
        del queue[put_before:]  # what the receiver put was rolled back with it
        if len(group) == 1:
            return [_failed(group[0], error)]
        half = len(group) // 2
        return _hand_over(group[:half], queue) + _hand_over(group[half:], queue)
    return [Outcome(delivery) for delivery in group]


def _failed(delivery: Delivery, error: Exception) -> Outcome:
    if isinstance(error, Refusal):
        return Outcome(delivery, refusal=error)
    log.error(
        "%s %s to %s about %s failed",
        type(delivery.message).__name__,
        delivery.message_id,
        delivery.destination,
        delivery.subject,
        exc_info=error,
    )
    return Outcome(delivery, error=f"{type(error).__name__}: {error}"[:500] or "failed")
