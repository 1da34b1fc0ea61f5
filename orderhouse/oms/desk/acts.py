"""The actions that may be taken on many orders at once: whom each refuses and why, and the verb that does it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.oms.desk.cancel_many import cancel_many
from orderhouse.oms.desk.lift_many import lift_many
from orderhouse.oms.desk.recall_releases import recall_releases
from orderhouse.oms.desk.standings import Standing
from orderhouse.oms.orders.hold_orders import hold_orders
from orderhouse.oms.orders.parse_order import HOLD_KINDS
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.sourcing.source_again import source_again

OVER = ("shipped", "delivered", "closed", "cancelled")
Arguments = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Act:
    """One action. ``why_not`` answers the reason an order is refused, empty where it is not; ``run`` takes a batch of others."""

    why_not: Callable[[Standing, Arguments], str]
    run: Callable[[By, Collection[int], Arguments], object]
    needs_reason: bool = False


def checked(verb: str, arguments: Arguments) -> dict[str, Any]:
    """The arguments a verb takes, each of them right. Raises InvalidInput."""
    if verb not in ACTS:
        raise InvalidInput(field="verb", reason=f"{verb[:40]!r} is no action", remedy=f"Use one of {', '.join(ACTS)}.")
    kind = str(arguments.get("kind") or "manual")
    if kind not in HOLD_KINDS:
        raise InvalidInput(
            field="kind", reason=f"{kind[:40]!r} is no kind of hold", remedy=f"Use one of {', '.join(HOLD_KINDS)}."
        )
    reason = str(arguments.get("reason") or "").replace("\x00", "").strip()[:500]
    known: dict[str, Any] = {"reason": reason}
    if verb == "hold":
        known["kind"] = kind
    if verb == "lift":
        kinds = [str(each) for each in arguments.get("kinds") or () if each in HOLD_KINDS]
        known |= {"kinds": kinds or None, "release": bool(arguments.get("release", True))}
    return known


def _over(standing: Standing) -> str:
    if standing.state == "cancelled":
        return "it is cancelled"
    return "it has shipped" if standing.state in OVER or not standing.open else ""


def _cannot_release(standing: Standing, _: Arguments) -> str:
    if over := _over(standing):
        return over
    if standing.holds:
        return f"it is held ({', '.join(standing.holds).replace('_', ' ')})"
    if not standing.reserved:
        return "nothing of it is reserved" if not standing.released else "everything reserved is released"
    if standing.backordered and not standing.ships_partially:
        return f"its channel wants it whole, and {standing.backordered} of its units wait for stock"
    return ""


def _cannot_recall(standing: Standing, _: Arguments) -> str:
    if not standing.released:
        return _over(standing) or "nothing of it is released"
    return "" if standing.not_begun else "the floor has begun to pick it"


def _cannot_hold(standing: Standing, arguments: Arguments) -> str:
    kind = arguments["kind"]
    return _over(standing) or (f"it has an open {kind.replace('_', ' ')} hold" if kind in standing.holds else "")


def _cannot_lift(standing: Standing, arguments: Arguments) -> str:
    kinds = arguments.get("kinds")
    held = [kind for kind in standing.holds if kinds is None or kind in kinds]
    return "" if held else "no such hold is open" if standing.holds else "no hold is open"


def _cannot_cancel(standing: Standing, _: Arguments) -> str:
    return _over(standing) or ("" if standing.open > standing.cancel_wanted else "every unit left is asked back already")


def _cannot_source_again(standing: Standing, _: Arguments) -> str:
    return _over(standing) or ("" if standing.reserved + standing.backordered else "everything left is released to a node")


def _reason(arguments: Arguments, instead: str) -> str:
    return str(arguments.get("reason") or instead)


ACTS: dict[str, Act] = {
    "release": Act(_cannot_release, lambda by, ids, _: release_orders(by=by, order_ids=ids, limit=len(ids))),
    "recall": Act(
        _cannot_recall, lambda by, ids, a: recall_releases(by=by, order_ids=ids, reason=_reason(a, "recalled at the desk"))
    ),
    "hold": Act(
        _cannot_hold,
        lambda by, ids, a: hold_orders(by=by, order_ids=ids, kind=a["kind"], reason=_reason(a, "rehearsed")),
        needs_reason=True,
    ),
    "lift": Act(
        _cannot_lift,
        lambda by, ids, a: lift_many(
            by=by, order_ids=ids, kinds=a.get("kinds"), reason=_reason(a, "lifted at the desk"), release=a.get("release", True)
        ),
    ),
    "cancel": Act(
        _cannot_cancel, lambda by, ids, a: cancel_many(by=by, order_ids=ids, reason=_reason(a, "rehearsed")), needs_reason=True
    ),
    "source_again": Act(
        _cannot_source_again, lambda by, ids, a: source_again(by=by, order_ids=ids, reason=_reason(a, "asked for at the desk"))
    ),
}
