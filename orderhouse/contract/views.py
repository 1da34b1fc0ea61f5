"""Where other installations post their letters."""

from __future__ import annotations

import logging
from typing import Any

import orjson
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from orderhouse.contract import routes
from orderhouse.contract.codec import MAX_INTEGER
from orderhouse.contract.faults import is_passing
from orderhouse.contract.inbox import accept
from orderhouse.contract.letters import Arrival, Receipt
from orderhouse.contract.transports.http import is_signed
from orderhouse.database import unit_of_work
from orderhouse.database.tenants import tenants
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal

log = logging.getLogger(__name__)

LARGEST_BODY = 32 * 2**20
MOST_LETTERS = 1_000
_TRIES = 3


class Forged(Refusal):
    """The signature does not prove who sent this. What exactly is wrong is not told."""

    sentence = "The signature does not fit."
    remedy = "Sign the raw body with the route's secret, by a clock that is right to five minutes."
    status = 401


class TooLarge(Refusal):
    """A body past the cap."""

    sentence = "The body is larger than {most} bytes."
    remedy = "Send fewer letters at a time."
    status = 413


class NotNow(Refusal):
    """The database is away or busy; nothing took effect."""

    sentence = "Letters cannot be taken in right now."
    remedy = "Send them again in a few seconds."
    status = 503


@csrf_exempt
def receive(request: HttpRequest) -> HttpResponse:
    """Take in a signed batch: ``{tenant, source, destination, letters: [{id, type, version, subject, actor, created_at, payload}]}``.

    Answers 200 and ``{receipts: [{id, state, refusal}]}``, a letter each, once their transaction has committed; 401 for a
    signature that is forged, tampered with or out of its time; 400 or 413 for what is no batch; 404 for a wing that is not here;
    503 with Retry-After when the database is away.
    """
    if request.method != "POST":
        return HttpResponse(status=405, headers={"Allow": "POST"})
    try:
        body = _body(request)
        batch = _envelope(body)
        tenant_id, source = _sender(batch, request, body)
        receipts = _accept(tenant_id, source, batch["destination"], [_arrival(n, one) for n, one in enumerate(batch["letters"])])
    except Refusal as refusal:
        status = 400 if isinstance(refusal, InvalidInput) else refusal.status
        headers = {"Retry-After": "2"} if status == 503 else {}
        problem = orjson.dumps(refusal.as_problem() | {"status": status}, default=str)
        return HttpResponse(problem, status=status, content_type="application/problem+json", headers=headers)
    answer = [{"id": str(one.message_id), "state": one.state, "refusal": one.refusal} for one in receipts]
    return HttpResponse(orjson.dumps({"receipts": answer}), content_type="application/json")


def _body(request: HttpRequest) -> bytes:
    try:
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        raise InvalidInput(field="content-length", reason="it is not a number") from None
    if announced > LARGEST_BODY:
        raise TooLarge(most=LARGEST_BODY)
    try:
        body = request.read(LARGEST_BODY + 1)
    except OSError:
        raise InvalidInput(field="body", reason="it broke off") from None
    if len(body) > LARGEST_BODY:
        raise TooLarge(most=LARGEST_BODY)
    return body


def _envelope(body: bytes) -> dict[str, Any]:
    try:
        batch = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise InvalidInput(field="body", reason=f"it is not JSON ({error})") from None
    if not isinstance(batch, dict):
        raise InvalidInput(field="body", reason="it is not an object")
    for name in ("tenant", "source", "destination"):
        _short_text(batch, name, name)
    letters = batch.get("letters")
    if not isinstance(letters, list) or not 1 <= len(letters) <= MOST_LETTERS:
        raise InvalidInput(field="letters", reason=f"it is not an array of 1 to {MOST_LETTERS} letters")
    return batch


def _sender(batch: dict[str, Any], request: HttpRequest, body: bytes) -> tuple[int, str]:
    """The tenant and the route whose secret signed the body; an unknown tenant looks like a forged signature."""
    headers = {name: request.headers.get(name, "") for name in ("webhook-id", "webhook-timestamp", "webhook-signature")}
    try:
        tenant_id = next((tenant.tenant_id for tenant in tenants() if tenant.code == batch["tenant"]), None)
        known = {}
        if tenant_id is not None:
            with unit_of_work(tenant_id):
                known = routes.routes(tenant_id)
    except Exception as error:
        raise _not_now(error) from error
    for route in routes.routes_back(known, batch["source"]):
        if tenant_id is not None and is_signed(route.secret, headers, body):
            return tenant_id, route.destination
    log.warning("a letter from %r for tenant %r was not signed by any of its routes", batch["source"], batch["tenant"])
    raise Forged


def _arrival(position: int, letter: Any) -> Arrival:
    path = f"letters[{position}]"
    if not isinstance(letter, dict):
        raise InvalidInput(field=path, reason="it is not an object")
    number, version = letter.get("id"), letter.get("version")
    if not isinstance(number, str) or not (number.isascii() and number.isdigit() and len(number) <= 19):
        raise InvalidInput(field=f"{path}.id", reason="it is not a number written as text")
    if not 0 < int(number) <= MAX_INTEGER:
        raise InvalidInput(field=f"{path}.id", reason="the number is out of bounds")
    if type(version) is not int or not 0 < version < 2**15:
        raise InvalidInput(field=f"{path}.version", reason="it is not a small whole number")
    try:
        created_at = clock.read_moment(letter["created_at"])
    except (KeyError, ValueError):
        raise InvalidInput(field=f"{path}.created_at", reason="it is not an ISO 8601 time with its offset") from None
    texts = [_short_text(letter, name, f"{path}.{name}") for name in ("type", "subject", "actor")]
    return Arrival(int(number), texts[0], version, texts[1], letter.get("payload"), texts[2], created_at)


def _short_text(of: dict[str, Any], name: str, path: str) -> str:
    text = of.get(name)
    if not isinstance(text, str) or not 1 <= len(text) <= 200 or "\x00" in text:
        raise InvalidInput(field=path, reason="it is not a text of 1 to 200 characters")
    return text


def _accept(tenant_id: int, source: str, destination: str, arrivals: list[Arrival]) -> list[Receipt]:
    for last in (False,) * (_TRIES - 1) + (True,):
        try:
            by = By(tenant_id, source, clock.now(), device="contract")
            return accept(by=by, source=source, destination=destination, arrivals=arrivals)
        except Refusal:
            raise
        except Exception as error:
            if last or not is_passing(error):
                raise _not_now(error) from error
    raise NotNow


def _not_now(error: Exception) -> Exception:
    """What to raise for ``error``: faults of the database are told as such, and leave no broken connection behind."""
    if not is_passing(error):
        return error
    log.warning("letters could not be taken in: %s", error)
    connection.close()
    return NotNow()
