"""Letters and connections over HTTP: what was not delivered or taken in, replayed or dropped; and the routes letters take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Query
from pydantic import Field

from orderhouse.contract.connections import LetterKey, connections, letter, letters
from orderhouse.contract.drop_letters import drop_letters
from orderhouse.contract.replay_letters import AT_ONCE, Replayed, replay_letters
from orderhouse.contract.routes import set_route
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.pages import page_of, read_cursor
from orderhouse.http.shapes import Done, Form, Id, Limit, Listing, Page, RowId, Shape, Text
from orderhouse.kernel import clock
from orderhouse.kernel.errors import InvalidInput

letters_door = Door(tags=["Letters"])
connections_door = Door(tags=["Letters"])
routes_door = Door(tags=["Letters"])

State = Literal["waiting", "dead", "refused", "dropped", "published", "delivered", "done"]
Side = Annotated[str, Field(max_length=200, examples=["node:MAIN"])]


class LetterFilter(Form):
    state: State | None = Field(None, description="Of every state where it is left out.")
    source: Side = ""
    destination: Side = ""
    cursor: str | None = None
    limit: Limit = 100


class Letter(Shape):
    """A letter and where it stands worst; `said` is what went wrong."""

    source: str
    id: Id = Field(validation_alias="message_id")
    destination: str
    type: str = Field(examples=["ReleaseOrder"])
    subject: str
    state: str
    at: datetime
    attempts: int
    next_try_at: datetime | None
    said: str


class LetterInFull(Shape):
    """All that is known of a letter. `payload` is null for one that came in and was taken; `refusal` is a problem (RFC 9457)."""

    source: str
    id: Id = Field(validation_alias="message_id")
    destination: str
    type: str
    version: int
    subject: str
    state: str
    payload: Any
    actor: str
    created_at: datetime | None
    attempts: int
    next_try_at: datetime | None
    error: str
    delivered_at: datetime | None
    received_at: datetime | None
    refusal: dict[str, Any] | None


class Named(Form):
    """A letter is named by its source and id."""

    source: Annotated[str, Field(min_length=1, max_length=200, examples=["oms"])]
    id: RowId


Some = Annotated[list[Named], Field(min_length=1, max_length=AT_ONCE)]


class Chosen(Form):
    letters: Some


class Dropping(Form):
    letters: Some
    reason: Text = Field(examples=["the order was shipped by hand"])


class Outcome(Shape):
    """`sent` wait for the worker again, `taken` had their effect, `refused` were refused once more, `failed` met an error nobody
    expected. Letters that were neither dead nor refused count nowhere."""

    sent: int
    taken: int
    refused: int
    failed: int


@letters_door.read("", scope="events:read", answers=Page[Letter])
def list_letters(request: Call, asked: Annotated[LetterFilter, Query()]) -> Mapping[str, Any]:
    """Letters between the wings and partners, the latest first."""
    at, number = read_cursor(asked.cursor, ("", 0))
    try:
        before = (datetime.fromisoformat(at), number) if at else None
    except ValueError:
        raise InvalidInput(field="cursor", reason="it is no cursor", remedy="Start again without one.") from None
    rows = letters(
        request.by.tenant_id,
        source=asked.source,
        destination=asked.destination,
        state=asked.state or "",
        before=before,
        limit=asked.limit + 1,
    )
    return page_of(rows, asked.limit, lambda row: [row.at.isoformat(), row.message_id])


@letters_door.read("{source}/{letter_id}", scope="events:read", answers=LetterInFull)
def get_letter(request: Call, source: str, letter_id: RowId) -> Any:
    """One letter with what it says and what became of it."""
    return letter(request.by.tenant_id, LetterKey(source, letter_id))


@letters_door.command("replay", scope="letters:write", answers=Outcome)
def replay_some_letters(request: Call, body: Chosen) -> Replayed:
    """Send dead letters and hand over refused ones again, as they were written; each takes effect once, so a repeat is harmless."""
    return replay_letters(by=request.by, letters=_keys(body.letters))


@letters_door.command("drop", scope="letters:write", answers=Done)
def drop_some_letters(request: Call, body: Dropping) -> Mapping[str, int]:
    """Give dead or refused letters up for good, with the reason; they stay listed."""
    return {"count": drop_letters(by=request.by, letters=_keys(body.letters), reason=body.reason)}


class Way(Shape):
    """One way letters go. Lags are seconds, over `lag_of` letters of the last hour; `hours` are letters of each of the last 24."""

    source: str
    destination: str
    last_at: datetime | None
    waiting: int
    failing: int
    published: int
    dead: int
    refused: int
    refused_there: int
    oldest_at: datetime | None
    last_error: str
    lag_p50: float | None
    lag_p95: float | None
    lag_of: int
    hours: list[int]


@connections_door.read("", scope="events:read", answers=Listing[Way])
def list_connections(request: Call) -> Mapping[str, Any]:
    """Every way letters go, with how far behind it is."""
    return {"data": connections(request.by.tenant_id, now=clock.now())}


class RouteForm(Form):
    destination: Annotated[str, Field(max_length=100, examples=["node:MAIN"])]
    url: Annotated[str, Field(max_length=1000, examples=["https://warehouse.example/contract/v1/inbox"])]
    secret: str = Field("", max_length=200, description="The secret the other side made; left out, one is made here.")


class RouteSet(Shape):
    """The signing secret, told here and nowhere else."""

    destination: str
    secret: str


@routes_door.command("", method="PUT", scope="letters:write", answers=RouteSet, own_work=True)
def put_route(request: Call, body: RouteForm) -> Mapping[str, str]:
    """Send letters to a destination to this address from now on. Setting it again replaces its secret."""
    if "HTTP_IDEMPOTENCY_KEY" in request.META:
        raise InvalidInput(
            field="Idempotency-Key",
            reason="its answer holds a secret, which is not kept",
            remedy="Send it without; set it again if in doubt.",
        )
    secret = set_route(by=request.by, destination=body.destination, url=body.url, secret=body.secret)
    return {"destination": body.destination, "secret": secret}


def _keys(named: list[Named]) -> list[LetterKey]:
    return [LetterKey(each.source.replace("\x00", ""), each.id) for each in named]
