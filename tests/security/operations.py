"""Every operation the house answers: walked off the address list and the OpenAPI of its API, so that none can be forgotten.

What an operation names (an order, a bin, a badge) is a :class:`Ref`. One that takes something nobody gave a sample for is told by name.
"""

from __future__ import annotations

import inspect
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import URLPattern, URLResolver, get_resolver

CONVERTER = re.compile(r"<(?:(\w+):)?(\w+)>")


@dataclass(frozen=True)
class Ref:
    """Something of a business, named by its kind (:data:`tests.security.references.REFERENCES`)."""

    kind: str


class NoSample(AssertionError):
    """An operation takes something nobody gave a sample for."""


@dataclass(frozen=True)
class Asked:
    """A request."""

    method: str
    path: str
    body: bytes = b""
    media: str = "application/x-www-form-urlencoded"

    @property
    def text(self) -> str:
        return f"{self.path} {self.body.decode('utf-8', 'replace')}"


Pick = Callable[[Ref], Any]


@dataclass(frozen=True)
class Operation:
    """``door``: console, demo, scanner, api or contract. ``named`` are the kinds of what stands in its path, in order."""

    name: str
    door: str
    method: str
    path: str
    named: tuple[tuple[str, Ref | str], ...] = ()
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    media: str = "application/x-www-form-urlencoded"
    view: Any = None
    scope: str = ""

    def ask(self, pick: Pick) -> Asked:
        """The request with every reference as ``pick`` names it."""
        path = self.path
        for argument, value in self.named:
            path = path.replace(argument, quote(str(pick(value) if isinstance(value, Ref) else value), safe=""))
        query = urlencode(_filled(self.query, pick), doseq=True)
        body = _filled(self.body, pick)
        raw = b"" if body is None else urlencode(body, doseq=True).encode() if self.media.endswith("urlencoded") else _raw(body)
        return Asked(self.method, path + (f"?{query}" if query else ""), raw, self.media)

    def references(self) -> list[Ref]:
        """All it names, in the order they are picked."""
        seen: list[Ref] = []

        def note(ref: Ref) -> str:
            seen.append(ref)
            return "1"

        self.ask(note)
        return seen


def _raw(body: Any) -> bytes:
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()


def _filled(value: Any, pick: Pick) -> Any:
    if isinstance(value, Ref):
        return pick(value)
    if isinstance(value, Mapping):
        return {(name(pick) if callable(name) else name): _filled(each, pick) for name, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, pick) for each in value]
    return value


# ── what stands in paths of pages ────────────────────────────────────────────────────────────────────────────────────────
R = Ref
PATHS: dict[str, Ref | str] = {
    **{
        name: R(name)
        for name in (
            *(
                "order_id",
                "view_id",
                "invalid_id",
                "bulk_id",
                "item_id",
                "lot_id",
                "node_code",
                "tour_id",
                "bin_code",
                "outbound_id",
            ),
            *("parcel_id", "manifest_id", "exception_id", "receipt_id", "user_id", "source", "message_id", "key_id", "token"),
        )
    },
    "number": R("wave_number"),
    "code": R("unit_code"),
    "task_id": R("count_id"),
    "rule": "balance_equals_recount",
    "kind": "delivery",
}
QUERIES: dict[str, Ref] = {
    "node": R("node_code"), "item": R("item_id"), "place": R("place_id"), "account": R("account_id"), "sku": R("sku"), "q": R("sku"),
    "channel": R("channel"), "owner": R("owner"), "badge": R("badge"), "bin": R("bin_code"), "zone": R("zone"), "number": R("release"),
    "code": R("unit_code"), "letter": R("letter"), "wanted": R("sku"), "source": R("source"), "destination": R("destination"),
    "lot": R("lot_number"), "customer": R("customer"), "actor": R("badge"), "carrier": R("carrier"), "order": R("order_id"),
    "tour": R("tour_id"), "wave": R("wave_number"), "release": R("release"), "person": R("user_id"), "email": R("email"), "query": R("order"),
}  # fmt: skip
"""What a page may be asked by: tried on every page whose own module knows the name."""

