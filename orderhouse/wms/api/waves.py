"""Waves and tours: which orders are picked together, and who walks where."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from pydantic import AfterValidator, AwareDatetime, Field

from orderhouse.catalog.queries import node_by_code
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.http.attend import Call, patiently
from orderhouse.http.doors import Door, render
from orderhouse.http.shapes import Code, Form, Id, Limit, Listing, RowId, Shape
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.outbound.queries import backlog
from orderhouse.wms.picking.queries import tour_stops
from orderhouse.wms.picking.strategies import STRATEGIES
from orderhouse.wms.waves import queries
from orderhouse.wms.waves.plan_wave import plan_wave
from orderhouse.wms.waves.release_wave import release_wave

door = Door(tags=["Waves"])
tours_door = Door(tags=["Waves"])


def _known_strategy(name: str) -> str:
    if name not in STRATEGIES:
        raise ValueError(f"{name!r} is none of {', '.join(sorted(STRATEGIES))}")
    return name


class WaveForm(Form):
    """``capacity``: totes on a cart. ``deadline_seconds``: how long to search for shorter walks after the plan stands."""

    node: Code
    strategy: Annotated[str, AfterValidator(_known_strategy)] = Field(
        "cluster", description=f"One of {', '.join(sorted(STRATEGIES))}."
    )
    max_orders: Annotated[int, Field(ge=1, le=20_000)] | None = None
    cutoff_at: AwareDatetime | None = Field(None, description="Leave out what may leave later.")
    capacity: Annotated[int, Field(ge=1, le=200)] = 12
    max_units: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    zone: Code | None = None
    deadline_seconds: Annotated[float, Field(ge=0, le=30)] = 0.0
    release: bool = Field(False, description="Let pickers have it at once.")


class WavePlan(Shape):
    """``meters_order_by_order`` is what one order a tour would walk. ``waiting`` orders have stock that is in no bin yet."""

    wave_id: Id
    number: str
    tours: int
    orders: int
    lines: int
    units: int
    meters: float
    meters_order_by_order: float
    waiting: int
    shorted: int


class Wave(Shape):
    id: Id
    number: str
    state: str
    strategy: str
    cutoff_at: datetime | None
    planned_at: datetime
    released_at: datetime | None
    done_at: datetime | None
    orders: int
    lines: int
    units: int
    meters: float
    meters_order_by_order: float
    tours: int
    tours_done: int


class Tour(Shape):
    id: Id
    number: str
    strategy: str
    state: str
    badge: str | None
    meters: float
    path: list[list[float]]
    orders: int
    tasks: int
    tasks_open: int
    started_at: datetime | None
    done_at: datetime | None


class Stop(Shape):
    task_id: Id
    sequence: int
    state: str
    release_number: str
    order_number: str
    cancel_wanted: bool
    sku: str
    name: str
    lot_number: str
    location: str
    quantity: int
    picked: int
    tote: str | None


class Stage(Shape):
    """Orders, lines and units not shipped yet, by stage and the moment they must leave."""

    ship_by: datetime
    state: str
    orders: int
    lines: int
    units: int


@door.command("", scope="floor:write", status=201, answers=WavePlan, also={204: None}, own_work=True, operation_id="plan_wave")
def plan(request: Call, body: WaveForm) -> HttpResponseBase:
    """Plan a wave of the node's waiting orders: their stock is allocated and their walks laid out. 204 where nothing can be picked."""
    by = request.by
    with unit_of_work(by.tenant_id):
        node_id = node_by_code(by.tenant_id, body.node).id
    terms = body.model_dump(exclude={"node", "release", "deadline_seconds"})
    if body.deadline_seconds:  # the search goes on outside the transaction of the plan
        planned = plan_wave(by=by, node_id=node_id, **terms, deadline_seconds=body.deadline_seconds)
    else:
        planned = patiently(by.tenant_id, lambda: plan_wave(by=by, node_id=node_id, **terms), repeatable=False)
    if planned is None:
        return HttpResponse(status=204)
    if body.release:
        release_wave(by=by, wave_id=planned.wave_id)
    return render(WavePlan, planned, status=201)


@door.read("", scope="floor:read", answers=Listing[Wave])
def list_waves(request: Call, node: Code, limit: Limit = 50) -> Mapping[str, Any]:
    """A node's waves, the latest first."""
    return {"data": queries.waves(request.by.tenant_id, node_by_code(request.by.tenant_id, node).id, limit=limit)}


@door.read("backlog", scope="floor:read", answers=Listing[Stage])
def get_backlog(request: Call, node: Code) -> Mapping[str, Any]:
    """What is not shipped yet at a node, by cut-off and stage."""
    return {"data": backlog(request.by.tenant_id, node_by_code(request.by.tenant_id, node).id)}


@door.command("{wave_id}/release", scope="floor:write", answers=None, status=204, operation_id="release_wave")
def release(request: Call, wave_id: RowId) -> None:
    """Let pickers have a planned wave."""
    release_wave(by=request.by, wave_id=wave_id)


@door.read("{wave_id}/tours", scope="floor:read", answers=Listing[Tour])
def list_tours_of_wave(request: Call, wave_id: RowId) -> Mapping[str, Any]:
    """A wave's tours; `path` are way points in meters."""
    return {"data": queries.tours(request.by.tenant_id, wave_id=wave_id)}


@tours_door.read("", scope="floor:read", answers=Listing[Tour])
def list_tours(request: Call, node: Code) -> Mapping[str, Any]:
    """The tours of a node that a picker may start or has started."""
    return {"data": queries.tours(request.by.tenant_id, node_id=node_by_code(request.by.tenant_id, node).id)}


@tours_door.read("{tour_id}/stops", scope="floor:read", answers=Listing[Stop])
def list_stops(request: Call, tour_id: RowId) -> Mapping[str, Any]:
    """The picks of a tour along its walk, done ones too."""
    if not fetch_value("SELECT 1 FROM wms_tour WHERE tenant_id = %s AND id = %s", (request.by.tenant_id, tour_id)):
        raise NotFound(kind="tour", code=tour_id, field="tour_id")
    return {"data": tour_stops(request.by.tenant_id, tour_id)}
