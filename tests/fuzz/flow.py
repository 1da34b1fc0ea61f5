"""Requests that follow one another: a walk along the links of the OpenAPI, with a memory of what answers said.

A link says which operation may come next, and what of its address the answer holds. What stands in bodies (tasks, parcels, lots) is
remembered by kind, as a partner's program would, and put where :mod:`tests.security.operations` says that a field names such a thing.
Three requests of four are in good faith; in the others many fields stay as they were generated: unknown, malformed, of another kind.
The walk goes where it has got least far.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any
from uuid import UUID

from tests.security.operations import API, API_HERE, PLAIN, Ref

LEARNT = {
    "submit_orders": {"number": "order", "invalid_id": "invalid_id", "channel_order_id": "channel_order_id"},
    "list_orders": {"number": "order", "id": "order_id"},
    "release_orders": {"releases": "release"},
    "release_order": {"releases": "release"},
    "list_invalid_orders": {"id": "invalid_id"},
    "announce_receipts": {"receipts": "receipt"},
    "start_blind_receipt": {"number": "receipt"},
    "list_receipts": {"number": "receipt"},
    "authorize_return": {"number": "receipt"},
    "receive_goods": {"task_ids": "putaway_id"},
    "grade_returned": {"task_ids": "putaway_id"},
    "list_putaways": {"id": "putaway_id", "location": "bin_code"},
    "plan_wave": {"wave_id": "wave_id"},
    "list_waves": {"id": "wave_id"},
    "list_tours": {"id": "tour_id"},
    "list_tours_of_wave": {"id": "tour_id"},
    "list_stops": {"location": "bin_code"},
    "start_session": {"session": "session_id"},
    "list_parcels": {"id": "parcel_id", "release_number": "release"},
    "close_manifest": {"number": "manifest"},
    "request_counts": {"task_ids": "count_id"},
    "list_counts": {"id": "count_id", "location": "bin_code"},
    "list_exceptions": {"id": "exception_id"},
    "list_channel_messages": {"id": "message_id"},
    "list_letters": {"id": "message_id", "source": "source", "destination": "destination"},
    "get_bins_of_item": {"code": "bin_code", "lot_number": "lot_number"},
    "explain_availability": {"account_id": "account_id"},
}
"""What a field of an answer is called by those who ask for it later."""

ADDRESS = {"name": "Ada", "country": "GB", "city": "London", "postal_code": "E1", "latitude": 51.52, "longitude": -0.05}
SAID: dict[str, list[Any]] = {
    **{"ship_to": [ADDRESS], "currency": ["GBP"], "service": ["standard"], "unit_price": ["2.50"], "amount": ["1.00"]},
    **{"placed_at": ["2026-03-02T08:00:00Z"], "expected_at": ["2026-03-03T08:00:00Z"], "expires_on": ["2031-01-01"], "cutoff_at": [None]},
    **{"quantity": [1, 2, 3], "line_number": [1], "counted": [0, 1, 5], "weight_grams": [500], "limit": [50], "cursor": [None]},
    **{"badge": ["MAIN-1"], "device": ["S1"], "flow": ["pick", "pack", "count"], "disposition": ["restock"], "zone": [None]},
    **{"strategy": ["batch", "discrete"], "serial_number": [""], "at_date": ["2026-03-02"], "max_units": [None], "max_orders": [None]},
}  # fmt: skip
"""What a program knows by itself, by field."""
FRESH = ("channel_order_id", "receipt", "scan_id")
"""What must be new each time to be more than a repeat."""
BEGINS = ("submit_orders", "announce_receipts", "receive_goods", "put_away", "release_orders", "plan_wave", "take_scans")
"""What others wait for: asked more often."""
SCANNED = ("A", "B", "BAR-A", "BAR-LOT", "T.MAIN-T001", "T.MAIN-T002", "!short", "!close")


class Memory:
    """What answers said, by kind, and where they lead."""

    def __init__(self, number: int, known: Mapping[str, list[Any]]) -> None:
        self.random = Random(number)
        self.said: dict[str, deque[Any]] = defaultdict(lambda: deque(maxlen=30))
        for kind, values in known.items():
            self.said[kind].extend(values)
        self.ahead: dict[str, deque[dict[str, Any]]] = defaultdict(lambda: deque(maxlen=4))
        self.done: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.followed: Counter[str] = Counter()

    def choose(self, operations: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
        """The next operation, and what a link says of its address; those asked least often come first."""
        if self.ahead and self.random.random() < 0.6:
            name = self._least_asked(self.ahead)
            return name, self.random.choice(self.ahead[name])
        return self._least_asked(operations), {}

    def _least_asked(self, operations: Mapping[str, Any]) -> str:
        names = list(operations)
        weights = [((5 if name in BEGINS else 1) / (1 + self.asked[name])) ** 2 for name in names]
        return self.random.choices(names, weights)[0]

    def fill(self, case: Any, address: Mapping[str, Any]) -> None:
        """Put what we know into a request."""
        name = f"{case.operation.method.upper()} {case.operation.path.removeprefix('/api/v1')}"
        trust = 1.0 if self.random.random() < 0.8 else 0.5
        if self.random.random() < trust and case.headers:
            case.headers.pop("Idempotency-Key", None)
        for part in ("path_parameters", "query", "body"):
            given = getattr(case, part)
            if isinstance(given, (dict, list)) and given:
                setattr(case, part, self._put(name, given, "", trust))
        if trust == 1.0 and isinstance(case.body, dict) and "badge" in case.body:
            case.body["device"] = "S1"
        for parameter, value in address.items():
            where = case.path_parameters if f"{{{parameter}}}" in case.operation.path else case.query
            where[parameter] = value

    def _put(self, operation: str, given: Any, name: str, trust: float) -> Any:
        if self.random.random() < trust and not isinstance(given, (list, bool)):
            if name in FRESH and operation.startswith("POST"):
                return str(UUID(int=self.random.getrandbits(128)))
            if name in SAID:
                return self.random.choice(SAID[name])
            if name == "text":
                return self.random.choice([*SCANNED, *(f"L.{code}" for code in self.said["bin_code"])])
            ref = API_HERE.get(f"{operation} {name}") or API.get(name)
            if isinstance(ref, Ref) and (known := self.said[ref.kind]):
                return known[-1] if self.random.random() < 0.4 else self.random.choice(known)
            if ref is None and isinstance(given, str) and name in PLAIN:
                return PLAIN[name]
        if isinstance(given, dict):
            return {each: self._put(operation, value, each, trust) for each, value in given.items()}
        if isinstance(given, list):
            return [self._put(operation, each, name, trust) for each in given[: 2 if trust == 1.0 else None]]
        return given

    def learn(self, operation: Any, case: Any, status: int, answer: Any) -> None:
        """Remember what an answer names, wherever in it, and where it leads."""
        name = operation["operationId"]
        fields = LEARNT.get(name, {})
        for field, value in _fields(answer):
            if (kind := fields.get(field)) and value and value not in self.said[kind]:
                self.said[kind].append(value)
        if name in ("list_orders", "get_order"):
            shipped = [order["number"] for order in answer.get("data", [answer]) if order["state"] == "shipped"]
            self.said["shipped_order"].extend(shipped)
        for link in operation["responses"].get(str(status), {}).get("links", {}).values():
            found = {each: _named(expression, case, answer) for each, expression in link["parameters"].items()}
            if all(found.values()):
                self.ahead[link["operationId"]].append(found)


def _fields(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for each, inner in value.items():
            yield from _fields(inner, each)
    elif isinstance(value, list):
        for inner in value:
            yield from _fields(inner, name)
    else:
        yield name, value


def _named(expression: str, case: Any, answer: Any) -> Any:
    """What a runtime expression of OpenAPI names; None where it is not there."""
    whose, _, pointer = expression.partition("#")
    if whose.startswith("$request.path."):
        return (case.path_parameters or {}).get(whose.rpartition(".")[2])
    if whose.startswith("$request.query."):
        return (case.query or {}).get(whose.rpartition(".")[2])
    value = case.body if whose == "$request.body" else answer
    for step in pointer.strip("/").split("/"):
        try:
            value = value[int(step) if isinstance(value, list) else step]
        except (KeyError, IndexError, TypeError, ValueError):
            return None
    return value


def walk(
    operations: Mapping[str, Any],
    memory: Memory,
    draw: Callable[[Any], Any],
    send: Callable[[Any], Any],
    *,
    steps: int,
) -> None:
    """Take ``steps`` steps. ``operations``: by operationId, schemathesis' own; ``draw`` a request to one from hypothesis; ``send`` it, None
    where no client can."""
    for _ in range(steps):
        name, address = memory.choose(operations)
        case = draw(operations[name])
        memory.fill(case, address)
        answer = send(case)
        if answer is None:
            continue
        memory.asked[name] += 1
        if answer.status_code < 300:
            memory.done[name] += 1
            memory.followed[name] += bool(address)
            if answer.headers.get("content-type") == "application/json":
                memory.learn(operations[name].definition.raw, case, answer.status_code, answer.json())