ONLY_BY: dict[str, dict[str, Ref]] = {
    "console:movements": {"item": R("item_id"), "node": R("node_code")},
    "console:bin-labels": {"node": R("node_code"), "code": R("bin_code")},
    "console:tote-labels": {"node": R("node_code"), "code": R("unit_code")},
    "console:badge-labels": {"code": R("badge")},
    "console:item-labels": {"item": R("item_id")},
}
"""Pages that answer only to the right question."""

CHOSEN = {"verb": "hold", "kind": "manual"}
LINE = {"line-1": 1}
FORMS: dict[str, dict[str, Any]] = {
    "console:sign-in": {"email": R("email"), "password": "wrong wrong wrong"},
    "console:sign-in-code": {"code": "000000"},
    "console:sign-out": {},
    "console:choose-business": {"code": R("business")},
    "console:choose-looks": {"back": "/account"},
    "console:change-password": {"present": "wrong", "new": "another long password", "again": "another long password"},
    "console:second-factor": {"code": "000000"},
    "console:drop-second-factor": {"present": "wrong"},
    "console:end-sessions": {},
    "console:define-person": {"email": "new@example.com", "name": "New", "roles": ["floor"]},
    "console:issue-badge": {"code": "NEW-9", "name": "New", "person": R("user_id")},
    "console:withdraw-badge": {"code": R("spare_badge")},
    "console:issue-api-key": {"name": "new", "scopes": ["orders:read"], "days": "30"},
    "console:revoke-api-key": {},
    "console:set-roles": {"roles": ["auditor"]},
    "console:reset-person": {"second_factor": "1"},
    "console:prove-books": {},
    "console:assign-violations": {"violation": R("exception_id"), "act": "give", "owner": R("email")},
    "console:set-route": {"destination": R("destination"), "url": "https://elsewhere.example/", "secret": ""},
    "console:replay-letters": {"letter": R("letter")},
    "console:drop-letters": {"letter": R("letter"), "reason": "gone"},
    "console:order-columns": {"column": ["number"]},
    "console:save-view": {"name": "again", "query": "tab=held"},
    "console:change-view": {"act": "delete"},
    "console:place-order": {
        **{"channel": R("channel"), "ship_to.name": "Ada", "ship_to.country": "GB", "lines[0].sku": R("sku"), "lines[0].quantity": "1"},
        **{"lines[0].unit_price": "2.50", "lines[0].owner": R("owner")},
    },
    "console:check-order": {
        **{"channel": R("channel"), "ship_to.name": "Ada", "ship_to.country": "GB", "lines[0].sku": R("sku"), "lines[0].quantity": "1"},
    },
    "console:bulk": {"order": R("order_id"), **CHOSEN},
    "console:bulk-go-on": {},
    "console:bulk-do": {"reason": "asked"},
    "console:hold-order": {"kind": "manual", "reason": "asked"},
    "console:lift-holds": {"kinds": ["manual"], "reason": "asked"},
    "console:release-order": {},
    "console:source-order": {},
    "console:move-order": {"node-1": R("node_code"), "reason": "nearer"},
    "console:edit-order": {"line-1": 1, "new.sku": R("sku"), "new.quantity": "1", "new.unit_price": "1.00", "reason": "asked"},
    "console:recall-order": {"reason": "asked"},
    "console:cancel-order": {"reason": "asked", **LINE},
    "console:return-order": {"reason": "asked", **LINE},
    "console:note-order": {"text": "a note"},
    "console:withdraw-note": {"note": R("note_id")},
    "console:advise-channel": {},
    "console:invalid-order": {"lines[0].sku": R("sku")},
    "console:replay-invalid": {"payload": "{}"},
    "console:discard-invalid": {"reason": "asked"},
    "console:plan-wave": {"token": R("token")},
    "console:release-wave": {},
    "console:cancel-wave": {},
    "console:take-back-wave": {},
    "console:assign-tour": {"badge": R("badge")},
    "console:map-count": {},
    "console:act-on-exceptions": {"exception": R("exception_id"), "act": "settle", "outcome": "done", "owner": R("email"), "note": "seen"},
    "console:announce-receipt": {
        **{"node": R("node_code"), "number": "NEW-77", "supplier": "Maker", "expected_at": "2030-01-01 09:00", "owner": R("owner")},
        **{"lines": R("sku_line")},
    },
    "console:arrive-receipt": {},
    "console:close-receipt": {},
    "console:grade-return": {"line": 1, "quantity": 1, "disposition": "restock", "lot": R("lot_number")},
    "console:act-on-counts": {"task": R("count_id"), "act": "approve", "sure": "1", "badge": R("badge")},
    "console:make-counts": {"node": R("node_code"), "by": "item", "wanted": R("sku"), "bin": R("bin_and_item"), "badge": R("badge")},
    "console:renew-wall-address": {},
    "console:open-bench": {"node": R("node_code"), "bench": R("bench"), "badge": R("badge")},
    "console:packing-scan": {"scan_id": "7b1c7a52-3c0e-4b57-8f0e-0f1f6f2d9a11", "text": R("parcel")},
    "console:set-carton": {"code": "M", "name": "Box", "length": "300", "width": "200", "height": "100", "tare": "80", "most": "5000"},
    "console:packing-label": {},
    "console:packing-void": {},
    "console:packing-unpack": {},
    "console:close-manifest": {"node": R("node_code"), "carrier": R("carrier")},
    "console:hand-over-manifest": {},
    "console:count-bin": {},
    "console:lot-hold": {"held": "yes", "reason": "asked"},
    "demo:pace": {"speed": "1", "paused": "1"},
    "demo:bar": {},
    "demo:badge": {"badge": R("badge")},
    "demo:trouble": {},
    "scanner:devices": {"revoke": R("device_id"), "badge": R("badge"), "pin": "4711"},
}  # fmt: skip
"""What each form sends. Every address that takes a POST stands here."""

