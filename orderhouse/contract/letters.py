"""A message in its envelope, on the way out and on the way in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal


class Letter(NamedTuple):
    """A message to send: ``destination`` is ``oms``, ``node:CODE`` or ``channel:CODE``; ``subject`` what it is about.

    Letters of one subject to one destination keep their order (see :func:`orderhouse.contract.mailbox.put`).
    """

    destination: str
    subject: str
    message: Any


class Arrival(NamedTuple):
    """A letter as it came in: ``payload`` is parsed JSON, not trusted yet; ``message_id`` is the sender's."""

    message_id: int
    type: str
    version: int
    subject: str
    payload: Any
    actor: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an arrival: done, refused (``refusal`` is the problem, RFC 9457), repeated or failed.

    ``repeated`` had its effect before; its ``refusal`` is the first answer's. ``failed`` had none: send it again later.
    """

    message_id: int
    state: str
    refusal: dict[str, Any] | None = None


class Delivery(NamedTuple):
    """A letter on its way to a receiver in this process."""

    by: By
    source: str
    destination: str
    message_id: int
    subject: str
    message: Any


class Outcome(NamedTuple):
    """What the receiver made of a delivery: done, refused, or an ``error`` nobody expected."""

    delivery: Delivery
    refusal: Refusal | None = None
    error: str = ""
