"""Define channels: where orders come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from orderhouse.catalog import queries as catalog
from orderhouse.catalog import rules
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.kernel.identifiers import new_ids

KINDS = ("web_shop", "marketplace", "store", "b2b_portal", "edi", "manual")
_CODE = re.compile(r"[A-Z0-9_]{1,24}")


@dataclass(frozen=True, slots=True)
class ChannelDefinition:
    """A channel. ``owner`` is the code of whose items its SKUs mean.

    ``priority`` 0 is served first, 99 last. ``when_short`` backorder or cancel. ``ships_partially`` False lets an order wait
    until it is whole. ``buffer``: units of every item this channel never sees; ``share_percent``: the most of what is
    available it may see.
    """

    code: str
    name: str
    kind: str
    owner: str
    currency: str
    priority: int = 50
    when_short: str = "backorder"
    ships_partially: bool = True
    buffer: int = 0
    share_percent: int = 100
    service: str = "standard"
    active: bool = True


def define_channels(*, by: By, channels: Sequence[ChannelDefinition]) -> dict[str, int]:
    """Make or correct channels by code; answers their ids by code. Raises InvalidInput, or NotFound for an unknown owner; then
    nothing changes. Two statements."""
    if not channels:
        return {}
    rules.none_twice((channel.code for channel in channels), field="code")
    for channel in channels:
        _check(channel)
    wanted = sorted(channels, key=lambda channel: channel.code)
    with unit_of_work(by.tenant_id):
        owners = {owner.code: owner.id for owner in catalog.owners(by.tenant_id).values()}
        for channel in wanted:
            if channel.owner not in owners:
                raise NotFound(kind="owner", code=channel.owner, field="owner")
        rows = fetch_all(
            sql.load(__file__, "define_channels"),
            {
                "tenant": by.tenant_id,
                "ids": new_ids(len(wanted)),
                "codes": [c.code for c in wanted],
                "names": [c.name for c in wanted],
                "kinds": [c.kind for c in wanted],
                "owners": [owners[c.owner] for c in wanted],
                "currencies": [c.currency for c in wanted],
                "priorities": [c.priority for c in wanted],
                "when_shorts": [c.when_short for c in wanted],
                "partials": [c.ships_partially for c in wanted],
                "buffers": [c.buffer for c in wanted],
                "shares": [c.share_percent for c in wanted],
                "services": [c.service for c in wanted],
                "actives": [c.active for c in wanted],
            },
        )
    return dict(rows)


def _check(channel: ChannelDefinition) -> None:
    if not _CODE.fullmatch(channel.code):
        raise InvalidInput(
            field="code", reason=f"{channel.code!r} is not 1 to 24 capital letters, digits or '_'", remedy="Such as WEB_UK."
        )
    if not channel.name.strip():
        raise InvalidInput(field="name", reason=f"{channel.code} has no name")
    rules.currency(channel.currency, field="currency")
    if channel.kind not in KINDS:
        raise InvalidInput(
            field="kind", reason=f"{channel.kind!r} is no kind of channel", remedy=f"Use one of {', '.join(KINDS)}."
        )
    if channel.when_short not in ("backorder", "cancel"):
        raise InvalidInput(field="when_short", reason=f"{channel.when_short!r} is not known", remedy="Use backorder or cancel.")
    if not 0 <= channel.priority <= 99:
        raise InvalidInput(field="priority", reason=f"{channel.priority} lies outside 0 to 99", remedy="0 is served first.")
    if not 0 <= channel.share_percent <= 100:
        raise InvalidInput(field="share_percent", reason=f"{channel.share_percent} lies outside 0 to 100")
    if channel.buffer < 0:
        raise InvalidInput(field="buffer", reason=f"{channel.buffer} is negative", remedy="0 hides nothing.")
    if not channel.service.strip():
        raise InvalidInput(field="service", reason="is empty", remedy="Name the service orders get when they name none.")
