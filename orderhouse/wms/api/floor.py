"""Scanners: a person takes up work on a device, and every scan is answered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from django.http import HttpResponse
from pydantic import Field

from orderhouse.catalog.queries import node_by_code
from orderhouse.http.attend import Call, repeatedly
from orderhouse.http.bodies import JSON
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Code, Form, Id, Limit, Listing, Page, RowId, Shape
from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.floor import queries
from orderhouse.wms.floor.take_scan import ScanInput, start_session, take_scans

door = Door(tags=["Floor"])

MOST_SCANS = 1_000


class Work(Shape):
    flow: str
    target: Id | None
    label: str
    state: str
    open: int


@door.read("work", scope="floor:read", answers=Listing[Work])
def list_open_work(request: Call, node: Code, badge: Code, limit: Limit = 100) -> Mapping[str, Any]:
    """What this badge could do now: its own tours first, free tours, receipts, and one entry each for putaway, pack and count;
    `count`, `move` and `lookup` in state `anytime` need no task."""
    node_id = node_by_code(request.by.tenant_id, node).id
    return {"data": queries.open_work(request.by.tenant_id, node_id, badge, anytime=True, limit=limit)}


class SessionForm(Form):
    node: Code
    badge: Code = Field(examples=["B-017"])
    device: Annotated[str, Field(max_length=64)] = Field("", examples=["scanner-3"])
    flow: Literal["receive", "putaway", "pick", "pack", "count", "move", "lookup"]
    target: RowId | None = Field(None, description="The tour to pick (needed), or the receipt to receive.")


class FloorAnswer(Shape):
    """What the screen shows next: ``ok`` false is a no, and ``sentence`` says why and what to do."""

    ok: bool
    screen: str
    sentence: str
    data: dict[str, Any]


@door.command("sessions", scope="floor:write", answers=FloorAnswer, operation_id="start_session")
def start_work(request: Call, body: SessionForm) -> HttpResponse:
    """Start work, or go on where this badge left it. `data.session` is the session's id; `data.sheet` is all an offline scanner
    needs."""
    by = replace(request.by, actor=body.badge, device=body.device)
    node_id = node_by_code(by.tenant_id, body.node).id
    answer = start_session(by=by, node_id=node_id, badge=body.badge, flow=body.flow, target=body.target)
    return _json(answer._asdict())


_SCAN = {
    "type": "object",
    "required": ["scan_id", "text"],
    "properties": {
        "scan_id": {
            "type": "string",
            "format": "uuid",
            "description": "Made by the scanner: the same id is answered, not done, again.",
        },
        "text": {"type": "string", "description": "As the scanner read it."},
        "quantity": {"type": ["integer", "null"], "description": "Keyed in with it."},
        "at": {"type": "string", "format": "date-time", "description": "By the scanner's clock, for people to read."},
    },
}
_SCANS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "required": ["badge", "scans"],
                    "properties": {
                        "badge": {"type": "string"},
                        "device": {"type": "string"},
                        "scans": {"type": "array", "items": _SCAN, "minItems": 1, "maxItems": MOST_SCANS},
                    },
                },
                "example": {
                    "badge": "B-017",
                    "device": "scanner-3",
                    "scans": [{"scan_id": "2f1c6f0e-3d0e-4b5e-8c3f-9a6b1e2d7f10", "text": "A-01-3"}],
                },
            }
        },
    }
}


class FloorAnswers(Shape):
    answers: list[FloorAnswer]


@door.command(
    "sessions/{session_id}/scans",
    scope="floor:write",
    answers=FloorAnswers,
    shares=True,
    openapi_extra=_SCANS,
    operation_id="take_scans",
)
def take(request: Call, session_id: RowId) -> HttpResponse:
    """Take scans in the order given, in one commit; one answer each. A scan id that is known is answered as the first time, so a
    scanner may send its queue again after a break. Badge and device must be those of the session."""
    payload = request.payload
    if not isinstance(payload, dict):
        raise InvalidInput(field="body", reason="it is not an object", remedy="Send badge, device and scans.")
    scans = payload.get("scans")
    if not isinstance(scans, list) or not 1 <= len(scans) <= MOST_SCANS:
        raise InvalidInput(field="scans", reason=f"it is not a list of 1 to {MOST_SCANS:,} scans")
    by = replace(request.by, actor=_text(payload, "badge", "badge"), device=_text(payload, "device", "device", needed=False))
    given = [_scan(scan, f"scans[{n}]") for n, scan in enumerate(scans)]
    answers = repeatedly(lambda: take_scans(by=by, session_id=session_id, scans=given))
    return _json({"answers": [answer._asdict() for answer in answers]})


class ScanTaken(Shape):
    serial: int
    flow: str
    badge: str
    device: str
    text: str
    quantity: int | None
    at: datetime
    refused: bool
    answer: dict[str, Any]


@door.read("sessions/{session_id}/scans", scope="floor:read", answers=Page[ScanTaken])
def list_scans(
    request: Call, session_id: RowId, after: Annotated[int, Field(ge=0, lt=2**63)] = 0, limit: Limit = 200
) -> Mapping[str, Any]:
    """What was scanned in a session, in the order taken, after serial `after`."""
    return {"data": queries.scans_of(request.by.tenant_id, session_id, after=after, limit=limit)}


def _scan(scan: Any, path: str) -> ScanInput:
    """A scan as its device sent it, read by hand: this is the hottest address of the floor."""
    if not isinstance(scan, dict):
        raise InvalidInput(field=path, reason="a scan is an object with scan_id and text")
    quantity, at = scan.get("quantity"), scan.get("at")
    if quantity is not None and (isinstance(quantity, bool) or not isinstance(quantity, int)):
        raise InvalidInput(field=f"{path}.quantity", reason="it is not a whole number")
    try:
        scan_id = UUID(scan["scan_id"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise InvalidInput(field=f"{path}.scan_id", reason="it is not a UUID", remedy="The scanner makes a fresh one each scan.")
    try:
        moment = None if at is None else datetime.fromisoformat(at)
    except (TypeError, ValueError):
        moment = None
    if at is not None and (moment is None or moment.tzinfo is None):
        raise InvalidInput(field=f"{path}.at", reason="it is not a date and time with its offset")
    return ScanInput(scan_id, _text(scan, "text", f"{path}.text"), quantity, moment)


def _text(values: Mapping[str, Any], name: str, path: str, *, needed: bool = True) -> str:
    text = values.get(name, "")
    if not isinstance(text, str) or len(text) > 10_000 or (needed and not text):
        raise InvalidInput(field=path, reason="it is missing" if not text else "it is not text", remedy=f"Give the {name}.")
    return text


def _json(value: object) -> HttpResponse:
    return HttpResponse(orjson.dumps(value, default=str), content_type=JSON)
