"""What capture stands on and what hardly ever changes: channels, nodes, price lists. Kept by process, checked at every capture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orderhouse.catalog.queries import Node, nodes
from orderhouse.oms.channels.queries import Channel, channels
from orderhouse.oms.freight.queries import CarrierTariff, tariffs
from orderhouse.oms.orders.rules import ChannelFacts
from orderhouse.oms.sourcing.candidates import NodeFacts
from orderhouse.oms.sourcing.store import by_service, node_facts

_MOST = 1_000
_known: dict[int, Ground] = {}


@dataclass(frozen=True, slots=True)
class Ground:
    """``mark`` names the row versions of every channel, node and tariff this was read from, and so changes with each of them.
    ``facts`` are the nodes as sourcing sees them, None where what one can still take today must be looked up."""

    mark: str
    channels: Mapping[str, Channel]
    sellers: Mapping[str, ChannelFacts]
    nodes: Mapping[int, Node]
    facts: list[NodeFacts] | None
    carriers: Mapping[str, CarrierTariff]


def ground(tenant_id: int, mark: str) -> Ground:
    """The ground of that mark, which the caller has just read: as it is known, or read anew in three statements. Read after its
    mark, so it may be newer than that; the next capture then finds another mark and reads again."""
    known = _known.get(tenant_id)
    if known is None or known.mark != mark:
        known = _read(tenant_id, mark)
        if len(_known) >= _MOST:
            _known.clear()
        _known[tenant_id] = known
    return known


def _read(tenant_id: int, mark: str) -> Ground:
    every = {channel.code: channel for channel in channels(tenant_id).values()}
    known = {node.id: node for node in nodes(tenant_id).values() if node.active}
    limited = any(node.lines_per_day is not None for node in known.values())
    return Ground(
        mark,
        every,
        {code: ChannelFacts(c.id, code, c.owner_id, c.currency, c.priority, c.service, c.active) for code, c in every.items()},
        known,
        None if limited else node_facts(tenant_id, known),
        by_service(tariffs(tenant_id)),
    )
