"""Orders: captured (one, many, a stream), read, held, cancelled, released, taken back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import quote

import orjson
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from ninja import Query

from orderhouse.catalog.queries import node_by_code
from orderhouse.database import fetch_value
from orderhouse.http.attend import Call, patiently, repeatedly
from orderhouse.http.bodies import JSON, read_json
from orderhouse.http.doors import Door
from orderhouse.http.lines import NDJSON, Answers, Line, in_batches, json_lines, one_ahead
from orderhouse.http.problems import MalformedJson, problem
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.oms.api import shapes
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.capture_batch import Submitted, capture_batch, read_submission
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.desk.capture_together import capture_together
from orderhouse.oms.desk.hold_order import hold_order
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.orders import queries, store
from orderhouse.oms.orders.parse_order import Problem, keepable
from orderhouse.oms.orders.place_orders import Placed, place_orders
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.returns.authorize_returns import ReturnRequest, authorize_returns

door = Door(tags=["Orders"])

MOST_IN_A_LIST = 1_000
LINES_A_BATCH = 500


class OrderInvalid(Refusal):
    """A submission that cannot be placed as it is; it is kept."""

    sentence = "The order has {count} problem{s}: {first}"
    remedy = "Mend every field named in problems and send it again, or replay it with POST {replay}."
    status = 422


@door.command(
    "",
    scope="orders:write",
    status=201,
    answers=shapes.PlacedOrder,
    also={200: shapes.PlacedOrder | shapes.PlacedOrders, 207: shapes.PlacedOrders},
    accepts=(JSON, NDJSON),
    parses=False,
    shares=True,
    streams=NDJSON,
    openapi_extra=shapes.SUBMISSION,
)
def submit_orders(request: Call) -> HttpResponseBase:
    """Capture one order (an object), up to 1,000 (a list), or any number (`application/x-ndjson`, one order a line).

    The channel's own order id makes it idempotent: a repeat answers the first order, whatever its body says. `source=true`
    (the default) also looks for nodes and reserves, in the same commit.

    - One order: 201 placed, 200 a duplicate, 422 a problem with everything that is wrong and the `invalid_id` it is kept under.
    - A list: one result each in their order; 200, or 207 where some are invalid. All right ones are placed in one commit.
    - NDJSON: read as it comes and committed by batches of 500; one answer line each with its `line`. A line that is not JSON gets
      its own `invalid` answer and is kept. Send the stream again after a break: what was placed answers `duplicate` (an
      `Idempotency-Key` is not looked at). The answer begins when the last line has come.
    """
    source = _flag(request, "source", default=True)
    if request.content_type == NDJSON:
        return _submit_stream(request, source)
    try:
        payload = read_json(request.body)
    except MalformedJson as refusal:
        unreadable = [(request.body.decode("utf-8", "backslashreplace"), refusal)]
        kept = patiently(request.by.tenant_id, lambda: _keep_unreadable(request.by, unreadable), repeatable=False)
        return problem(refusal, instance=request.path, invalid_id=str(kept[0]))
    if not isinstance(payload, list):
        return _answer_one(request, _place_one(request.by, payload, source))
    if len(payload) > MOST_IN_A_LIST:
        raise InvalidInput(
            field="body",
            reason=f"a list of {len(payload):,} orders where {MOST_IN_A_LIST:,} fit",
            remedy=f"Send any number of orders as {NDJSON}, one a line.",
        )
    answers = repeatedly(lambda: _place(request.by, payload, source))
    results = [_result(placed) for placed in answers]
    counts = {name: sum(result["outcome"] == name for result in results) for name in ("placed", "duplicate", "invalid")}
    return _json({"results": results, **counts}, 207 if counts["invalid"] else 200)


def _submit_stream(request: Call, source: bool) -> HttpResponseBase:
    answers = Answers()
    done = 0
    try:
        for lines, read in one_ahead(_read_lines(request.by, in_batches(json_lines(request), LINES_A_BATCH))):
            answers.add(_place_lines(request.by, lines, read, source))
            done = lines[-1].number
    except Refusal as refusal:
        return problem(refusal, instance=request.path, lines_done=done)
    return answers.response()


def _read_lines(by: By, batches: Iterable[Sequence[Line]]) -> Iterator[tuple[Sequence[Line], list[Submitted]]]:
    """Each batch with its orders as read; what is not JSON is none."""
    for lines in batches:
        yield lines, [read_submission(by, line.value, "api") for line in lines if not line.broken]


def _place_lines(by: By, lines: Sequence[Line], read: Sequence[Submitted], source: bool) -> list[dict[str, Any]]:
    """Capture what could be read, outside any transaction: so that large batches take turns (ADR 10); then keep what is not JSON."""
    if source:
        placed = iter(repeatedly(lambda: capture_batch(tenant_id=by.tenant_id, submitted=read)))
    else:
        placed = iter(repeatedly(lambda: place_orders(by=by, submissions=[one.submission for one in read], source="api")))
    broken = [(line.text, line.broken) for line in lines if line.broken]
    kept = iter(patiently(by.tenant_id, lambda: _keep_unreadable(by, broken)) if broken else ())
    return [
        {"line": line.number} | (_unreadable(line.broken, next(kept)) if line.broken else _result(next(placed))) for line in lines
    ]


def _place_one(by: By, submission: Any, source: bool) -> Placed:
    """One order; those that come at the same time share a commit, unless an Idempotency-Key put this one into its own."""
    if source:
        return repeatedly(lambda: capture_together(by=by, submission=submission, source="api"))
    return patiently(by.tenant_id, lambda: _place(by, [submission], source)[0], repeatable=False)


def _place(by: By, submissions: Sequence[Any], source: bool) -> list[Placed]:
    capture = capture_orders if source else place_orders
    return capture(by=by, submissions=submissions, source="api")


def _keep_unreadable(by: By, texts: Sequence[tuple[str, MalformedJson]]) -> list[int]:
    """Keep what is not even JSON with the other invalid orders, as text, so that somebody can mend it."""
    if not texts:
        return []
    return store.keep_invalid(
        by,
        [
            store.InvalidSubmission("api", "", orjson.dumps(keepable(text)).decode(), [_problem(refusal)])
            for text, refusal in texts
        ],
    )


def _problem(refusal: MalformedJson) -> Problem:
    return Problem("", str(refusal).rstrip("."), refusal.how_to_mend)


def _unreadable(refusal: MalformedJson, invalid_id: int) -> dict[str, Any]:
    return {"outcome": "invalid", "invalid_id": str(invalid_id), "problems": [_problem(refusal).as_dict()]}


def _result(placed: Placed) -> dict[str, Any]:
    if placed.outcome == "invalid":
        return {
            "outcome": "invalid",
            "channel": placed.channel,
            "channel_order_id": placed.channel_order_id,
            "invalid_id": str(placed.invalid_id),
            "problems": [reason.as_dict() for reason in placed.reasons],
        }
    result = {
        "outcome": placed.outcome,
        "id": str(placed.order_id),
        "number": placed.number,
        "channel": placed.channel,
        "channel_order_id": placed.channel_order_id,
        "state": placed.state,
    }
    return result | {"note": placed.note} if placed.note else result


def _answer_one(request: Call, placed: Placed) -> HttpResponse:
    if placed.outcome == "invalid":
        first, count = placed.reasons[0], len(placed.reasons)
        refusal = OrderInvalid(
            field=first.field or None,
            count=count,
            s="" if count == 1 else "s",
            first=f"{first.field or 'it'} {first.reason}.",
            replay=f"/api/v1/orders/invalid/{placed.invalid_id}/replay",
            problems=[reason.as_dict() for reason in placed.reasons],
        )
        return problem(refusal, instance=request.path, invalid_id=str(placed.invalid_id))
    answer = _json(_result(placed), 201 if placed.outcome == "placed" else 200)
    answer["Location"] = f"/api/v1/orders/{quote(placed.number, safe='')}"
    return answer


def _json(value: object, status: int) -> HttpResponse:
    return HttpResponse(orjson.dumps(value), status=status, content_type=JSON)


def _flag(request: Call, name: str, *, default: bool) -> bool:
    text = request.GET.get(name)
    if text is None:
        return default
    if text not in ("true", "false", "1", "0"):
        raise InvalidInput(field=name, reason=f"{text[:20]!r} is neither true nor false")
    return text in ("true", "1")


@door.read("", scope="orders:read", answers=shapes.OrderPage)
def list_orders(request: Call, asked: Annotated[shapes.OrderFilter, Query()]) -> Mapping[str, Any]:
    """Orders, the latest received first. `q` takes a number, the channel's id, an email, a tracking number or a SKU, in full."""
    search = asked.q
    if asked.channel_order_id:
        if not asked.channel:
            raise InvalidInput(field="channel", reason="is missing", remedy="An order id is the channel's own: name the channel.")
        search = f"{asked.channel}-{asked.channel_order_id}"
    page = queries.list_orders(
        request.by.tenant_id,
        states=asked.state or None,
        channel=asked.channel,
        search=search,
        cursor=asked.cursor,
        limit=asked.limit,
    )
    return {"data": page.orders, "next_cursor": page.next_cursor}


