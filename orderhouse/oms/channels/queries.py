"""Channels and tariffs, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

import orjson

from orderhouse.database import fetch_all, fetch_value, unit_of_work
from orderhouse.kernel.errors import NotFound
from orderhouse.oms.sourcing.tariffs import Tariff


@dataclass(frozen=True, slots=True)
class Channel:
    """Where orders come from; see :class:`define_channels.ChannelDefinition` for the meanings."""

    id: int
    code: str
    name: str
    kind: str
    owner_id: int
    currency: str
    priority: int
    when_short: str
    ships_partially: bool
    buffer: int
    share_percent: int
    service: str
    active: bool


@dataclass(frozen=True, slots=True)
class CarrierTariff:
    """What a carrier asks for one service."""

    id: int
    carrier: str
    service: str
    active: bool
    tariff: Tariff


def channels(tenant_id: int) -> dict[int, Channel]:
    """Every channel by id, in the order of their codes."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            """SELECT id, code, name, kind, owner_id, currency, priority, when_short, ships_partially, buffer, share_percent,
                      service, active
               FROM oms_channel WHERE tenant_id = %s ORDER BY code""",
            (tenant_id,),
            of=Channel,
        )
    return {channel.id: channel for channel in rows}


def channel_by_code(tenant_id: int, code: str) -> Channel:
    """The channel with this code; refuses an unknown one."""
    for channel in channels(tenant_id).values():
        if channel.code == code:
            return channel
    raise NotFound(kind="channel", code=code, field="channel")


def tariffs(tenant_id: int) -> list[CarrierTariff]:
    """Every tariff, by carrier and service."""
    with unit_of_work(tenant_id):
        rows = fetch_all(
            "SELECT id, carrier, service, active, zones::text FROM oms_tariff WHERE tenant_id = %s ORDER BY carrier, service",
            (tenant_id,),
        )
    return [
        CarrierTariff(tariff_id, carrier, service, active, Tariff.from_dict(orjson.loads(zones)))
        for tariff_id, carrier, service, active, zones in rows
    ]


def default_carrier(tenant_id: int) -> str:
    """The carrier of the tariff in force (the active one defined first); empty where there is none."""
    with unit_of_work(tenant_id):
        carrier = fetch_value("SELECT carrier FROM oms_tariff WHERE tenant_id = %s AND active ORDER BY id LIMIT 1", (tenant_id,))
    return carrier or ""