SCANNER: dict[str, dict[str, Any]] = {
    "scanner:enroll": {"node": R("node_code"), "name": "Another"},
    "scanner:sign-in": {"badge": R("badge"), "pin": ""},
    "scanner:sign-out": {},
    "scanner:start": {"flow": "pick", "target": R("tour_text")},
    "scanner:scans": {
        "session": R("session_text"),
        "scans": [{"id": "7b1c7a52-3c0e-4b57-8f0e-0f1f6f2d9a12", "text": R("bin_code")}, {"id": "7b1c7a52-3c0e-4b57-8f0e-0f1f6f2d9a13", "text": R("unit_code")}],
    },
}  # fmt: skip


def page_operations() -> Iterator[Operation]:
    """Every address outside the API, for GET and, where its view takes one, POST."""
    for name, path, view in _addresses(get_resolver().url_patterns):
        door = name.partition(":")[0]
        if door == "contract-inbox":
            yield Operation("POST contract-inbox", "contract", "POST", path, body={}, media="application/json", view=view)
            continue
        named = tuple((f"<{spec}>", _path_reference(name, spec)) for spec in re.findall(r"<([^>]+)>", path))
        if name == "console:return-order":
            named = (("<int:order_id>", R("shipped_order_id")),)
        if name in SCANNER:
            yield Operation(f"POST {name}", door, "POST", path, named, body=SCANNER[name], media="application/json", view=view)
            continue
        module = inspect.getsource(sys.modules[inspect.unwrap(view).__module__])
        query = {each: ref for each, ref in QUERIES.items() if f'"{each}"' in module}
        query = ONLY_BY.get(name, query)
        yield Operation(f"GET {name}", door, "GET", path, named, query=query, view=view)
        if name in FORMS:
            yield Operation(f"POST {name}", door, "POST", path, named, body=FORMS[name], view=view)


