"""Who holds the scanner: enrolling the device, signing in by badge, signing out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.urls import reverse

from orderhouse.catalog.queries import node_by_code, nodes
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import InvalidInput
from orderhouse.people.badge_sign_in import Badge, BadgeRefused, badge_of_person, give_badge, sign_in_badge
from orderhouse.people.define_badges import define_badges
from orderhouse.people.devices import enroll_device
from orderhouse.scanner.doors import Body, NotYours, answer, at_anyone, at_console, at_device, text
from orderhouse.scanner.hands import Hand, Person, forget_badge, hand_of, keep_badge, keep_device, keep_device_longer, person_of
from orderhouse.scanner.practice import practice_badge
from orderhouse.wms.floor.barcodes import ScanKind, UnreadableScan, read
from orderhouse.wms.floor.flows import FLOWS


@at_anyone("GET")
def me(request: HttpRequest, _: None) -> HttpResponse:
    """What this browser is: its device and badge, who sits at its console, and the token its posts must carry."""
    hand, person = hand_of(request), person_of(request)
    told: dict[str, Any] = {"csrf": get_token(request), "flows": list(FLOWS), "device": None, "badge": None, "person": None}
    if person is not None:
        own = badge_of_person(person.tenant_id, person.user_id)
        told["person"] = {"email": person.email, "manages": person.manages, "badge": _badge(own)}
        with unit_of_work(person.tenant_id):
            told["nodes"] = [{"code": node.code, "name": node.name} for node in nodes(person.tenant_id).values()]
    if hand is not None:
        told |= _hand(hand)
    response = answer(told)
    keep_device_longer(request, response)
    return response


@at_console()
def enroll(request: HttpRequest, person: Person, body: Body) -> HttpResponse:
    """Enroll this browser as a scanner of a node; somebody without the right to may enroll it for their own badge alone."""
    own = None if person.manages else badge_of_person(person.tenant_id, person.user_id)
    if not person.manages and (own is None or "floor" not in person.roles):
        raise NotYours()
    with unit_of_work(person.tenant_id):
        node = node_by_code(person.tenant_id, text(body, "node"))
    by = person.by()
    with unit_of_work(person.tenant_id):
        device, secret = enroll_device(
            by=by,
            node_id=node.id,
            prefix=f"{node.code}-S",
            name=text(body, "name") or f"Scanner at {node.name}",
            practice=body.get("practice") is True and person.manages,
            badge=own.code if own else None,
        )
        if device.practice:
            define_badges(by=by, badges={practice_badge(device): "Practice"})
            give_badge(by=by, badge=practice_badge(device), user_id=person.user_id)
    response = answer(_hand(Hand(person.tenant_id, device)), status=201)
    keep_device(request, response, person.tenant_id, device.id, secret)
    forget_badge(response)
    return response


@at_device()
def sign_in(request: HttpRequest, hand: Hand, body: Body) -> HttpResponse:
    """A badge, scanned or typed, with its PIN; or the own badge of the person signed in on the console, without."""
    code = _badge_code(text(body, "badge"))
    person = person_of(request)
    own = badge_of_person(hand.tenant_id, person.user_id) if person and person.tenant_id == hand.tenant_id else None
    if hand.device.badge and hand.device.badge != code:
        raise BadgeRefused()
    badge = own if own and own.code == code else sign_in_badge(by=hand.by(), badge=code, pin=text(body, "pin", longest=16))
    signed_in = Hand(hand.tenant_id, hand.device, badge)
    response = answer(_hand(signed_in))
    keep_badge(request, response, signed_in, badge)
    return response


@at_device()
def sign_out(request: HttpRequest, hand: Hand, body: Body) -> HttpResponse:
    """Lay the scanner down for the next one."""
    response = answer(_hand(Hand(hand.tenant_id, hand.device)))
    forget_badge(response)
    return response


def _badge_code(scanned: str) -> str:
    """What stands on a badge: our label ``B.code``, or the bare code."""
    try:
        scan = read(scanned)
    except UnreadableScan:
        raise InvalidInput(field="badge", reason="it cannot be read", remedy="Scan your badge again.") from None
    if scan.kind not in (ScanKind.BADGE, ScanKind.TEXT):
        raise InvalidInput(field="badge", reason=f"{scan.value[:40]} is a {scan.kind}, no badge", remedy="Scan your badge.")
    return scan.value


def _hand(hand: Hand) -> dict[str, Any]:
    with unit_of_work(hand.tenant_id):
        node = nodes(hand.tenant_id)[hand.device.node_id]
    device = hand.device
    return {
        "device": {
            "code": device.code,
            "name": device.name,
            "node": node.code,
            "node_name": node.name,
            "practice": device.practice,
            "badge": device.badge,
            "practice_badge": practice_badge(device) if device.practice else "",
        },
        "badge": _badge(hand.badge),
    }


def _badge(badge: Badge | None) -> dict[str, Any] | None:
    return {"code": badge.code, "name": badge.name, "skills": badge.skills} if badge else None


def console_door() -> str:
    """Where somebody signs in with a password, and comes back from."""
    return f"{reverse('console:sign-in')}?next={reverse('scanner:home')}"
