"""In whose hand a scanner is: the device and the badge, told by two signed cookies and looked up at every request.

The body of a request never says who sends it. A revoked device, a withdrawn badge and a changed PIN end at the next request.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse

from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.people.badge_sign_in import Badge, signed_in_badge
from orderhouse.people.devices import Device, device_with_secret
from orderhouse.people.sign_in import memberships

DEVICE, BADGE = "orderhouse-device", "orderhouse-badge"
PATH = "/scanner/"
DEVICE_LASTS, SHIFT_LASTS = timedelta(days=400), timedelta(hours=14)
"""A device is known until it is revoked (browsers keep no cookie longer); a badge for a long shift."""
BUSINESS = "tenant"
"""Where the console keeps the business a person works in (``console.desk``)."""


@dataclass(frozen=True, slots=True)
class Hand:
    """An enrolled device, and the badge signed in on it, if any."""

    tenant_id: int
    device: Device
    badge: Badge | None = None

    def by(self) -> By:
        """The origin of what is scanned now: the badge, else the device itself."""
        return By(self.tenant_id, self.badge.code if self.badge else self.device.code, clock.now(), device=self.device.code)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody signed in on the console in the same browser."""

    tenant_id: int
    user_id: int
    email: str
    roles: frozenset[str]

    @property
    def manages(self) -> bool:
        """Whether they may enroll devices for anyone."""
        return not self.roles.isdisjoint({"admin", "warehouse_manager"})

    def by(self) -> By:
        return By(self.tenant_id, self.email, clock.now(), device="console")


def hand_of(request: HttpRequest) -> Hand | None:
    """The device this browser was enrolled as, with its badge; None where it is none, or no longer one."""
    said = _said(request, DEVICE, DEVICE_LASTS)
    if said is None:
        return None
    tenant_id, device_id, secret = said
    device = device_with_secret(tenant_id, device_id, secret, at=clock.now())
    if device is None:
        return None
    badge = None
    if (said := _said(request, BADGE, SHIFT_LASTS)) is not None and said[:2] == [tenant_id, device_id]:
        badge = signed_in_badge(tenant_id, said[2], said[3])
    return Hand(tenant_id, device, badge)


def person_of(request: HttpRequest) -> Person | None:
    """Who is signed in on the console in this browser, in the business they chose there."""
    tenant_id = request.session.get(BUSINESS)
    if not request.user.is_authenticated or not isinstance(tenant_id, int):
        return None
    roles = next((m.roles for m in memberships(request.user.pk) if m.tenant_id == tenant_id), None)
    return Person(tenant_id, request.user.pk, request.user.email, roles) if roles else None


def keep_device(request: HttpRequest, response: HttpResponse, tenant_id: int, device_id: int, secret: str) -> None:
    """Let this browser be the device from now on."""
    _keep(request, response, DEVICE, [tenant_id, device_id, secret], DEVICE_LASTS)


def keep_device_longer(request: HttpRequest, response: HttpResponse) -> None:
    """Renew the device's cookie, so that a scanner in use never runs out."""
    if (said := _said(request, DEVICE, DEVICE_LASTS)) is not None:
        _keep(request, response, DEVICE, said, DEVICE_LASTS)


def keep_badge(request: HttpRequest, response: HttpResponse, hand: Hand, badge: Badge) -> None:
    """Let this badge work on this device, for a shift."""
    _keep(request, response, BADGE, [hand.tenant_id, hand.device.id, badge.code, badge.mark], SHIFT_LASTS)


def forget_badge(response: HttpResponse) -> None:
    response.delete_cookie(BADGE, path=PATH, samesite="Lax")


def _keep(request: HttpRequest, response: HttpResponse, name: str, said: list[Any], lasts: timedelta) -> None:
    text = signing.dumps(said, salt=name)
    response.set_cookie(name, text, max_age=lasts, path=PATH, secure=request.is_secure(), httponly=True, samesite="Lax")


def _said(request: HttpRequest, name: str, lasts: timedelta) -> list[Any] | None:
    try:
        said = signing.loads(request.COOKIES.get(name, ""), salt=name, max_age=lasts)
    except signing.BadSignature:
        return None
    return said if isinstance(said, list) else None
