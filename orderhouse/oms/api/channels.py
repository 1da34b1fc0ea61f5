"""Channels and tariffs: where orders come from, and what carriers ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from orderhouse.catalog.queries import owners
from orderhouse.database import fetch_all
from orderhouse.http.attend import Call
from orderhouse.http.doors import Door
from orderhouse.http.shapes import Done, Listing
from orderhouse.oms.api import shapes
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.channels.queries import channels
from orderhouse.oms.freight.define_tariffs import TariffDefinition, define_tariffs

door = Door(tags=["Catalog"])
tariffs_door = Door(tags=["Catalog"])


@door.read("", scope="catalog:read", answers=Listing[shapes.Channel])
def list_channels(request: Call) -> Mapping[str, Any]:
    """Every channel."""
    codes = {owner.id: owner.code for owner in owners(request.by.tenant_id).values()}
    fields = [name for name in shapes.Channel.model_fields if name != "owner"]
    rows = channels(request.by.tenant_id).values()
    return {"data": [{name: getattr(c, name) for name in fields} | {"owner": codes[c.owner_id]} for c in rows]}


@door.command("", method="PUT", scope="catalog:write", answers=Done)
def put_channels(request: Call, body: list[shapes.ChannelForm]) -> Mapping[str, int]:
    """Make or correct channels by their codes; those not named stay."""
    return {"count": len(define_channels(by=request.by, channels=[ChannelDefinition(**c.model_dump()) for c in body]))}


@tariffs_door.read("", scope="catalog:read", answers=Listing[shapes.TariffRow])
def list_tariffs(request: Call) -> Mapping[str, Any]:
    """Every tariff, as it was defined."""
    rows = fetch_all(
        "SELECT carrier, service, active, zones::text FROM oms_tariff WHERE tenant_id = %s ORDER BY carrier, service",
        (request.by.tenant_id,),
    )
    names = ("carrier", "service", "active")
    return {"data": [dict(zip(names, row, strict=False)) | {"zones": orjson.loads(row[3])} for row in rows]}


@tariffs_door.command("", method="PUT", scope="catalog:write", answers=Done)
def put_tariffs(request: Call, body: list[shapes.TariffForm]) -> Mapping[str, int]:
    """Make or correct tariffs by carrier and service."""
    tariffs = [
        TariffDefinition(t.carrier, t.service, t.zones.model_dump(by_alias=True, exclude_none=True), t.active) for t in body
    ]
    return {"count": len(define_tariffs(by=request.by, tariffs=tariffs))}
