"""Channels, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel.errors import NotFound


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
