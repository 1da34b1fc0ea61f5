"""Cycle counts: asked for, made blind, believed or made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from orderhouse.catalog.queries import node_by_code
from orderhouse.catalog.resolve import resolve_items
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Code, Form, Id, Limit, Listing, RowId, Shape
from orderhouse.http.shapes import Count as Counted
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.counting.approve_variances import approve_variances
from orderhouse.wms.counting.count_locations import Count, count_locations
from orderhouse.wms.counting.queries import counts_to_make, variances
from orderhouse.wms.counting.recount import recount
from orderhouse.wms.counting.request_counts import request_counts
from orderhouse.wms.layout.queries import locations_by_code

door = Door(tags=["Counts"])


class CountTask(Shape):
    id: Id
    location: str
    sku: str
    name: str
    reason: str
    state: str
    expected: int | None
    counted: int | None
    badge: str
    created_at: datetime
    counted_at: datetime | None


class Bin(Form):
    location: Code
    sku: Code
    owner: Code = "OWN"


class CountsAsked(Form):
    node: Code
    bins: Annotated[list[Bin], Field(min_length=1, max_length=1_000)]
    reason: Code = Field("suspicion", examples=["schedule", "suspicion"])


class CountTasks(Shape):
    task_ids: list[Id]


class CountMade(Form):
    task_id: RowId
    counted: Counted


class CountsMade(Form):
    badge: Code | None = Field(None, description="Who counted; the key's name where left out.")
    counts: Annotated[list[CountMade], Field(min_length=1, max_length=1_000)]


class Differing(Shape):
    differing: list[Id] = Field(description="Tasks whose count differs from the book and waits for approval.")


class TaskIds(Form):
    task_ids: Annotated[list[RowId], Field(min_length=1, max_length=1_000)]


class Corrected(Shape):
    units: int = Field(description="Net units found; lost ones negative.")


@door.read("", scope="floor:read", answers=Listing[CountTask])
def list_counts(
    request: Call, node: Code, show: Literal["to-make", "variances"] = "to-make", limit: Limit = 200
) -> Mapping[str, Any]:
    """A node's counts to make, in pick order, or those that differ and wait for the manager."""
    node_id = node_by_code(request.by.tenant_id, node).id
    return {"data": (counts_to_make if show == "to-make" else variances)(request.by.tenant_id, node_id, limit=limit)}


@door.command("", scope="stock:write", answers=CountTasks, operation_id="request_counts")
def ask_for_counts(request: Call, body: CountsAsked) -> Mapping[str, Any]:
    """Ask for bins to be counted; one asked for already keeps its task."""
    tenant_id = request.by.tenant_id
    places = locations_by_code(tenant_id, node_by_code(tenant_id, body.node).id, [each.location for each in body.bins])
    items = resolve_items(tenant_id, [(each.owner, each.sku) for each in body.bins])
    for place, each in enumerate(body.bins):
        if each.location not in places:
            raise NotFound(kind="location", code=each.location, field=f"bins[{place}].location")
    pairs = [(places[each.location].id, items[each.owner, each.sku].id) for each in body.bins]
    found = request_counts(by=request.by, bins=pairs, reason=body.reason)
    return {"task_ids": [found[pair] for pair in dict.fromkeys(pairs)]}


@door.command("made", scope="stock:write", answers=Differing, operation_id="count_locations")
def make_counts(request: Call, body: CountsMade) -> Mapping[str, Any]:
    """Write blind counts: what matches the book is settled, what differs waits for approval; the book is not touched here."""
    by = request.by
    if body.badge:
        by = replace(by, actor=body.badge)
    return {"differing": count_locations(by=by, counts=[Count(each.task_id, each.counted) for each in body.counts])}


@door.command("approve", scope="stock:write", answers=Corrected, operation_id="approve_variances")
def approve(request: Call, body: TaskIds) -> Mapping[str, int]:
    """Believe these counts: the book follows, and the node tells its stock."""
    return {"units": approve_variances(by=request.by, task_ids=body.task_ids)}


@door.command("again", scope="stock:write", answers=CountTasks, operation_id="recount")
def count_again(request: Call, body: TaskIds) -> Mapping[str, Any]:
    """Do not believe these counts: set them aside and ask for fresh ones."""
    return {"task_ids": recount(by=request.by, task_ids=body.task_ids)}
