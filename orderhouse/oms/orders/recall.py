"""Ask nodes to take releases back. Private to the verbs that change orders already released."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import CancelRelease, LineQuantity
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.orders import store
from orderhouse.oms.orders.rules import OpenRelease

ATTEMPTS = 5


class OrderBusy(Refusal):
    """The order changed under a command again and again."""

    sentence = "The order is being changed by others right now."
    remedy = "Look at the order again in a moment, then repeat the command."
    status = 503


class Moved(Exception):
    """What was read before the letters is no longer so; the attempt is undone and made again."""


def attempts() -> Iterator[bool]:
    """Whether each attempt is the last."""
    for n in range(1, ATTEMPTS + 1):
        yield n == ATTEMPTS


def ask(by: By, asked: Iterable[tuple[OpenRelease, int, str]]) -> None:
    """Send one CancelRelease for each release, naming the units asked back and why.

    To be called before any own row is locked: the node's rows come first in the house's lock order, and a node in this
    database answers before this returns.
    """
    by_release: dict[tuple[str, str], list[LineQuantity]] = {}
    for release, units, reason in asked:
        by_release.setdefault((release.release, release.node), []).append(LineQuantity(release.line_number, units, reason))
    letters: Sequence[Letter] = [
        Letter(f"node:{node}", number, CancelRelease(number, node, lines[0].reason, tuple(lines)))
        for (number, node), lines in sorted(by_release.items())
    ]
    put(by=by, source="oms", letters=letters)


def remember(by: By, asked: Iterable[tuple[OpenRelease, int]]) -> None:
    """Note what was asked back, so that nobody asks for the same units twice and leaves others where they are. After :func:`ask`, when
    the orders' rows are locked."""
    units = {release.release_line_id: units for release, units in asked if units}
    if units:
        store.count_asked_back(by.tenant_id, units)
