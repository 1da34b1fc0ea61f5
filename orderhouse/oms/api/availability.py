"""What may be promised, why, and what is kept back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple
from urllib.parse import parse_qs

import orjson
from django.http import HttpRequest, HttpResponse

from orderhouse.catalog.resolve import resolve_items, resolve_nodes
from orderhouse.database import fetch_all
from orderhouse.database.at_once import opening
from orderhouse.database.statements import Part
from orderhouse.http.attend import Call, patiently
from orderhouse.http.bodies import JSON
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Limit, Listing, RowId
from orderhouse.kernel import sql
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.api import shapes
from orderhouse.oms.api.known_skus import Known, Memory
from orderhouse.oms.channels.queries import channel_by_code
from orderhouse.oms.promise.queries import Availability, Behind, explain_availability, movements_behind
from orderhouse.oms.promise.rules import part_of
from orderhouse.oms.promise.set_safety_stock import SafetyTarget, set_safety_stock
from orderhouse.oms.sourcing.serve_waiting import serve_later

door = Door(tags=["Availability"])
safety_door = Door(tags=["Availability"])

MOST_SKUS = 500
_memory = Memory()
_ASKED = {
    "parameters": [
        {
            "in": "query",
            "name": "sku",
            "required": True,
            "schema": {"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_SKUS},
            "explode": True,
            "description": "Repeat it for each SKU.",
            "example": ["MUG-RED", "TEE-M"],
        },
        {
            "in": "query",
            "name": "channel",
            "schema": {"type": "string"},
            "description": "Less this channel's buffer, at most its share.",
        },
        {
            "in": "query",
            "name": "owner",
            "schema": {"type": "string"},
            "description": "Whose SKUs these are; the channel's owner with `channel`.",
        },
    ]
}


class _Asked(NamedTuple):
    """What a request asks for. ``known``: the items behind its SKUs, where all are known; ``seen``: since when."""

    skus: list[str]
    channel: str | None
    owner: str | None
    known: Known | None
    seen: int


def _beforehand(request: HttpRequest, tenant_id: int) -> Part | None:
    """The read: of the items, where those behind all SKUs are known already, else by way of the catalog."""
    said = _parsed(request.META.get("QUERY_STRING", ""))
    skus, channel, owner = said.get("sku", []), said.get("channel", [None])[-1], said.get("owner", [None])[-1]
    if not 1 <= len(skus) <= MOST_SKUS:
        return None
    known = _memory.known(tenant_id, channel, owner, skus)
    request.asked = _Asked(skus, channel, owner, known, opening())  # type: ignore[attr-defined]
    if known is None:
        return _by_sku(tenant_id, skus, channel, owner)
    params = {"tenant": tenant_id, "channel": channel, "owner": owner, "owner_id": known.owner_id}
    return Part(sql.load(__file__, "availability_of_items"), params | {"item_ids": sorted(known.items.values())})


@door.read("", scope="stock:read", answers=shapes.Availability, asks=_beforehand, openapi_extra=_ASKED)
def get_availability(request: Call) -> HttpResponse:
    """Base units that may be promised now, of up to 500 SKUs, over all active nodes."""
    if request.told is None:
        count = len(_parsed(request.META.get("QUERY_STRING", "")).get("sku", []))
        remedy = "Repeat sku= for each; ask for the rest next."
        raise InvalidInput(field="sku", reason=f"{count} SKUs where 1 to {MOST_SKUS} fit", remedy=remedy)
    asked: _Asked = request.asked  # type: ignore[attr-defined]
    answer = _of_items(asked, request.told) if asked.known else _of_skus(asked, request.told, request.by.tenant_id)
    if answer is None:  # another owner is meant than was
        part = _by_sku(request.by.tenant_id, *asked[:3])
        rows = patiently(request.by.tenant_id, lambda: fetch_all(part.text, part.params))
        answer = _of_skus(asked, rows, request.by.tenant_id)
    return HttpResponse(orjson.dumps({"channel": asked.channel} | answer), content_type=JSON)


def _of_items(asked: _Asked, rows: Sequence[tuple[Any, ...]]) -> dict[str, Any] | None:
    """The answer, if the owner whose items were read is still the one who is meant."""
    ((owners, code, buffer, share, item_ids, units),) = rows
    owner_id, items = asked.known or Known(0, {})
    if owners != [owner_id]:
        return None
    free = dict(zip(item_ids or (), units or (), strict=True))
    if buffer or share != 100:
        free = {item_id: part_of(there, buffer, share) for item_id, there in free.items()}
    data = [{"sku": sku, "owner": code, "available": free.get(items[sku], 0)} for sku in sorted(items)]
    return {"data": data, "unknown": []}


def _of_skus(asked: _Asked, rows: Sequence[tuple[Any, ...]], tenant_id: int) -> dict[str, Any]:
    """The answer; what the SKUs mean is remembered."""
    if asked.channel and not (rows and rows[0][0]):
        raise NotFound(kind="channel", code=asked.channel, field="channel")
    found = [row for row in rows if row[2] is not None]
    data = [
        {"sku": sku, "owner": code, "available": part_of(units, buffer, share)}
        for _, _, sku, _, _, code, units, buffer, share in found
    ]
    data.sort(key=itemgetter("sku", "owner"))
    items = {sku: item_id for _, _, sku, _, item_id, *_ in found}
    if found and found[0][1] == 1:  # one owner is meant
        _memory.remember(tenant_id, asked.channel, asked.owner, found[0][3], items, seen=asked.seen)
    return {"data": data, "unknown": [sku for sku in dict.fromkeys(asked.skus) if sku not in items]}


def _by_sku(tenant_id: int, skus: list[str], channel: str | None, owner: str | None) -> Part:
    params = {"tenant": tenant_id, "skus": skus, "channel": channel, "owner": owner}
    return Part(sql.load(__file__, "availability_by_sku"), params)


@door.read("movements", scope="stock:read", answers=Listing[shapes.Behind])
def get_movements_behind(request: Call, account_id: RowId, limit: Limit = 100) -> Mapping[str, Sequence[Behind]]:
    """The latest movements behind a figure of an explanation; over all of them the deltas add up to it."""
    return {"data": movements_behind(request.by.tenant_id, account_id, limit)}


@door.read("{path:sku}/explanation", scope="stock:read", answers=shapes.Explanation, operation_id="explain_availability")
def explain(
    request: Call, sku: str, channel: str | None = None, owner: str = "OWN", at_date: datetime | None = None
) -> Availability:
    """Why so many units may be promised: node by node what is there, promised, kept back and announced, and the sum in sentences.

    `at_date` (with its offset) asks for a day to come: what is announced until then counts, less what waits for it."""
    if at_date is not None and at_date.tzinfo is None:
        raise InvalidInput(
            field="at_date", reason="it does not say its offset from UTC", remedy="Add Z, or an offset such as +01:00."
        )
    tenant_id = request.by.tenant_id
    asked = channel_by_code(tenant_id, channel) if channel else None
    code = _owner_code(tenant_id, asked.owner_id) if asked else owner
    item = resolve_items(tenant_id, [(code, sku)])[code, sku]
    return explain_availability(tenant_id, item.id, asked.id if asked else None, at_date)


@safety_door.command("", method="PUT", scope="stock:write", answers=shapes.SafetySet)
def put_safety_stock(request: Call, body: list[shapes.SafetyStock]) -> Mapping[str, int]:
    """Set what nodes keep back of items; 0 keeps nothing. What becomes free goes to orders that wait for it, before this answers."""
    by = request.by
    nodes = resolve_nodes(by.tenant_id, [target.node for target in body])
    items = resolve_items(by.tenant_id, [(target.owner, target.sku) for target in body])
    targets = [SafetyTarget(nodes[t.node], items[t.owner, t.sku].id, t.quantity) for t in body]
    freed = set_safety_stock(by=by, targets=targets)
    serve_later(by=by, item_ids=freed)
    return {"set": len(targets)}


def _parsed(query: str) -> dict[str, list[str]]:
    """As ``parse_qs``, which takes a microsecond a SKU where nothing is escaped."""
    if "%" in query or "+" in query:
        return parse_qs(query)
    said: dict[str, list[str]] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if value and name in said:
            said[name].append(value)
        elif value:
            said[name] = [value]
    return said


def _owner_code(tenant_id: int, owner_id: int) -> str:
    rows = fetch_all("SELECT code FROM catalog_owner WHERE tenant_id = %s AND id = %s", (tenant_id, owner_id))
    return str(rows[0][0])