@door.read("counts", scope="orders:read", answers=dict[str, int])
def count_orders(request: Call, channel: str | None = None) -> dict[str, int]:
    """How many orders are in each state."""
    return queries.counts_by_state(request.by.tenant_id, channel)


@door.command("release", scope="orders:write", answers=shapes.Releases, operation_id="release_orders")
def release_many(request: Call, body: shapes.ReleaseRequest) -> Mapping[str, Any]:
    """Send what is reserved to its nodes: of the orders named, or of all that are ready, the most urgent first.

    Orders on hold stay, and so do those that wait for units their channel wants shipped together."""
    ids = None if body.orders is None else [_order_id(request.by.tenant_id, order) for order in body.orders]
    return {"releases": release_orders(by=request.by, order_ids=ids, limit=body.limit)}


@door.command("{path:order}/cancel", scope="orders:write", answers=shapes.Cancelled, operation_id="cancel_order")
def cancel(request: Call, order: str, body: shapes.Cancellation) -> Mapping[str, Any]:
    """Cancel an order, or units of its lines. What no node works on is cancelled and promised to others at once; what a node has is
    asked back, and cancelled when the node says so; what has shipped stays shipped."""
    order_id = _order_id(request.by.tenant_id, order)
    lines = None if body.lines is None else {line.line_number: line.quantity for line in body.lines}
    outcome = cancel_order(by=request.by, order_id=order_id, reason=body.reason, lines=lines)
    return {
        "cancelled": outcome.cancelled_now,
        "asked_back": outcome.wanted_back,
        "refused_shipped": outcome.refused_shipped,
        "state": _state(request.by.tenant_id, order_id),
    }


