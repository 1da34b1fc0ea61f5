"""What may be promised, why, and what is kept back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from urllib.parse import parse_qs

import orjson
from django.http import HttpResponse

from orderhouse.catalog.resolve import resolve_items, resolve_nodes
from orderhouse.database import fetch_all
from orderhouse.http.attend import Call
from orderhouse.http.bodies import JSON
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Limit, Listing, RowId
from orderhouse.kernel import sql
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.api import shapes
from orderhouse.oms.channels.queries import channel_by_code
from orderhouse.oms.promise.queries import Availability, Behind, explain_availability, movements_behind
from orderhouse.oms.promise.rules import part_of
from orderhouse.oms.promise.set_safety_stock import SafetyTarget, set_safety_stock
from orderhouse.oms.sourcing.serve_waiting import serve_later

door = Door(tags=["Availability"])
safety_door = Door(tags=["Availability"])

MOST_SKUS = 500
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


@door.read("", scope="stock:read", answers=shapes.Availability, openapi_extra=_ASKED)
def get_availability(request: Call) -> HttpResponse:
    """Base units that may be promised now, of up to 500 SKUs, over all active nodes."""
    asked = _asked(request.META.get("QUERY_STRING", ""))
    skus, channel = asked.get("sku", []), asked.get("channel", [None])[-1]
    if not 1 <= len(skus) <= MOST_SKUS:
        raise InvalidInput(
            field="sku",
            reason=f"{len(skus)} SKUs where 1 to {MOST_SKUS} fit",
            remedy="Repeat sku= for each; ask for the rest next.",
        )
    rows = fetch_all(
        sql.load(__file__, "availability_by_sku"),
        {"tenant": request.by.tenant_id, "skus": skus, "channel": channel, "owner": asked.get("owner", [None])[-1]},
    )
    if channel and not (rows and rows[0][0]):
        raise NotFound(kind="channel", code=channel, field="channel")
    data = [
        {"sku": sku, "owner": owner, "available": part_of(units, buffer, share)}
        for _, sku, owner, units, buffer, share in rows
        if sku is not None
    ]
    data.sort(key=itemgetter("sku", "owner"))
    known = {row["sku"] for row in data}
    answer = {"channel": channel, "data": data, "unknown": [sku for sku in dict.fromkeys(skus) if sku not in known]}
    return HttpResponse(orjson.dumps(answer), content_type=JSON)


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


def _asked(query: str) -> dict[str, list[str]]:
    """As ``parse_qs``, which takes a microsecond a SKU where nothing is escaped."""
    if "%" in query or "+" in query:
        return parse_qs(query)
    asked: dict[str, list[str]] = {}
    for part in query.split("&"):
        name, _, value = part.partition("=")
        if value:
            asked.setdefault(name, []).append(value)
    return asked


def _owner_code(tenant_id: int, owner_id: int) -> str:
    rows = fetch_all("SELECT code FROM catalog_owner WHERE tenant_id = %s AND id = %s", (tenant_id, owner_id))
    return str(rows[0][0])
