"""What the promise wing's addresses take and answer."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import Field

from orderhouse.http.lines import NDJSON
from orderhouse.http.shapes import Code, Count, Form, Id, Limit, Page, Shape, Text, Units

Order = Annotated[str, Field(min_length=1, max_length=160, examples=["WEB-1001"])]


class LineProblem(Shape):
    field: str = Field(examples=["lines[0].sku"])
    reason: str = Field(examples=["the item MUGG is not known here"])
    remedy: str = ""


class PlacedOrder(Shape):
    """What became of a submission: placed, duplicate or invalid."""

    outcome: str = Field(examples=["placed"])
    id: Id | None = None
    number: str = Field("", examples=["WEB-1001"])
    channel: str = ""
    channel_order_id: str = ""
    state: str = Field("", examples=["reserved"])
    note: str = Field("", description="What a duplicate says otherwise than the order that stands.")
    invalid_id: Id | None = Field(None, description="Where an invalid submission is kept.")
    problems: list[LineProblem] = []


class PlacedOrders(Shape):
    results: list[PlacedOrder]
    placed: int
    duplicate: int
    invalid: int


EXAMPLE: dict[str, Any] = {
    "channel": "WEB",
    "channel_order_id": "1001",
    "placed_at": "2026-11-02T09:30:00Z",
    "currency": "GBP",
    "ship_to": {
        "name": "Ada Lovelace",
        "lines": ["1 Mile End Road"],
        "city": "London",
        "postal_code": "E1 4NS",
        "country": "GB",
        "latitude": 51.52,
        "longitude": -0.05,
    },
    "lines": [{"sku": "MUG-RED", "quantity": 2, "unit_price": "7.50"}],
    "customer": {"email": "ada@example.com"},
    "charges": [{"kind": "shipping", "description": "Standard", "amount": "3.90"}],
}
_TEXT, _MONEY = {"type": "string"}, {"type": "string", "description": "A decimal of up to 4 places; a JSON number is taken too."}
_ORDER_SCHEMA: dict[str, Any] = {
    "title": "SubmitOrder",
    "type": "object",
    "additionalProperties": False,
    "required": ["channel", "channel_order_id", "placed_at", "currency", "ship_to", "lines"],
    "properties": {
        "channel": {"type": "string", "maxLength": 24},
        "channel_order_id": {"type": "string", "maxLength": 128, "description": "The channel's own id: makes it idempotent."},
        "placed_at": {"type": "string", "format": "date-time"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
        "ship_to": {
            "type": "object",
            "required": ["name", "country"],
            "properties": {
                **dict.fromkeys(("name", "company", "city", "region", "postal_code", "phone", "email"), _TEXT),
                "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
                "lines": {"type": "array", "items": _TEXT, "maxItems": 10},
                "latitude": {"type": "number"},
                "longitude": {"type": "number"},
            },
        },
        "lines": {
            "type": "array",
            "minItems": 1,
            "maxItems": 20000,
            "items": {
                "type": "object",
                "required": ["sku", "quantity"],
                "properties": {
                    "line_number": {"type": "integer", "description": "Its position where it is left out."},
                    "sku": _TEXT,
                    "quantity": {"type": "integer", "minimum": 1, "maximum": 999999999},
                    "unit_price": _MONEY,
                    "description": _TEXT,
                },
            },
        },
        "customer": {"type": "object", "properties": dict.fromkeys(("reference", "name", "email", "phone"), _TEXT)},
        "charges": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind", "amount"],
                "properties": {
                    "kind": {"enum": ["shipping", "fee", "discount", "tax", "adjustment"]},
                    "description": _TEXT,
                    "amount": _MONEY,
                },
            },
        },
        "service": _TEXT,
        "priority": {"type": "integer", "minimum": 0, "maximum": 99},
        "holds": {
            "type": "array",
            "items": {"enum": ["payment", "fraud", "address", "stock", "price", "manual", "customer_request"]},
        },
    },
    "example": EXAMPLE,
}
SUBMISSION: dict[str, Any] = {
    "parameters": [
        {
            "in": "query",
            "name": "source",
            "schema": {"type": "boolean", "default": True},
            "description": "Look for nodes and reserve in the same commit.",
        }
    ],
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {"oneOf": [_ORDER_SCHEMA, {"type": "array", "maxItems": 1000, "items": _ORDER_SCHEMA}]},
                "example": EXAMPLE,
            },
            NDJSON: {"schema": _ORDER_SCHEMA},
        },
    },
    "responses": {207: {"description": "A list of which some are invalid"}},
}


class OrderFilter(Form):
    state: list[str] = Field([], description="States to show; all where none is named.")
    channel: str | None = None
    channel_order_id: str | None = Field(None, description="With `channel`: the one order the channel knows by it.")
    q: str = Field("", max_length=200)
    cursor: str | None = Field(None, max_length=200)
    limit: Limit = 50


class OrderSummary(Shape):
    id: Id
    number: str
    channel: str
    channel_order_id: str
    state: str
    priority: int
    customer_name: str
    country: str
    placed_at: datetime
    received_at: datetime
    promised_at: datetime | None
    ship_by: datetime | None
    lines: int
    units: int
    shipped: int
    goods: Decimal
    currency: str
    open_holds: list[str]


class OrderPage(Page[OrderSummary]):
    pass


class Reservation(Shape):
    node: str
    quantity: int


class OrderLine(Shape):
    """Where the units of a line stand: ordered = cancelled + backordered + reserved + released + shipped."""

    id: Id
    line_number: int
    sku: str
    name: str
    ordered: int
    cancelled: int
    backordered: int
    reserved: int
    released: int
    shipped: int
    returned: int
    cancel_wanted: int
    unit_price: Decimal
    due_date: date | None
    reservations: list[Reservation]


class Charge(Shape):
    kind: str
    description: str
    amount: Decimal


class Hold(Shape):
    kind: str
    reason: str
    placed_by: str
    placed_at: datetime
    lifted_by: str | None
    lifted_at: datetime | None


class ReleaseLine(Shape):
    line_number: int
    quantity: int
    shipped: int
    shorted: int
    cancelled: int


class Release(Shape):
    number: str
    node: str
    state: str
    sent_at: datetime
    ship_by: datetime
    rejection: str
    lines: list[ReleaseLine]


class ParcelContent(Shape):
    line_number: int
    quantity: int
    lot_number: str
    serial_number: str


class ShippedParcel(Shape):
    sscc: str
    tracking: str
    weight_grams: int
    delivered_at: datetime | None
    contents: list[ParcelContent]


class Shipment(Shape):
    number: str
    release: str
    node: str
    carrier: str
    service: str
    shipped_at: datetime
    parcels: list[ShippedParcel]


class SourcingDecision(Shape):
    rule: str
    explanation: dict[str, Any]
    decided_at: datetime


class Return(Shape):
    number: str
    node: str
    state: str
    reason: str
    authorized_at: datetime
    units: int
    received: int
    refunded: Decimal


class Action(Shape):
    name: str
    allowed: bool
    why_not: str


class StoryEvent(Shape):
    id: Id
    type: str
    facts: dict[str, Any]
    actor: str
    device: str
    at: datetime


class OrderDetail(Shape):
    id: Id
    number: str
    channel: str
    channel_order_id: str
    state: str
    priority: int
    currency: str
    service: str
    ship_to: dict[str, Any]
    customer_name: str
    customer_email: str
    placed_at: datetime
    received_at: datetime
    sourced_at: datetime | None
    promised_at: datetime | None
    ship_by: datetime | None
    goods: Decimal
    total: Decimal
    lines: list[OrderLine]
    charges: list[Charge]
    holds: list[Hold]
    releases: list[Release]
    shipments: list[Shipment]
    decisions: list[SourcingDecision]
    returns: list[Return]
    actions: list[Action]
    story: list[StoryEvent]


class LineUnits(Form):
    line_number: Annotated[int, Field(ge=1, le=1_000_000)]
    quantity: Units


class Cancellation(Form):
    reason: Text = Field(examples=["the customer changed their mind"])
    lines: list[LineUnits] | None = Field(None, description="Units by line; the whole order where it is left out.")


class Cancelled(Shape):
    cancelled: int
    asked_back: int
    refused_shipped: int
    state: str


class HoldRequest(Form):
    kind: str = "manual"
    reason: Text = Field(examples=["address to be confirmed"])


class Held(Shape):
    held: bool
    recalled: list[str]
    state: str


class LiftRequest(Form):
    kinds: list[str] | None = None
    reason: Text = ""
    release: bool = False


class Lifted(Shape):
    lifted: int
    free: bool
    state: str


class ReleaseRequest(Form):
    orders: Annotated[list[Order], Field(max_length=1000)] | None = Field(
        None, description="All that are ready where it is left out."
    )
    limit: Annotated[int, Field(ge=1, le=5000)] = 500


class Releases(Shape):
    releases: list[str]


class ReturnAuthorization(Form):
    lines: Annotated[list[LineUnits], Field(min_length=1)]
    reason: Text
    node: Code | None = Field(None, description="Where it goes back to; the node that shipped most of it where left out.")


class Authorized(Shape):
    number: str


class InvalidOrder(Shape):
    """A submission that could not be placed: as it came, and everything that is wrong with it."""

    id: Id
    source: str
    channel_order_id: str
    payload: Any
    reasons: list[LineProblem]
    received_at: datetime
    state: str
    settled_by: str | None
    settled_at: datetime | None
    order_id: Id | None


class Replay(Form):
    payload: dict[str, Any] | None = Field(None, description="The order mended by hand; as it came where it is left out.")


class Discard(Form):
    reason: Text


class Available(Shape):
    sku: str
    owner: str
    available: int = Field(description="Base units that may be promised now.")


class Availability(Shape):
    channel: str | None
    data: list[Available]
    unknown: list[str] = Field(description="SKUs nobody here has.")


class Figure(Shape):
    quantity: int
    account_id: Id | None = Field(description="Its movements: GET /availability/movements?account_id=...")


class NodeFigures(Shape):
    code: str
    active: bool
    reported: int | None
    sequence: int | None
    reported_at: datetime | None
    available: Figure
    reserved: Figure
    released: Figure
    safety: Figure
    safety_target: int
    shortage: Figure
    incoming: int
    projected: int
    gap: int | None


class Explanation(Shape):
    """Why so many may be promised, node by node and in sentences."""

    sku: str
    available_to_promise: int
    sentences: list[str]
    nodes: list[NodeFigures]
    waiting: int
    buffer: int
    share_percent: int
    at_date: datetime | None


class Behind(Shape):
    """A movement behind a figure."""

    id: Id
    at: datetime
    actor: str
    cause: str
    cause_id: Id
    cause_line_id: Id
    delta: int


class SafetyStock(Form):
    node: Code
    sku: Code
    owner: Code = "OWN"
    quantity: Count


class SafetySet(Shape):
    set: int


class Channel(Shape):
    code: str
    name: str
    kind: str
    owner: str
    currency: str
    priority: int
    when_short: str
    ships_partially: bool
    buffer: int
    share_percent: int
    service: str
    active: bool


class ChannelForm(Form):
    """A channel; see the field names in what GET answers."""

    code: Code = Field(examples=["WEB"])
    name: Text
    kind: str = Field(examples=["web_shop"])
    owner: Code = "OWN"
    currency: str = Field(examples=["GBP"])
    priority: Annotated[int, Field(ge=0, le=99)] = 50
    when_short: str = "backorder"
    ships_partially: bool = True
    buffer: Count = 0
    share_percent: Annotated[int, Field(ge=0, le=100)] = 100
    service: Code = "standard"
    active: bool = True


class ZoneForm(Form):
    """One row of a zone table; the first that fits wins, and what it leaves out fits everything."""

    zone: Code = Field(examples=["home"])
    max_km: Annotated[float, Field(gt=0)] | None = None
    from_: list[Code] | None = Field(None, alias="from", description="Countries of the node.")
    to: list[Code] | None = Field(None, description="Countries of the address.")
    domestic: bool | None = None


class RateForm(Form):
    """Minor units of money."""

    service: Code = "standard"
    zone: Code
    base: Count = Field(description="For each parcel.")
    per_step: Count = Field(description="For each started step of weight.")
    transit_days: Annotated[int, Field(ge=0, le=365)]


class DeliveryDays(Form):
    weekdays: list[Annotated[int, Field(ge=0, le=6)]] = Field([0, 1, 2, 3, 4], description="Monday is 0.")
    holidays_of: str = Field("", description="ISO 3166 country or subdivision.")


class ZoneTable(Form):
    zones: Annotated[list[ZoneForm], Field(min_length=1)]
    rates: Annotated[list[RateForm], Field(min_length=1)]
    step_grams: Annotated[int, Field(ge=1)] = 1000
    max_parcel_grams: Annotated[int, Field(ge=1)] = 30_000
    delivery_days: DeliveryDays | None = None


class TariffForm(Form):
    carrier: Code
    service: Code = "standard"
    zones: ZoneTable
    active: bool = True


class TariffRow(Shape):
    carrier: str
    service: str
    active: bool
    zones: dict[str, Any]
