"""Movements of the physical book as people read them: which bin, which tote, for whom, why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from orderhouse.console.stock_books import Traced
from orderhouse.console.wms.board_queries import badges
from orderhouse.database import fetch_all
from orderhouse.kernel import sql

CAUSES = {
    "outbound": "outbound",
    "cancel": "outbound",
    "pick_task": "pick",
    "parcel": "parcel",
    "unpack": "parcel",
    "receipt": "receipt",
    "return": "receipt",
    "putaway": "task",
    "putback": "task",
}
"""Which kind of document a cause names."""


class PlaceName(NamedTuple):
    """What people call a place, and where it is shown."""

    code: str
    kind: str
    href: str


class Told(NamedTuple):
    """A movement with its places, its cause and who did it; a place is None where the account stands outside."""

    move: Traced
    source: PlaceName | None
    target: PlaceName | None
    cause: str
    code: str
    href: str
    person: str


def place_names(tenant_id: int, ids: Iterable[int]) -> dict[int, PlaceName]:
    """The names of bins, totes and parcels by id. Inside a unit of work."""
    wanted = [place_id for place_id in set(ids) if place_id]
    if not wanted:
        return {}
    rows = fetch_all(sql.load(__file__, "movement_places"), {"tenant": tenant_id, "ids": wanted})
    found = {}
    for place_id, code, kind, node in rows:
        if kind == "bin":
            found[place_id] = PlaceName(code, kind, reverse("console:bin", args=[node, code]))
        else:
            found[place_id] = PlaceName(code, kind, reverse("console:handling-unit", args=[node, code]))
    return found


def told(tenant_id: int, found: Sequence[Traced]) -> list[Told]:
    """The movements in words. Inside a unit of work."""
    names = place_names(tenant_id, [place for move in found for place in (move.from_place_id, move.to_place_id)])
    people = dict(badges(tenant_id))
    by_kind: dict[str, set[int]] = {"outbound": set(), "pick": set(), "parcel": set(), "receipt": set(), "task": set()}
    for move in found:
        kinds = ("pick", "task") if move.cause == "undo" else (CAUSES.get(move.cause, ""),)
        for kind in kinds:
            by_kind.get(kind, set()).add(move.cause_id)
    rows = fetch_all(
        sql.load(__file__, "movement_causes"),
        {"tenant": tenant_id, **{f"{kind}s": sorted(ids) for kind, ids in by_kind.items()}},
    )
    causes = {(kind, id_): (code, outbound, receipt) for kind, id_, code, outbound, receipt in rows}
    return [_told(move, names, causes, people) for move in found]


def _told(
    move: Traced,
    names: dict[int, PlaceName],
    causes: dict[tuple[str, int], tuple[str, int | None, int | None]],
    people: dict[str, str],
) -> Told:
    kinds = ("pick", "task") if move.cause == "undo" else (CAUSES.get(move.cause, ""),)
    code, outbound, receipt = next(
        (causes[kind, move.cause_id] for kind in kinds if (kind, move.cause_id) in causes), ("", None, None)
    )
    href = ""
    if outbound:
        href = reverse("console:outbound", args=[outbound])
    elif receipt:
        href = reverse("console:receipt", args=[receipt])
    elif move.cause == "count":
        code, href = _("the count"), reverse("console:count", args=[move.cause_id])
    elif move.cause == "lot":
        code, href = move.lot_number or move.serial_number, reverse("console:lot", args=[move.cause_id])
    return Told(
        move,
        names.get(move.from_place_id),
        names.get(move.to_place_id),
        cause_name(move.cause),
        code,
        href,
        people.get(move.actor, move.actor),
    )


def cause_name(cause: str) -> str:
    """Why units moved, in a word."""
    return {
        "outbound": _("set aside for"),
        "cancel": _("cancelled"),
        "pick_task": _("pick for"),
        "parcel": _("parcel of"),
        "unpack": _("unpacked from"),
        "receipt": _("receipt"),
        "return": _("return"),
        "putaway": _("put away"),
        "putback": _("put back from"),
        "count": _("count"),
        "lot": _("lot"),
        "move": _("moved"),
        "undo": _("undone"),
    }.get(cause, cause.replace("_", " "))
