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


_AGED = {
    "keys": "command key",
    "delivered": "delivered letter",
    "published": "published letter",
    "received": "letter id",
    "scans": "row of old floor session",
}
"""What the night's work forgets, as people call it."""


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


def _places(units: Facts) -> str:
    return " and ".join(f"{node} ({count(number, 'unit')})" for node, number in units.items()) or "no node"


def _change(name: str, before: Any, after: Any) -> str:
    return f"{name.replace('_', ' ')} from {_value(before)} to {_value(after)}"


def _value(value: Any) -> str:
    if value in (None, "", []):
        return "nothing"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def why(event_type: str, facts: Facts) -> str:
    """Why it happened: the reason somebody gave, else what the house acted on. Never empty."""
    given = str(facts.get("reason") or "").strip()
    return given or WHY.get(event_type, "it follows from what happened before")


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
    "release-shorted": lambda f: (
        f"The node could not find {count(_units_of_lines(f), 'unit')}"
        if "lines" in f
        else f"Release {f['release']} could not be filled"
    ),
    "release-cancelled": lambda f: (
        f"The node gave back {count(_units_of_lines(f), 'unit')}" if "lines" in f else f"Release {f['release']} cancelled"
    ),
    "release-sent-back": lambda f: f"Release {f['release']} waits for the next wave",
    "pick-short": lambda f: "Picked short: the bin held less than the book says",
    "wave-planned": lambda f: (
        f"Wave {f['number']} planned: {count(f['orders'], 'order')}, {count(f['lines'], 'line')}, {count(f['tours'], 'tour')}"
    ),
    "wave-released": lambda f: f"Wave {f['number']} released to the pickers",
    "wave-cancelled": lambda f: (
        f"Wave {f['number']} cancelled: {count(f['units'], 'unit')} free, {count(f['orders'], 'order')} wait again"
    ),
    "tours-taken-back": lambda f: (
        f"{count(f['tours'], 'tour')} of wave {f['number']} taken back: {count(f['orders'], 'order')} wait again"
    ),
    "tour-assigned": lambda f: f"Tour {f['tour']} kept for {f['badge']}",
    "tour-given-back": lambda f: f"Tour {f['tour']} open to everybody again",
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
    "put-away-undone": lambda f: f"Put-away of {count(f['quantity'], 'unit')} of {f['sku']} undone",
    "pick-undone": lambda f: f"Picker took {count(f['quantity'], 'unit')} of {f['sku']} out of the tote again",
    "picked-after-cancel": lambda f: (
        f"Picked {f['quantity']} of {f['sku']} into tote {f['tote']} before the picker heard: to put back"
    ),
    "stock-moved": lambda f: f"Moved {count(f['quantity'], 'unit')} of {f['sku']} from {f['from']} to {f['to']}",
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
    "return-received": lambda f: f"Return {f['return']} arrived" + (f" at {f['node']}" if f.get("node") else ""),
    "return-graded": lambda f: f"Return {f['return']} graded",
    "release-rejected": lambda f: f"The node took none of {count(_units_of_lines(f), 'unit')}",
    "order-moved": lambda f: (
        ("Moved" if f.get("chosen") else "Sourced again") + f": from {_places(f['from'])} to {_places(f['to'])}"
        if f["from"] != f["to"]
        else f"Sourced again: it stays at {_places(f['to'])}"
    ),
    "order-sourced-again": lambda f: "Sourced again" + (f": {f['reason']}" if f.get("reason") else ""),
    "order-edited": lambda f: (
        "Changed " + ", ".join(_change(name, f["before"].get(name), f["after"].get(name)) for name in f["after"])
    ),
    "note-added": lambda f: f"Note: {f['text']}",
    "note-withdrawn": lambda f: "A note was withdrawn",
    "advice-sent-again": lambda f: f"{count(len(f['messages']), 'message')} to the channel sent again",
    "exception-assigned": lambda f: f"Given to {f['owner'].replace('_', ' ')}, before it was {f['from'].replace('_', ' ')}'s",
    "exception-noted": lambda f: f"Note: {f['note']}",
    "exception-settled": lambda f: f"Settled: {f['outcome']}" if f.get("outcome") else "Settled",
    "books-proven": lambda f: (
        f"Books examined: {count(f['violations'], 'row')} broke a rule"
        if f.get("violations")
        else f"Books proven to {f['movements']:,} movements"
    ),
    "books-broken": lambda f: f"The auditor found that {count(sum(f['rules'].values()), 'row')} broke a rule of the books",
    "books-mended": lambda f: f"Right again: {count(sum(f['rules'].values()), 'row')} that broke a rule of the books",
    "violations-assigned": lambda f: (
        f"Given to {f['owner'].replace('_', ' ')}: {count(sum(f['rules'].values()), 'row')} that broke a rule of the books"
    ),
    "aged-out": lambda f: (
        "Kept long enough, forgotten: " + ", ".join(count(n, _AGED.get(kind, kind)) for kind, n in f.items() if n)
    ),
    "letters-resent": lambda f: f"{count(f['letters'], 'delivered letter')} sent again to {f['destination'] or 'everybody'}",
    "letter-replayed": lambda f: {
        "sent": "Sent again",
        "done": "Handed over again: taken in",
        "refused": "Handed over again: refused once more",
        "failed": "Handed over again: its receiver failed",
    }[f["outcome"]],
    "letter-dropped": lambda f: f"Letter dropped: {f['reason']}",
}

WHY = {
    "order-placed": "its channel submitted it",
    "order-sourced": "least total cost among the nodes that may ship it",
    "order-released": "reserved, and no hold is open",
    "order-shipped": "its parcels left with the carrier",
    "holds-lifted": "no reason was given",
    "reservation-lost": "the node reported less stock than was promised",
    "lines-shorted": "the floor did not find them where the book says",
    "release-cancelled": "the order asked for them back",
    "release-shorted": "the floor did not find them where the book says",
    "release-rejected": "the node answered that it will not ship them",
    "release-accepted": "the node answered the release",
    "release-waved": "its turn came before the carrier's cut-off",
    "picking-started": "a picker took its first unit",
    "release-picked": "its last unit was scanned into a tote",
    "release-packed": "its parcels were closed",
    "return-received": "its units were scanned at the dock",
    "return-graded": "its units were looked at",
    "note-added": "for whoever opens the order next",
    "note-withdrawn": "it no longer holds",
    "advice-sent-again": "the channel had not taken it",
}
"""Where nobody gave a reason of their own."""

TONES = {
    "order-shipped": "good",
    "parcel-shipped": "good",
    "release-packed": "good",
    "release-shipped": "good",
    "count-matched": "good",
    "holds-lifted": "good",
    "books-proven": "good",
    "books-broken": "bad",
    "books-mended": "good",
    "violations-assigned": "act",
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
    "order-moved": "act",
    "order-edited": "act",
    "release-picked": "act",
    "release-rejected": "bad",
    "cancel-refused": "bad",
    "return-authorized": "act",
    "exception-assigned": "act",
    "exception-settled": "good",
}
