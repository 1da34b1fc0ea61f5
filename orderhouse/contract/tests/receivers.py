"""Receivers of real messages whose effect is a row in the story: it stands or falls with their savepoint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from orderhouse.contract.events import Event, feed, record_events
from orderhouse.contract.messages import CancelRelease, ReleaseAccepted, ReleaseOrder
from orderhouse.contract.receivers import registered
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal


class NotToday(Refusal):
    """The receiver's own no."""

    sentence = "Release {release} cannot be taken today."


class Receiver:
    """Notes each message in the story; fails at ``broken`` releases, says no to ``unwanted`` ones; ``calls`` are batch sizes."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.unwanted: set[str] = set()
        self.calls: list[int] = []
        self.then: Callable[[By, list[Any]], None] = lambda by, messages: None

    def take(self, *, by: By, messages: list[Any]) -> None:
        self.calls.append(len(messages))
        notes = [Event("release", 1, type(m).__name__, {"release": m.release}) for m in messages]
        record_events(by=by, events=notes)
        for message in messages:
            if message.release in self.broken:
                raise ZeroDivisionError(f"cannot digest {message.release}")
            if message.release in self.unwanted:
                raise NotToday(release=message.release)
        self.then(by, messages)


@contextmanager
def receiving(destination: str = "node:") -> Iterator[Receiver]:
    receiver = Receiver()
    table = dict.fromkeys((ReleaseOrder, CancelRelease, ReleaseAccepted), receiver.take)
    with registered(destination, table):
        yield receiver


def noted(tenant_id: int) -> list[str]:
    """What receivers noted, in order."""
    return [event.facts["release"] for event in feed(tenant_id)]
