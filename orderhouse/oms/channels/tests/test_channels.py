"""Channels and tariffs are defined once and corrected by their codes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.channels.queries import channel_by_code, channels

WEB = ChannelDefinition("WEB", "Web shop", "web_shop", "OWN", "GBP")


def test_a_channel_is_corrected_by_its_code(business: Any) -> None:
    first = define_channels(by=business.by, channels=[WEB, replace(WEB, code="SHOP", kind="store")])
    again = define_channels(by=business.by, channels=[replace(WEB, buffer=4, active=False)])
    assert again["WEB"] == first["WEB"]
    assert len(channels(business.tenant_id)) == 2
    web = channel_by_code(business.tenant_id, "WEB")
    assert (web.buffer, web.active, web.owner_id) == (4, False, business.owner_id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "web"}, "code"),
        ({"code": "A-B"}, "code"),
        ({"name": " "}, "name"),
        ({"kind": "shop"}, "kind"),
        ({"currency": "pound"}, "currency"),
        ({"priority": 100}, "priority"),
        ({"share_percent": 101}, "share_percent"),
        ({"buffer": -1}, "buffer"),
        ({"when_short": "wait"}, "when_short"),
        ({"service": ""}, "service"),
    ],
)
def test_a_channel_that_cannot_be_right_is_refused_whole(business: Any, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        define_channels(by=business.by, channels=[replace(WEB, code="OTHER"), replace(WEB, **changes)])
    assert refusal.value.field == field
    assert channels(business.tenant_id) == {}


def test_a_channel_needs_a_known_owner_and_stands_once(business: Any) -> None:
    with pytest.raises(NotFound):
        define_channels(by=business.by, channels=[replace(WEB, owner="NOBODY")])
    with pytest.raises(InvalidInput):
        define_channels(by=business.by, channels=[WEB, WEB])
    with pytest.raises(NotFound):
        channel_by_code(business.tenant_id, "WEB")
