"""An exception in the words of the people who settle it: what happened, what it means, what to do. Pure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from orderhouse.console.wms.exception_queries import Exceptional

OUTCOMES = {
    "over": ("kept and paid for", "sent back to the supplier"),
    "short": ("claimed from the supplier", "comes with the next delivery"),
    "damaged": ("claimed from the supplier", "scrapped", "sold as seconds"),
    "unknown": ("identified and received", "sent back to the supplier"),
    "short_pick": ("found in another bin", "counted, the book is right now", "lost"),
    "count_variance": (),
    "conflict": ("done again with the scanner", "counted, the book is right now", "nothing was missing"),
}
"""What usually becomes of each kind, offered while the outcome is typed."""


def kind_name(kind: str) -> str:
    """The kind as people call it."""
    names = {
        "over": _("over-delivered"),
        "short": _("delivered short"),
        "damaged": _("damaged"),
        "unknown": _("unknown goods"),
        "short_pick": _("short pick"),
        "count_variance": _("count differs"),
        "conflict": _("conflict"),
    }
    return names.get(kind, kind.replace("_", " "))


def happened(exception: Exceptional) -> str:
    """What happened, in one sentence."""
    facts = exception.facts
    try:
        return _SAID[exception.kind](facts)
    except (KeyError, TypeError):
        return str(facts.get("sentence") or kind_name(exception.kind))


def _units(count: int) -> str:
    return ngettext("%(count)d unit", "%(count)d units", count) % {"count": count}


def _receipt(facts: dict[str, Any]) -> str:
    came = facts["good"] + facts["damaged"]
    return _("%(came)s of %(expected)s units came with %(receipt)s") % {"came": came, **facts}


def _damaged(facts: dict[str, Any]) -> str:
    if "receipt" in facts:
        return _("%(units)s came damaged with %(receipt)s") % {"units": _units(facts["damaged"]), **facts}
    return _("%(units)s lie damaged in %(location)s; order %(order)s needed them") % {"units": _units(facts["missing"]), **facts}


def _conflict(facts: dict[str, Any]) -> str:
    if "unposted" in facts:
        return _("The count of %(location)s was approved, but %(units)s could not be posted: %(why)s") % {
            "units": _units(facts["unposted"]),
            **facts,
        }
    return _("Scan %(scanned)s of %(badge)s, sent after working offline, was refused: %(sentence)s") % facts


_SAID = {
    "over": _receipt,
    "short": _receipt,
    "damaged": _damaged,
    "unknown": lambda f: _("%(units)s with the code %(scanned)s came with %(receipt)s") % {"units": _units(f["quantity"]), **f},
    "short_pick": lambda f: _("%(missing)s of %(asked)s missing in %(location)s for order %(order)s") % f,
    "count_variance": lambda f: _("Counted %(counted)s in %(location)s, the book has %(expected)s") % f,
    "conflict": _conflict,
}


def what_it_means(exception: Exceptional) -> str:
    """What the house has done about it by itself, and so how the books stand."""
    meanings = {
        "over": _("All of it was taken in and counts as stock. The other side was told what came."),
        "short": _("Only what came counts as stock. The other side was told what came."),
        "damaged": _("The damaged units stand apart in the book as damaged: nobody can sell them."),
        "unknown": _("Nothing was posted: the catalog knows no item with this code. The goods lie aside."),
        "short_pick": _(
            "The missing units were taken off the bin's book, looked for in other bins, and what no bin has was told back as short. "
            "A count of the bin was asked for."
        ),
        "count_variance": _("The book is unchanged until you approve the count."),
        "conflict": _(
            "Nothing was posted for it: the books stand as if the scan had not been made. The goods may lie elsewhere."
        ),
    }
    if exception.kind == "conflict" and "unposted" in exception.facts:
        return _("What could be posted was. The rest would have taken stock that orders already hold, so a person must decide.")
    return meanings.get(exception.kind, "")


def what_to_do(exception: Exceptional) -> str:
    """The next step, said to the person who takes it."""
    steps = {
        "over": _("Decide with purchasing whether it stays. Settle with what was agreed."),
        "short": _("Claim the missing units, or wait for the rest under another receipt number. Settle with what was agreed."),
        "damaged": _("Look at the goods, claim or scrap them. Settle with what was done."),
        "unknown": _("Find out what it is, give the item that barcode in the catalog, and receive it. Then settle."),
        "short_pick": _("Have the bin counted, look in its neighbors, then settle with what was found."),
        "count_variance": _("Approve the count if you believe it; ask for a recount if you do not."),
        "conflict": _("Go to the place, see where the units lie, and do the step again with a scanner. Then settle."),
    }
    if exception.kind == "conflict" and "unposted" in exception.facts:
        return _("Short the pick that cannot be filled, or have the bin counted again. Then settle.")
    return steps.get(exception.kind, "")
