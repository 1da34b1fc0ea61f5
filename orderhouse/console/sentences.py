"""Events in the words of the people who read them: what happened, in the past tense, with the facts that matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Facts = Mapping[str, Any]


def sentence(event_type: str, facts: Facts) -> str:
    """The event as a sentence; a type nobody wrote words for reads as its own name."""
    try:
        return SAID[event_type](facts)
    except (KeyError, TypeError, ValueError, IndexError):
        return event_type.replace("-", " ").capitalize()


def tone(event_type: str) -> str:
    """What the event means for its reader: good, act, risk, bad, held or plain."""
    return TONES.get(event_type, "plain")


def count(number: int, noun: str) -> str:
    """``1 unit``, ``3 units``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _sourced(facts: Facts) -> str:
    if not facts["reserved"]:
        return f"No node has stock: {count(facts.get('backordered') or facts.get('cancelled') or 0, 'unit')} wait"
    rest = f", {count(facts['backordered'], 'unit')} backordered" if facts.get("backordered") else ""
    return f"Reserved {count(facts['reserved'], 'unit')} at {' and '.join(facts['nodes'])}{rest}"


def _units_of_lines(facts: Facts) -> int:
    lines = facts["lines"]
    if isinstance(lines, Mapping):
        return sum(lines.values())
    return sum(line["quantity"] if isinstance(line, Mapping) else line[1] for line in lines)


SAID: dict[str, Callable[[Facts], str]] = {
    "order-placed": lambda f: f"Placed with {count(f['lines'], 'line')}, {count(f['units'], 'unit')}",
    "order-sourced": _sourced,
    "order-held": lambda f: f"Held ({f.get('kind', 'manual').replace('_', ' ')}): {f.get('reason') or 'no reason given'}",
    "holds-lifted": lambda f: f"Hold lifted ({', '.join(f['kinds']).replace('_', ' ')})",
    "order-released": lambda f: (
        "Released to " + " and ".join(f"{release['node']} ({count(release['units'], 'unit')})" for release in f["releases"])
    ),
    "order-shipped": lambda f: f"Shipped {count(f['units'], 'unit')} from {f['node']} by {f['carrier'].replace('_', ' ')}",
    "lines-cancelled": lambda f: f"Cancelled {count(_units_of_lines(f), 'unit')}: {f['reason']}",
    "cancellation-asked": lambda f: f"Asked the floor to give back {count(_units_of_lines(f), 'unit')}",
    "reservation-lost": lambda f: f"Lost its reservation of {count(_units_of_lines(f), 'unit')}",
    "lines-shorted": lambda f: f"The node could not find {count(_units_of_lines(f), 'unit')}",
    "release-accepted": lambda f: f"Release {f['release']} accepted by the floor",
    "release-waved": lambda f: f"Release {f['release']} put on a wave",
    "picking-started": lambda f: f"Picking of {f['release']} began",
    "release-picked": lambda f: f"Release {f['release']} picked",
    "release-packed": lambda f: f"Release {f['release']} packed",
    "release-shipped": lambda f: f"Release {f['release']} left the building",
    "release-shorted": lambda f: f"Release {f['release']} could not be filled",
    "release-cancelled": lambda f: f"Release {f['release']} cancelled",
    "release-sent-back": lambda f: f"Release {f['release']} waits for the next wave",
    "pick-short": lambda f: "Picked short: the bin held less than the book says",
    "wave-planned": lambda f: (
        f"Wave {f['number']} planned: {count(f['orders'], 'order')}, {count(f['lines'], 'line')}, {count(f['tours'], 'tour')}"
    ),
    "wave-released": lambda f: f"Wave {f['number']} released to the pickers",
    "receipt-arrived": lambda f: f"Receipt {f['number']} arrived at the dock",
    "receipt-announced": lambda f: f"Receipt {f['number']} announced: {count(f['units'], 'unit')}",
    "goods-received": lambda f: (
        f"Received {count(f['good'], 'good unit')}" + (f", {f['damaged']} damaged" if f.get("damaged") else "")
    ),
    "receipt-closed": lambda f: (
        f"Receipt {f['number']} closed"
        + (f" with {count(f['exceptions'], 'exception')}" if f.get("exceptions") else ", all as announced")
    ),
    "goods-put-away": lambda f: f"Put away into {count(len(f['puts']), 'bin')}",
    "goods-put-back": lambda f: f"Put back {count(_units_of_lines(f), 'unit')}",
    "parcel-shipped": lambda f: f"Parcel {f['tracking']} left with {f['carrier'].replace('_', ' ')}",
    "parcel-manifested": lambda f: f"Parcel put on manifest {f['manifest']}",
    "count-matched": lambda f: f"Counted {f['sku']} in {f['location']}: the book is right",
    "count-differed": lambda f: f"Counted {f['counted']} of {f['sku']} in {f['location']}, the book says {f['expected']}",
    "count-approved": lambda f: f"Count of {f['sku']} in {f['location']} approved: {f['posted']:+d}",
    "lot-expired": lambda f: f"Lot {f.get('lot_number', '')} expired",
    "cancel-taken": lambda f: "The floor took the cancellation",
    "cancel-refused": lambda f: f"The floor refused the cancellation: {f['reason']}",
    "return-authorized": lambda f: f"Return {f['return']} authorized",
    "books-proven": lambda f: f"Books proven to {f['movements']:,} movements",
}

TONES = {
    "order-shipped": "good",
    "parcel-shipped": "good",
    "release-packed": "good",
    "release-shipped": "good",
    "count-matched": "good",
    "holds-lifted": "good",
    "books-proven": "good",
    "order-held": "held",
    "order-released": "act",
    "wave-released": "act",
    "picking-started": "act",
    "release-waved": "act",
    "wave-planned": "act",
    "reservation-lost": "risk",
    "lines-shorted": "bad",
    "release-shorted": "bad",
    "pick-short": "bad",
    "count-differed": "risk",
    "lines-cancelled": "plain",
}
