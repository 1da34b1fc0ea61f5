"""The devices of a business, for whoever looks after them: enrolled, last seen, revoked; and the PINs of badges."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from orderhouse.catalog.queries import nodes
from orderhouse.database import unit_of_work
from orderhouse.http.policy import policy
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.people.badge_sign_in import set_badge_pin
from orderhouse.people.devices import devices, revoke_devices
from orderhouse.people.queries import badges
from orderhouse.scanner.doors import NotYours
from orderhouse.scanner.hands import Person, person_of
from orderhouse.scanner.pages import CONTENT_SECURITY_POLICY
from orderhouse.scanner.sign_in import console_door

_POLICY = "a warehouse manager or admin signed in on the console"


@policy(_POLICY)
def page(request: HttpRequest) -> HttpResponse:
    """The list; posting ``revoke`` (a device's id) or ``badge`` with ``pin`` does that and comes back to it."""
    person = person_of(request)
    if person is None:
        return HttpResponseRedirect(f"{console_door()}devices")
    try:
        if not person.manages:
            raise NotYours()
        if request.method == "POST":
            _do(request, person)
            return HttpResponseRedirect(reverse("scanner:devices"))
        return _list(request, person)
    except Refusal as refusal:
        return _list(request, person, refusal) if person.manages else _refused(request, refusal)


def _do(request: HttpRequest, person: Person) -> None:
    if device_id := request.POST.get("revoke"):
        if not device_id.isdecimal() or len(device_id) > 19:
            raise InvalidInput(field="revoke", reason="it is no device")
        revoke_devices(by=person.by(), device_ids=[int(device_id)])
    elif badge := request.POST.get("badge"):
        set_badge_pin(by=person.by(), badge=badge, pin=request.POST.get("pin") or None)


def _list(request: HttpRequest, person: Person, refusal: Refusal | None = None) -> HttpResponse:
    with unit_of_work(person.tenant_id):
        names = {node.id: node.code for node in nodes(person.tenant_id).values()}
    every = [(device, names.get(device.node_id, "")) for device in devices(person.tenant_id)]
    context = {"devices": every, "badges": [badge for badge in badges(person.tenant_id) if badge.active], "refusal": refusal}
    return _render(request, context, refusal.status if refusal else 200)


def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return _render(request, {"refusal": refusal}, refusal.status)


def _render(request: HttpRequest, context: dict[str, object], status: int) -> HttpResponse:
    response = render(request, "scanner/devices.html", context, status=status)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    response.headers["Cache-Control"] = "no-store"
    return response
