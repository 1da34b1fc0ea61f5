"""Letters, connections and routes over HTTP."""

from __future__ import annotations

from typing import Any

from orderhouse.contract.tests.receivers import receiving
from orderhouse.contract.tests.test_letters import refused
from tests.api.conftest import Partner


def test_refused_letters_are_listed_read_replayed_and_dropped(business: Any, partner: Partner) -> None:
    with receiving("node:") as node:
        one, two = refused(business, node, "R1", "R2")
        listed = partner.get("/letters", state="refused").body["data"]
        assert {row["id"] for row in listed} == {str(one.message_id), str(two.message_id)}
        shown = partner.get(f"/letters/{one.source}/{one.message_id}").body
        assert shown["payload"]["release"] == "R1"
        assert shown["refusal"]["code"] == "not-today"
        node.unwanted = {"R2"}
        named = [{"source": key.source, "id": str(key.message_id)} for key in (one, two)]
        assert partner.post("/letters/replay", {"letters": named}).body == {"sent": 0, "taken": 1, "refused": 1, "failed": 0}
    assert partner.post("/letters/drop", {"letters": named, "reason": "sent by hand"}).body == {"count": 1}
    assert [row["state"] for row in partner.get("/letters", state="dropped").body["data"]] == ["dropped"]
    assert partner.post("/letters/drop", {"letters": named, "reason": " "}).status == 422


def test_letters_are_paged_by_cursor(business: Any, partner: Partner) -> None:
    with receiving("node:") as node:
        keys = refused(business, node, "R1", "R2", "R3")
    first = partner.get("/letters", limit=2).body
    rest = partner.get("/letters", limit=2, cursor=first["next_cursor"]).body
    assert {row["id"] for row in first["data"] + rest["data"]} == {str(key.message_id) for key in keys}
    assert rest["next_cursor"] is None


def test_a_letter_of_another_business_is_not_found_and_not_replayed(business: Any, partner: Partner) -> None:
    from orderhouse.catalog.open_business import open_business
    from orderhouse.kernel.actors import By

    other = open_business(code=f"{business.code}-x", name="Other", at=business.by.at)
    with receiving("node:") as node:
        theirs = type("Theirs", (), {"by": By(other.tenant_id, "them", business.by.at), "tenant_id": other.tenant_id})
        (key,) = refused(theirs, node, "R1")
    assert partner.get(f"/letters/{key.source}/{key.message_id}").status == 404
    named = [{"source": key.source, "id": str(key.message_id)}]
    assert partner.post("/letters/replay", {"letters": named}).body["refused"] == 0


def test_connections_tell_what_waits(business: Any, partner: Partner) -> None:
    with receiving("node:") as node:
        refused(business, node, "R1")
    (way,) = partner.get("/connections").body["data"]
    assert (way["source"], way["destination"], way["refused"], len(way["hours"])) == ("oms", "node:BER", 1, 24)


def test_a_route_is_set_and_its_secret_told_once_and_not_kept_for_repeats(business: Any, partner: Partner) -> None:
    form = {"destination": "node:BER", "url": "https://berlin.example/contract/v1/inbox"}
    told = partner.put("/routes", form).body
    assert told["secret"].startswith("whsec_")
    assert told["secret"] not in partner.get("/connections").raw.decode()
    assert partner.send("PUT", "/routes", form, Idempotency_Key="k-1").status == 422
    assert partner.put("/routes", form | {"url": "ftp://x"}).status == 422
