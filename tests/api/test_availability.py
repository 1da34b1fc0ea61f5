"""The hot read answers what the room of promises answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from orderhouse.catalog import queries as catalog
from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.catalog.define_owners import OwnerDefinition, define_owners
from orderhouse.database import unit_of_work
from orderhouse.oms.channels.queries import channel_by_code
from orderhouse.oms.promise.queries import available_to_promise
from tests.api.conftest import Partner


@pytest.mark.parametrize("channel", [None, "WEB", "CAREFUL"])
def test_the_hot_read_is_the_twin_of_available_to_promise(partner: Partner, shop: Any, channel: str | None) -> None:
    for node, sku, quantity in (("MAIN", "A", 11), ("NORTH", "A", 6), ("MAIN", "B", 2)):
        shop.report(node, sku, quantity)
    shop.order({"A": 3})
    tenant_id = shop.by.tenant_id
    with unit_of_work(tenant_id):
        items = catalog.items_by_sku(tenant_id, partner.business.owner_id, ["A", "B", "C"])
    asked = channel_by_code(tenant_id, channel).id if channel else None
    truth = available_to_promise(tenant_id, [item.id for item in items.values()], asked)
    query = {"sku": ["C", "A", "B", "Z"]} | ({"channel": channel} if channel else {})
    answer = partner.get("/availability", **query).body
    assert {row["sku"]: row["available"] for row in answer["data"]} == {sku: truth[item.id] for sku, item in items.items()}
    assert answer["unknown"] == ["Z"]


def test_a_closed_node_and_another_owner_do_not_count(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 11)
    shop.report("NORTH", "A", 6)
    north = NodeDefinition("NORTH", "Glasgow", "warehouse", "GB", 55.86, -4.25)
    define_nodes(by=shop.by, nodes=[replace(north, active=False)])
    define_owners(by=shop.by, owners=[OwnerDefinition("CLIENT", "A client")])
    define_items(by=shop.by, items=[ItemDefinition("CLIENT", "A", "Their A")])
    rows = partner.get("/availability", sku="A").body["data"]
    assert [(row["owner"], row["available"]) for row in rows] == [("CLIENT", 0), ("OWN", 11)]
    assert [row["owner"] for row in partner.get("/availability", sku="A", channel="WEB").body["data"]] == ["OWN"]
    assert [row["owner"] for row in partner.get("/availability", sku="A", owner="CLIENT").body["data"]] == ["CLIENT"]


def test_what_cannot_be_asked_is_refused(partner: Partner, shop: Any) -> None:
    assert partner.get("/availability").body["field"] == "sku"
    assert partner.get("/availability", sku=[str(n) for n in range(501)]).status == 422
    assert partner.get("/availability", sku="A", channel="NONE").status == 404
    assert partner.get("/availability/NONE/explanation").status == 404
    assert partner.get("/availability/A/explanation", at_date="2026-12-01T00:00:00").body["field"] == "at_date"
