"""The hot read answers what the room of promises answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import psycopg
import pytest
from django.db import connection

from orderhouse.catalog import queries as catalog
from orderhouse.catalog.define_items import ItemDefinition, define_items
from orderhouse.catalog.define_nodes import NodeDefinition, define_nodes
from orderhouse.catalog.define_owners import OwnerDefinition, define_owners
from orderhouse.database import unit_of_work
from orderhouse.database.at_once import opening
from orderhouse.database.statements import Part
from orderhouse.oms.api import known_skus
from orderhouse.oms.api.known_skus import Memory
from orderhouse.oms.channels.define_channels import ChannelDefinition, define_channels
from orderhouse.oms.channels.queries import channel_by_code
from orderhouse.oms.promise.queries import available_to_promise
from orderhouse.people.api_keys import KeyRefused, check_and_ask, revoke_api_key
from orderhouse.people.queries import api_keys
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


def test_what_skus_mean_is_known_from_the_first_read_on_and_figures_are_always_of_now(partner: Partner, shop: Any) -> None:
    def free(**query: Any) -> dict[str, int]:
        answer = partner.get("/availability", **query).body
        return {row["sku"]: row["available"] for row in answer["data"]} | dict.fromkeys(answer["unknown"], -1)

    for query in ({}, {"channel": "WEB"}, {"channel": "CAREFUL"}, {"owner": "OWN"}):
        before = free(sku=["B", "A", "A"], **query)
        shop.report("MAIN", "A", 10)
        shop.report("NORTH", "B", 20)
        shop.order({"A": 3})
        free(sku=["A", "LATER", "B"])
        assert (after := free(sku=["B", "A", "A"], **query)) != before
        assert list(after) == ["A", "B"]
        with unit_of_work(shop.by.tenant_id):
            items = catalog.items_by_sku(shop.by.tenant_id, partner.business.owner_id, ["A", "B"])
        asked = channel_by_code(shop.by.tenant_id, query["channel"]).id if "channel" in query else None
        truth = available_to_promise(shop.by.tenant_id, [item.id for item in items.values()], asked)
        assert after == {sku: truth[item.id] for sku, item in items.items()}
    assert free(sku=["A", "LATER"])["LATER"] == -1
    define_items(by=shop.by, items=[ItemDefinition("OWN", "LATER", "Comes later")])
    assert free(sku=["A", "LATER"])["LATER"] == 0
    north = NodeDefinition("NORTH", "Glasgow", "warehouse", "GB", 55.86, -4.25)
    there = free(sku="B")["B"]
    define_nodes(by=shop.by, nodes=[replace(north, active=False)])
    assert (there, free(sku="B")["B"]) == (80, 0)


def test_a_channel_given_to_another_owner_speaks_of_that_owners_items_at_once(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 11)
    define_owners(by=shop.by, owners=[OwnerDefinition("CLIENT", "A client")])
    define_items(by=shop.by, items=[ItemDefinition("CLIENT", "A", "Their A")])
    for owner, available in (("OWN", 11), ("CLIENT", 0), ("OWN", 11)):
        define_channels(by=shop.by, channels=[ChannelDefinition("WEB", "Shop", "web_shop", owner, "GBP")])
        for _ in range(2):
            rows = partner.get("/availability", sku="A", channel="WEB").body["data"]
            assert [(row["owner"], row["available"]) for row in rows] == [(owner, available)]
    assert [row["owner"] for row in partner.get("/availability", sku="A").body["data"]] == ["CLIENT", "OWN"]


def test_a_second_owner_of_a_known_sku_is_not_overlooked(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 11)
    for _ in range(2):
        assert [row["owner"] for row in partner.get("/availability", sku="A").body["data"]] == ["OWN"]
    define_owners(by=shop.by, owners=[OwnerDefinition("CLIENT", "A client")])
    assert [row["owner"] for row in partner.get("/availability", sku="A").body["data"]] == ["OWN"]
    define_items(by=shop.by, items=[ItemDefinition("CLIENT", "A", "Their A")])
    assert [row["owner"] for row in partner.get("/availability", sku="A").body["data"]] == ["CLIENT", "OWN"]


def test_what_is_known_is_forgotten_with_the_database_it_was_read_from(business: Any) -> None:
    memory, tenant_id = Memory(), business.tenant_id
    seen = opening()
    memory.remember(tenant_id, None, None, 7, {"A": 1, "B": 2}, seen=seen)
    assert memory.known(tenant_id, None, None, ["B", "A", "B"]) == (7, {"B": 2, "A": 1})
    assert memory.known(tenant_id, None, None, ["A", "C"]) is None
    assert memory.known(tenant_id, "WEB", None, ["A"]) is None
    assert memory.known(tenant_id + 1, None, None, ["A"]) is None
    connection.close()
    assert memory.known(tenant_id, None, None, ["A"]) is None
    memory.remember(tenant_id, None, None, 7, {"A": 1}, seen=seen)  # read before, told after
    assert memory.known(tenant_id, None, None, ["A"]) is None


def test_memory_holds_so_many_skus_and_no_more(business: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_skus, "MOST", 3)
    memory, seen = Memory(), opening()
    for _ in range(3):  # what is known already takes no room
        memory.remember(1, None, None, 7, {"A": 1, "B": 2}, seen=seen)
    memory.remember(1, None, None, 7, {"C": 3}, seen=seen)
    assert memory.known(1, None, None, ["A", "B", "C"])
    memory.remember(2, None, None, 8, {"D": 4}, seen=seen)
    assert memory.known(1, None, None, ["A"]) is None
    assert memory.known(2, None, None, ["D"]) == (8, {"D": 4})


def test_a_wrong_key_reads_nothing_and_a_revoked_one_is_refused_from_then_on(partner: Partner, shop: Any) -> None:
    tripwire = Part(
        "SELECT 1 / (count(*) - count(*)) FROM catalog_owner WHERE tenant_id = %(tenant)s::bigint HAVING count(*) > 0",
        {"tenant": shop.by.tenant_id},
    )
    with pytest.raises(psycopg.errors.DivisionByZero):
        check_and_ask(partner.key, at=shop.by.at, asked=[tripwire])
    for wrong in (
        partner.key[:-2] + ("AA" if partner.key[-2:] != "AA" else "BB"),
        partner.key.replace("_", "_1", 2).replace("_1", "_", 1),
    ):
        with pytest.raises(KeyRefused):
            check_and_ask(wrong, at=shop.by.at, asked=[tripwire])
    for _ in range(2):
        assert partner.get("/availability", sku="A").status == 200
    revoke_api_key(by=shop.by, key_id=int(partner.key.split("_")[2], 36))
    assert partner.get("/availability", sku="A").status == 401
    with pytest.raises(KeyRefused):
        check_and_ask(partner.key, at=shop.by.at, asked=[tripwire])


def test_a_key_that_was_used_is_noted_when_it_only_looks(partner: Partner, shop: Any) -> None:
    assert [key.last_used_at for key in api_keys(shop.by.tenant_id)] == [None]
    partner.get("/availability", sku="A")
    (used,) = [key.last_used_at for key in api_keys(shop.by.tenant_id)]
    assert used
    partner.get("/availability", sku="A")
    assert [key.last_used_at for key in api_keys(shop.by.tenant_id)] == [used]
