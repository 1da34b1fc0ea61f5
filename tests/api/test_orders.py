"""Orders over HTTP: one, a list, a stream; each captured once; read, held, cancelled, released."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson

from tests.api.conftest import Partner


def test_an_order_is_placed_sourced_and_found_again_by_its_own_number(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 10)
    placed = partner.post("/orders", partner.order(("A", 2), number="X/1 #2"))
    assert (placed.status, placed.body["state"], placed.body["number"]) == (201, "reserved", "WEB-X/1 #2")
    found = partner.get(placed.headers["Location"].removeprefix("/api/v1"))
    assert found.body["lines"][0]["reservations"] == [{"node": "MAIN", "quantity": 2}]
    assert [event["type"] for event in found.body["story"]] == ["order-placed", "order-sourced"]
    assert partner.get(f"/orders/{placed.body['id']}").body["number"] == "WEB-X/1 #2"
    assert partner.get("/orders", channel="WEB", channel_order_id="X/1 #2").body["data"][0]["id"] == placed.body["id"]


def test_a_repeat_answers_the_first_order_and_says_what_it_told_otherwise(partner: Partner, shop: Any) -> None:
    first = partner.post("/orders", partner.order(("A", 2), number="7"))
    repeat = partner.post("/orders", partner.order(("A", 5), number="7"))
    assert (repeat.status, repeat.body["outcome"], repeat.body["id"]) == (200, "duplicate", first.body["id"])
    assert "A" in repeat.body["note"] or "line" in repeat.body["note"]
    assert partner.get("/orders/WEB-7").body["lines"][0]["ordered"] == 2


def test_a_list_answers_one_result_each_and_an_invalid_one_holds_up_no_neighbor(partner: Partner, shop: Any) -> None:
    answer = partner.post("/orders", [partner.order(("A", 1)), partner.order(("NONE", 1)), partner.order(("B", 0)), "what?"])
    assert answer.status == 207
    assert [result["outcome"] for result in answer.body["results"]] == ["placed", "invalid", "invalid", "invalid"]
    assert (answer.body["placed"], answer.body["invalid"]) == (1, 3)
    assert len(partner.get("/orders/invalid").body["data"]) == 3


def test_a_stream_is_answered_line_by_line_and_a_broken_line_is_kept(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 1_000)
    orders = [orjson.dumps(partner.order(("A", 1), number=str(n))) for n in range(1, 1_201)]
    lines = [*orders[:600], b'{"channel": "WEB", "lines": [}', b"", *orders[600:], orders[0]]
    answer = partner.send("POST", "/orders", b"\n".join(lines), kind="application/x-ndjson")
    assert answer.status == 200
    outcomes = [line["outcome"] for line in answer.lines]
    assert (outcomes.count("placed"), outcomes.count("invalid"), outcomes.count("duplicate")) == (1_200, 1, 1)
    broken = next(line for line in answer.lines if line["outcome"] == "invalid")
    assert broken["line"] == 601
    assert "line 601, column" in broken["problems"][0]["reason"]
    kept = partner.get(f"/orders/invalid/{broken['invalid_id']}").body
    assert kept["payload"] == '{"channel": "WEB", "lines": [}'
    assert partner.get("/orders/counts").body == {"reserved": 1_000, "backordered": 200}


def test_a_stream_sent_again_after_a_break_places_each_order_once(partner: Partner, shop: Any) -> None:
    orders = [orjson.dumps(partner.order(("A", 1), number=str(n))) for n in range(30)]
    half = partner.send("POST", "/orders?source=false", b"\n".join(orders[:20]), kind="application/x-ndjson")
    whole = partner.send("POST", "/orders?source=false", b"\n".join(orders) + b"\n", kind="application/x-ndjson")
    assert [line["outcome"] for line in half.lines] == ["placed"] * 20
    assert [line["outcome"] for line in whole.lines] == ["duplicate"] * 20 + ["placed"] * 10
    assert partner.get("/orders/counts").body == {"accepted": 30} or sum(partner.get("/orders/counts").body.values()) == 30


def test_pages_of_orders_neither_skip_nor_repeat(partner: Partner, shop: Any) -> None:
    partner.post("/orders", [partner.order(("A", 1)) for _ in range(25)])
    seen: list[str] = []
    cursor = None
    while True:
        page = partner.get("/orders", limit=10, **({"cursor": cursor} if cursor else {})).body
        seen += [order["number"] for order in page["data"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 25


def test_an_order_is_held_lifted_released_and_cancelled_in_part(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 10)
    number = partner.post("/orders", partner.order(("A", 5), number="8")).body["number"]
    held = partner.post(f"/orders/{number}/hold", {"kind": "address", "reason": "no house number"})
    assert (held.body["held"], held.body["state"]) == (True, "held")
    assert partner.post("/orders/release", {}).body == {"releases": []}
    lifted = partner.post(f"/orders/{number}/lift-hold", {"release": True})
    assert (lifted.body["lifted"], lifted.body["state"]) == (1, "released")
    other = partner.post("/orders", partner.order(("A", 3), number="9")).body["number"]
    cut = partner.post(f"/orders/{other}/cancel", {"reason": "too many", "lines": [{"line_number": 1, "quantity": 2}]})
    assert cut.body == {"cancelled": 2, "asked_back": 0, "refused_shipped": 0, "state": "reserved"}
    assert partner.post(f"/orders/{other}/release").body == {"releases": [f"{other}/1"]}
    gone = partner.post(f"/orders/{other}/cancel", {"reason": "all of it"})
    assert gone.body["asked_back"] == 1
    assert partner.get("/books/proof").body["holds"]


def test_an_invalid_order_is_mended_and_replayed_or_given_up(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 10)
    wrong = partner.order(("MUGG", 2), number="10")
    refused = partner.post("/orders", wrong)
    assert (refused.status, refused.body["code"]) == (422, "order-invalid")
    invalid_id = refused.body["invalid_id"]
    still = partner.post(f"/orders/invalid/{invalid_id}/replay", {})
    assert (still.status, still.body["problems"][0]["field"]) == (422, "lines[0].sku")
    wrong["lines"][0]["sku"] = "A"
    mended = partner.post(f"/orders/invalid/{invalid_id}/replay", {"payload": wrong})
    assert (mended.status, mended.body["outcome"], mended.body["state"]) == (200, "placed", "reserved")
    assert partner.post(f"/orders/invalid/{invalid_id}/replay", {}).status == 409
    other = partner.post("/orders", partner.order(("NONE", 1))).body["invalid_id"]
    assert partner.post(f"/orders/invalid/{other}/discard", {"reason": "a test"}).body["state"] == "discarded"
    assert partner.get("/orders/invalid").body["data"] == []


def test_an_order_of_ten_thousand_lines_is_accepted(partner: Partner, shop: Any) -> None:
    shop.report("MAIN", "A", 20_000)
    answer = partner.post("/orders", partner.order(*[("A", 1)] * 10_000, number="BIG"))
    assert (answer.status, answer.body["state"]) == (201, "reserved")
    assert partner.get("/availability", sku="A").body["data"][0]["available"] == 10_000


def test_a_number_with_any_character_is_an_address(partner: Partner, shop: Any) -> None:
    for number in ("ä/ö?&=", "a%2Fb", "100%", "..", "'; DROP TABLE oms_order; --"):
        placed = partner.post("/orders", partner.order(("A", 1), number=number))
        assert placed.status == 201, placed.body
        found = partner.get(f"/orders/{quote('WEB-' + number, safe='')}")
        assert (found.status, found.body.get("channel_order_id")) == (200, number)
