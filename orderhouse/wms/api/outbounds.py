"""What must leave: releases as the floor knows them, their parcels, labels and manifests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from orderhouse.catalog.queries import node_by_code
from orderhouse.database import fetch_values, unit_of_work
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Code, Done, Form, Id, Listing, RowId, Shape
from orderhouse.kernel.errors import NotFound
from orderhouse.wms.outbound import queries
from orderhouse.wms.shipping.close_manifest import ClosedManifest, close_manifest
from orderhouse.wms.shipping.print_labels import print_labels
from orderhouse.wms.shipping.queries import parcels_to_ship
from orderhouse.wms.shipping.ship_parcels import ship_parcels
from orderhouse.wms.shipping.void_labels import void_labels

door = Door(tags=["Shipping"])
parcels_door = Door(tags=["Shipping"])
manifests_door = Door(tags=["Shipping"])

Parcels = Annotated[list[RowId], Field(min_length=1, max_length=1_000)]


class OutboundLine(Shape):
    line_number: int
    sku: str
    quantity: int
    waiting: int
    allocated: int
    picked: int
    packed: int
    shipped: int
    shorted: int
    putting_back: int
    cancelled: int


class OutboundParcel(Shape):
    id: Id
    sscc: str
    state: str
    weight_grams: int
    carrier: str
    service: str
    tracking: str
    units: int
    packed_at: datetime | None
    shipped_at: datetime | None


class Outbound(Shape):
    id: Id
    node: str
    release_number: str
    order_number: str
    state: str
    priority: int
    carrier: str
    service: str
    ship_to: dict[str, Any]
    ship_by: datetime
    accepted_at: datetime
    wave: str | None
    cancel_wanted: bool
    lines: list[OutboundLine]
    parcels: list[OutboundParcel]


@door.read("{path:release}", scope="floor:read", answers=Outbound)
def get_outbound(request: Call, release: str, node: Code) -> Mapping[str, Any]:
    """A release as the floor knows it: where each unit stands, and its parcels."""
    tenant_id = request.by.tenant_id
    found = queries.outbound_id(tenant_id, node_by_code(tenant_id, node).id, release)
    detail = queries.outbound(tenant_id, found)
    fields = [name for name in Outbound.model_fields if name != "parcels"]
    return {name: getattr(detail, name) for name in fields} | {"parcels": queries.parcels(tenant_id, found)}


class Parcel(Shape):
    id: Id
    release_number: str
    order_number: str
    sscc: str
    state: str
    carrier: str
    service: str
    tracking: str
    weight_grams: int
    ship_by: datetime


@parcels_door.read("", scope="floor:read", answers=Listing[Parcel])
def list_parcels(request: Call, node: Code, carrier: str | None = None) -> Mapping[str, Any]:
    """Packed, labelled and manifested parcels of a node, those that must leave first in front."""
    tenant_id = request.by.tenant_id
    return {"data": parcels_to_ship(tenant_id, node_by_code(tenant_id, node).id, carrier=carrier)}


class ParcelsForm(Form):
    parcels: Parcels


class Label(Shape):
    parcel_id: Id
    sscc: str
    tracking: str
    zpl: str
    cost_minor: int


class NoLabel(Shape):
    sscc: str
    reason: str
    remedy: str


class Labels(Shape):
    labels: list[Label]
    failed: list[NoLabel]


@parcels_door.command("labels", scope="floor:write", answers=Labels, own_work=True, operation_id="print_labels")
def buy_labels(request: Call, body: ParcelsForm) -> Mapping[str, Any]:
    """Buy the labels of packed parcels, one paid label each whatever happens on the way; one bought before is answered again. The
    carrier is asked outside any transaction; where it fails, `failed` says why and the others go on."""
    printed = print_labels(by=request.by, parcel_ids=body.parcels)
    failed = [{"sscc": no.facts["sscc"], "reason": str(no.facts["why"]), "remedy": no.how_to_mend} for no in printed.failed]
    return {"labels": printed.labels, "failed": failed}


class Voided(Shape):
    voided: int
    failed: list[str]


@parcels_door.command("labels/void", scope="floor:write", answers=Voided, own_work=True, operation_id="void_labels")
def give_labels_back(request: Call, body: ParcelsForm) -> Mapping[str, Any]:
    """Take the labels off parcels that have not left (they are packed again) and have their carriers void them."""
    voided, failed = void_labels(by=request.by, parcel_ids=body.parcels)
    return {"voided": voided, "failed": [str(refusal) for refusal in failed]}


@parcels_door.command("ship", scope="floor:write", answers=Done, operation_id="ship_parcels")
def ship(request: Call, body: ParcelsForm) -> Mapping[str, int]:
    """Labelled or manifested parcels leave, all of them or none: stock goes to the customer, the OMS is told."""
    ship_parcels(by=request.by, parcel_ids=body.parcels)
    return {"count": len(body.parcels)}


class ManifestForm(Form):
    node: Code
    carrier: Code


class Manifest(Shape):
    manifest_id: Id
    number: str
    parcel_ids: list[Id]


@manifests_door.command("", scope="floor:write", status=201, answers=Manifest, operation_id="close_manifest")
def close(request: Call, body: ManifestForm) -> ClosedManifest:
    """Put every labelled parcel of a carrier at a node on one manifest."""
    node_id = node_by_code(request.by.tenant_id, body.node).id
    return close_manifest(by=request.by, node_id=node_id, carrier=body.carrier)


class ShipManifest(Form):
    node: Code
    number: Code


@manifests_door.command("ship", scope="floor:write", answers=Done)
def ship_manifest(request: Call, body: ShipManifest) -> Mapping[str, int]:
    """The carrier has taken a manifest: its parcels leave. Answers how many left now."""
    by = request.by
    with unit_of_work(by.tenant_id):
        node_id = node_by_code(by.tenant_id, body.node).id
        manifest = fetch_values(
            "SELECT id FROM wms_manifest WHERE tenant_id = %s AND node_id = %s AND number = %s",
            (by.tenant_id, node_id, body.number),
        )
        if not manifest:
            raise NotFound(kind="manifest", code=body.number, field="number")
        parcels = fetch_values(
            "SELECT id FROM wms_parcel WHERE tenant_id = %s AND manifest_id = %s AND state = 'manifested' ORDER BY id",
            (by.tenant_id, manifest[0]),
        )
        ship_parcels(by=by, parcel_ids=parcels)
    return {"count": len(parcels)}