def _path_reference(name: str, spec: str) -> Ref | str:
    argument = spec.rpartition(":")[2]
    if argument not in PATHS:
        raise NoSample(f"{name} takes {argument} in its path: give it a kind in tests/security/operations.py, PATHS")
    return PATHS[argument]


def _addresses(patterns: Any, prefix: str = "", space: str = "") -> Iterator[tuple[str, str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern.url_patterns, path, pattern.app_name or space)
        elif isinstance(pattern, URLPattern) and not path.startswith("api/"):
            yield (f"{space}:{pattern.name}" if space else str(pattern.name)), f"/{path}", pattern.callback


# ── the API ──────────────────────────────────────────────────────────────────────────────────────────────────────────────
API: dict[str, Ref] = {
    **{name: R(name) for name in ("order", "invalid_id", "sku", "channel", "owner", "account_id", "badge", "session_id", "wave_id")},
    **{name: R(name) for name in ("tour_id", "release", "carrier", "zone", "lot_number", "source", "destination", "channel_order_id")},
    "node": R("node_code"), "place": R("bin_code"), "location": R("bin_code"), "number": R("receipt"), "letter_id": R("message_id"),
    "id": R("message_id"), "subject_id": R("order_id"), "task_id": R("count_id"), "task_ids": R("count_id"), "parcels": R("parcel_id"),
    "orders": R("order"), "target": R("tour_id"),
}  # fmt: skip
"""What a field or parameter of the API names, wherever it stands."""

API_HERE: dict[str, Any] = {
    "GET /stock/places/{code} code": R("bin_code"),
    "POST /exceptions/settle ids": R("exception_id"),
    "POST /channel-messages/acknowledge ids": R("message_id"),
    "POST /putaways task_id": R("putaway_id"),
    "POST /manifests/ship number": R("manifest"),
    "GET /events/{subject_kind}/{subject_id} subject_kind": "order",
    "POST /floor/sessions/{session_id}/scans badge": R("session_badge"),
    "POST /floor/sessions/{session_id}/scans device": R("session_device"),
    "POST /floor/sessions target": R("receipt_id"),
    "POST /orders/{order}/returns order": R("shipped_order"),
    "POST /lots/hold sku": R("lot_sku"),
    "PUT /channels code": "NEW", "PUT /owners code": "NEW", "PUT /nodes code": "NEW", "PUT /badges code": "NEW-1", "PUT /items sku": "NEW",
    "PUT /tariffs carrier": "new", "POST /totes codes": "NEW-T1", "POST /totes kind": "tote", "PUT /nodes kind": "warehouse", "PUT /channels kind": "manual", "PUT /routes destination": "node:NEW", "PUT /tariffs zone": "home",
    "GET /orders state": "placed", "GET /counts show": "to-make", "GET /receipts state": "expected", "GET /letters state": "dead",
    "GET /orders/invalid state": "open", "GET /movements book": "physical", "PUT /tariffs from": "GB", "PUT /tariffs to": "GB",
}  # fmt: skip
"""What a name means at one address only."""

PLAIN: dict[str, Any] = {
    "reason": "asked", "kind": "manual", "kinds": "manual", "device": "d", "supplier": "Maker", "reference": "R-1", "serial_number": "",
    "receipt": "NEW-78", "name": "New", "code": "NEW", "currency": "GBP", "service": "standard", "country": "GB", "time_zone": "Europe/London",
    "working_days": "1111100", "holiday_calendar": "", "when_short": "backorder", "base_unit": "each", "strategy": "batch", "text": "A",
    "scan_id": "7b1c7a52-3c0e-4b57-8f0e-0f1f6f2d9a14", "expires_on": "2031-01-01", "cutoff_time": "16:00:00", "url": "https://elsewhere.example/",
    "secret": "", "show": "open", "holidays_of": "GB", "countries_served": "GB", "barcodes": {}, "packs": {}, "address": {},
    "payload": None, "after": 0, "q": "A", "at_date": "2030-01-01T00:00:00Z", "cutoff_at": None, "cursor": None, "price": "1.00", "state": None,
}  # fmt: skip

ORDER = {
    **{"channel": R("channel"), "channel_order_id": "SEC-1", "placed_at": "2026-03-02T08:00:00Z", "currency": "GBP"},
    "ship_to": {"name": "Ada", "country": "GB", "city": "London", "postal_code": "E1"},
    "lines": [{"sku": R("sku"), "quantity": 1, "unit_price": "2.50"}],
}
LAYOUT = "zone,aisle\n"
BODIES: dict[str, tuple[Any, str]] = {
    "POST /orders": (ORDER, "application/json"),
    "PUT /layout/{node}": (LAYOUT, "text/csv"),
}
DEFINES = (
    "PUT /channels",
    "PUT /owners",
    "PUT /nodes",
    "PUT /badges",
    "PUT /items",
    "PUT /tariffs",
    "POST /totes",
    "PUT /routes",
)


def api_operations() -> Iterator[Operation]:
    """Every operation of the OpenAPI."""
    from orderhouse.config.api import PREFIX, api

    schema = json.loads(json.dumps(api.get_openapi_schema(path_prefix=f"/{PREFIX}"), default=str))
    components = schema["components"]["schemas"]
    for path, methods in schema["paths"].items():
        for verb, operation in methods.items():
            name = f"{verb.upper()} {path.removeprefix('/' + PREFIX.rstrip('/'))}"
            given = [each for each in operation.get("parameters", ()) if each["in"] in ("path", "query")]
            named = tuple(
                (f"{{{each['name']}}}", _api_value(name, each["name"], each["schema"], components))
                for each in given
                if each["in"] == "path"
            )
            query = {
                each["name"]: value
                for each in given
                if each["in"] == "query" and (value := _api_value(name, each["name"], each["schema"], components)) is not None
            }
            body, media = BODIES.get(name, (None, "application/json"))
            content = operation.get("requestBody", {}).get("content", {})
            if body is None and "application/json" in content:
                body = _api_value(name, "", content["application/json"]["schema"], components)
            yield Operation(f"API {name}", "api", verb.upper(), path, named, query, body, media, scope=operation["x-scope"])


def _api_value(operation: str, name: str, schema: Mapping[str, Any], components: Mapping[str, Any]) -> Any:
    """A value for a field: what it names, or something plain that its schema allows."""
    if schema.get("type") == "array":
        return [_api_value(operation, name, schema["items"], components)]
    if here := API_HERE.get(f"{operation} {name}"):
        return here
    if "$ref" in schema:
        return _api_value(operation, name, components[schema["$ref"].rpartition("/")[2]], components)
    if "anyOf" in schema:
        first = next(each for each in schema["anyOf"] if each.get("type") != "null")
        return _api_value(operation, name, first, components)
    if schema.get("type") == "boolean":
        return False
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if name in API:
        return API[name]
    if name in PLAIN:
        return PLAIN[name]
    kind = schema.get("type", "string")
    if kind == "object" or "properties" in schema:
        found = {each: _api_value(operation, each, part, components) for each, part in schema.get("properties", {}).items()}
        return {each: value for each, value in found.items() if value is not None}
    if isinstance(kind, list):
        kind = kind[0]
    if kind in ("integer", "number"):
        return max(1, int(schema.get("minimum", 1)))
    if schema.get("format") == "date-time":
        return "2030-01-01T09:00:00Z"
    raise NoSample(
        f"{operation} takes {name!r} ({schema}): say in tests/security/operations.py what it names (API) or that it is plain (PLAIN)"
    )


def operations() -> list[Operation]:
    """Everything."""
    return [*page_operations(), *api_operations()]