@door.command("{path:order}/hold", scope="orders:write", answers=shapes.Held, operation_id="hold_order")
def hold(request: Call, order: str, body: shapes.HoldRequest) -> Mapping[str, Any]:
    """Hold an order: nothing of it goes to a node until the hold is lifted; what a node has is asked back."""
    order_id = _order_id(request.by.tenant_id, order)
    outcome = hold_order(by=request.by, order_id=order_id, kind=body.kind, reason=body.reason)
    state = _state(request.by.tenant_id, order_id)
    return {"held": bool(outcome.held), "recalled": outcome.recalled, "state": state}


@door.command("{path:order}/lift-hold", scope="orders:write", answers=shapes.Lifted, operation_id="lift_holds")
def lift(request: Call, order: str, body: shapes.LiftRequest) -> Mapping[str, Any]:
    """Lift an order's holds of these kinds (all, where none is named); `release` sends it on at once if no hold is left."""
    order_id = _order_id(request.by.tenant_id, order)
    outcome = lift_hold(by=request.by, order_id=order_id, kinds=body.kinds, reason=body.reason, release=body.release)
    return {"lifted": outcome.lifted, "free": bool(outcome.free), "state": _state(request.by.tenant_id, order_id)}


@door.command("{path:order}/release", scope="orders:write", answers=shapes.Releases, operation_id="release_order")
def release(request: Call, order: str) -> Mapping[str, Any]:
    """Send what is reserved of one order to its nodes."""
    return {"releases": release_orders(by=request.by, order_ids=[_order_id(request.by.tenant_id, order)])}


@door.command("{path:order}/returns", scope="orders:write", status=201, answers=shapes.Authorized)
def authorize_return(request: Call, order: str, body: shapes.ReturnAuthorization) -> Mapping[str, Any]:
    """Agree to take units back; their node is told to expect them."""
    tenant_id = request.by.tenant_id
    node_id = None if body.node is None else node_by_code(tenant_id, body.node).id
    lines = {line.line_number: line.quantity for line in body.lines}
    (number,) = authorize_returns(
        by=request.by, requests=[ReturnRequest(_order_id(tenant_id, order), lines, body.reason, node_id)]
    )
    return {"number": number}


@door.read("{path:order}", scope="orders:read", answers=shapes.OrderDetail)
def get_order(request: Call, order: str) -> queries.OrderDetail:
    """One order, by number or id, with its lines, holds, releases, shipments, the reasons of its sourcing, what may be done with
    it now, and its story. Percent-encode the number: ids of channels may hold any character."""
    return queries.order_detail(request.by.tenant_id, int(order) if _is_id(order) else order)


def _order_id(tenant_id: int, order: str) -> int:
    """The id of an order named by number or id."""
    column, value = ("id", int(order)) if _is_id(order) else ("number", order)
    found = fetch_value(f"SELECT id FROM oms_order WHERE tenant_id = %s AND {column} = %s", (tenant_id, value))
    if found is None:
        raise NotFound(kind="order", code=order, field="order")
    return int(found)


def _is_id(order: str) -> bool:
    """Numbers hold the channel's code and a hyphen, so digits alone are an id."""
    return order.isascii() and order.isdigit() and len(order) < 19


def _state(tenant_id: int, order_id: int) -> str:
    return queries.states_of(tenant_id, [order_id])[order_id]
