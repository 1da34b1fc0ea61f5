"""An order's story as it is read: what happened, who and why, and the message behind it, day by day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderhouse.console import sentences
from orderhouse.console.oms.order_queries import SaidLetter
from orderhouse.contract.events import StoryEvent

KINDS: dict[str, str | Promise] = {
    "order": _("Order"),
    "sourcing": _("Sourcing"),
    "holds": _("Holds"),
    "floor": _("Floor"),
    "parcels": _("Parcels"),
    "taken-back": _("Cancelled and returned"),
    "notes": _("Notes"),
}

_KIND_OF = {
    "order-sourced": "sourcing",
    "order-moved": "sourcing",
    "reservation-lost": "sourcing",
    "release-shorted": "floor",
    "order-sourced-again": "sourcing",
    "release-rejected": "floor",
    "order-held": "holds",
    "holds-lifted": "holds",
    "order-released": "floor",
    "order-shipped": "parcels",
    "lines-cancelled": "taken-back",
    "cancellation-asked": "taken-back",
    "release-cancelled": "taken-back",
    "cancel-refused": "taken-back",
    "return-authorized": "taken-back",
    "return-received": "taken-back",
    "return-graded": "taken-back",
    "note-added": "notes",
}

_LETTERS_OF = {
    "order-sourced": ("OrderAcknowledged",),
    "order-released": ("ReleaseOrder",),
    "order-shipped": ("ShipmentConfirmed", "ShipmentAdvised"),
    "order-held": ("CancelRelease",),
    "cancellation-asked": ("CancelRelease",),
    "release-cancelled": ("ReleaseCancelled",),
    "release-shorted": ("ReleaseShorted",),
    "release-rejected": ("ReleaseRejected",),
    "cancel-refused": ("CancelRefused",),
    "return-authorized": ("ExpectReturn",),
    "return-received": ("ReturnReceived",),
    "return-graded": ("ReturnGraded",),
}
"""The letters an event was told by, or caused, in the same moment."""

_NEWS_OF_NODES = {
    "ReleaseAccepted": "release-accepted",
    "waved": "release-waved",
    "picking": "picking-started",
    "picked": "release-picked",
    "packed": "release-packed",
}
"""What a node says of a release and no event of the order repeats."""


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened. ``who`` and ``why`` are never empty; ``withdrawn`` says a note was taken back."""

    id: int
    kind: str
    type: str
    tone: str
    said: str
    who: str
    why: str
    device: str
    at: datetime
    facts: Sequence[tuple[str, str]]
    letters: Sequence[SaidLetter] = field(default_factory=tuple)
    tracking: Sequence[str] = ()
    withdrawn: bool = False


def tell(story: Iterable[StoryEvent], letters: Iterable[SaidLetter]) -> list[Told]:
    """Everything that happened, the latest first: the order's events, and what nodes said of its releases."""
    events = list(story)
    unclaimed = list(letters)
    withdrawn = {event.facts.get("note") for event in events if event.type == "note-withdrawn"}
    found = []
    for event in events:
        if event.type == "note-withdrawn":
            continue
        wanted = _LETTERS_OF.get(event.type, ())
        own = [letter for letter in unclaimed if letter.type in wanted and letter.created_at == event.at]
        unclaimed = [letter for letter in unclaimed if letter not in own]
        found.append(_event(event, own, event.id in withdrawn))
    found += [news for letter in unclaimed if (news := _news(letter)) is not None]
    return sorted(found, key=lambda told: (told.at, told.id), reverse=True)


def _event(event: StoryEvent, letters: Sequence[SaidLetter], withdrawn: bool) -> Told:
    return Told(
        event.id,
        _KIND_OF.get(event.type, "order"),
        event.type,
        sentences.tone(event.type),
        sentences.sentence(event.type, event.facts),
        event.actor or "the house",
        sentences.why(event.type, event.facts),
        event.device,
        event.at,
        flat(event.facts),
        letters,
        tuple(event.facts.get("tracking") or ()) if event.type == "order-shipped" else (),
        withdrawn,
    )


def _news(letter: SaidLetter) -> Told | None:
    payload = letter.payload if isinstance(letter.payload, Mapping) else {}
    type_ = _NEWS_OF_NODES.get(str(payload.get("state")) if letter.type == "ReleaseProgressed" else letter.type)
    if type_ is None:
        return None
    facts = {"release": letter.subject}
    node = str(payload.get("node") or letter.source)
    said = sentences.sentence(type_, facts)
    return Told(
        letter.id,
        "floor",
        type_,
        sentences.tone(type_),
        said,
        letter.actor or node,
        sentences.why(type_, facts),
        node,
        letter.created_at,
        flat(payload),
        [letter],
    )


def flat(facts: Any, name: str = "") -> list[tuple[str, str]]:
    """Facts as rows of name and value, however deep: ``lines 1 quantity``."""
    if isinstance(facts, Mapping):
        return [row for key, value in facts.items() for row in flat(value, f"{name} {key}".strip().replace("_", " "))]
    if isinstance(facts, list | tuple):
        if all(not isinstance(value, Mapping | list | tuple) for value in facts):
            return [(name, ", ".join(map(str, facts)))] if facts else []
        return [row for n, value in enumerate(facts, 1) for row in flat(value, f"{name} {n}")]
    return [] if facts in (None, "") else [(name, str(facts))]
