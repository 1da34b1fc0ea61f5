"""The work: what there is to do, taking it up, and what was scanned. The badge and the node are the device's, never the body's."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from orderhouse.kernel.clock import read_moment
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.scanner.doors import Body, answer, at_badge, text
from orderhouse.scanner.hands import Hand
from orderhouse.scanner.practice import free_totes
from orderhouse.scanner.put_backs import put_backs
from orderhouse.wms.floor.flows import FLOWS
from orderhouse.wms.floor.flows.machine import Answer
from orderhouse.wms.floor.queries import open_work
from orderhouse.wms.floor.screens import draw
from orderhouse.wms.floor.take_scan import ScanInput, start_session, take_scans

MOST_SCANS = 200


class NotYourWork(Refusal):
    """The badge has no skill for it."""

    sentence = "Badge {badge} does not work in {flow}."
    remedy = "Ask your shift lead."
    status = 403


@at_badge("GET")
def work(request: HttpRequest, hand: Hand) -> HttpResponse:
    """What this badge could do now, its own tours first."""
    assert hand.badge
    rows = open_work(hand.tenant_id, hand.device.node_id, hand.badge.code, limit=60)
    mine = [row for row in rows if may(hand, row.flow)]
    told = [asdict(row) | {"target": _id(row.target)} for row in mine]
    backs = put_backs(hand.tenant_id, hand.device.node_id) if may(hand, "putaway") else 0
    return answer({"work": told, "flows": [flow for flow in FLOWS if may(hand, flow)], "put_backs": backs})


@at_badge()
def start(request: HttpRequest, hand: Hand, body: Body) -> HttpResponse:
    """Take up a piece of work, or go on with it where this badge left it."""
    assert hand.badge
    flow = text(body, "flow")
    if not may(hand, flow):
        raise NotYourWork(badge=hand.badge.code, flow=flow)
    target = _number(body.get("target"), "target") if body.get("target") is not None else None
    first = start_session(by=hand.by(), node_id=hand.device.node_id, badge=hand.badge.code, flow=flow, target=target)
    told = _told(first)
    if hand.device.practice:
        told["free_totes"] = free_totes(hand.tenant_id, hand.device.node_id)
    return answer({"flow": flow, "target": _id(target), "answer": told})


@at_badge()
def scans(request: HttpRequest, hand: Hand, body: Body) -> HttpResponse:
    """Take scans in the order given; one answer each, the same one however often a scan comes."""
    given = body.get("scans")
    if not isinstance(given, list) or not 1 <= len(given) <= MOST_SCANS:
        raise InvalidInput(field="scans", reason=f"it is not a list of 1 to {MOST_SCANS} scans")
    session_id = _number(body.get("session"), "session")
    answers = take_scans(by=hand.by(), session_id=session_id, scans=[_scan(scan, f"scans[{n}]") for n, scan in enumerate(given)])
    return answer({"answers": [_told(one) for one in answers]})


def may(hand: Hand, flow: str) -> bool:
    """Whether the badge works in this flow."""
    return hand.badge is not None and (hand.badge.skills is None or flow in hand.badge.skills)


def _told(one: Answer) -> dict[str, Any]:
    """An answer as the scanner keeps it: with the screen drawn."""
    return one._asdict() | {"drawn": asdict(draw(one))}


def _scan(scan: Any, path: str) -> ScanInput:
    if not isinstance(scan, dict):
        raise InvalidInput(field=path, reason="a scan is an object with id and text")
    quantity, given, at = scan.get("quantity"), scan.get("text"), scan.get("at")
    if quantity is not None and (isinstance(quantity, bool) or not isinstance(quantity, int)):
        raise InvalidInput(field=f"{path}.quantity", reason="it is not a whole number")
    if not isinstance(given, str) or not given or len(given) > 10_000:
        raise InvalidInput(field=f"{path}.text", reason="it is no text")
    try:
        return ScanInput(UUID(scan["id"]), given, quantity, None if at is None else read_moment(at))
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidInput(field=path, reason="its id is no UUID, or its time no date and time") from None


def _number(value: Any, name: str) -> int:
    """An id, which travels as text: a number of JavaScript would round it."""
    if not isinstance(value, str) or not (value.isascii() and value.isdigit()) or len(value) > 19:
        raise InvalidInput(field=name, reason="it is no id")
    return int(value)


def _id(value: int | None) -> str | None:
    return None if value is None else str(value)
