"""Dead and refused letters: seen, replayed, dropped; and how each connection fares."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from orderhouse.contract.connections import LetterKey, connections, keys_of, letter, letters, read_key
from orderhouse.contract.drop_letters import drop_letters
from orderhouse.contract.events import feed, story
from orderhouse.contract.mailbox import deliver_waiting, put
from orderhouse.contract.outbox import MOST_TRIES
from orderhouse.contract.receivers import registered
from orderhouse.contract.replay_letters import Replayed, portions, replay_letters
from orderhouse.contract.routes import set_route
from orderhouse.contract.tests.receivers import Receiver, receiving
from orderhouse.contract.tests.test_mailbox import cancel
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.people.changes import changes


@pytest.fixture
def node() -> Iterator[Receiver]:
    with receiving("node:") as receiver:
        yield receiver


def dead(business: Any, node: Receiver, *releases: str) -> list[LetterKey]:
    """Letters whose receiver fails until they are dead."""
    node.broken |= set(releases)
    ids = put(by=business.by, source="oms", letters=[cancel(release) for release in releases])
    at = business.by.at
    for _ in range(MOST_TRIES):
        at += timedelta(hours=7)
        deliver_waiting(tenant_id=business.tenant_id, at=at)
    return [LetterKey("oms", number) for number in ids]


def refused(business: Any, node: Receiver, *releases: str) -> list[LetterKey]:
    node.unwanted |= set(releases)
    return [LetterKey("oms", n) for n in put(by=business.by, source="oms", letters=[cancel(release) for release in releases])]


def state(business: Any, key: LetterKey) -> str:
    return letter(business.tenant_id, key).state


def test_a_dead_letter_replayed_goes_with_the_next_round_as_it_was_written(business: Any, node: Receiver) -> None:
    (key,) = dead(business, node, "R1")
    before = letter(business.tenant_id, key)
    assert (before.state, before.attempts, bool(before.error)) == ("dead", MOST_TRIES, True)
    assert replay_letters(by=business.by, letters=[key]) == Replayed(sent=1)
    node.broken = set()
    deliver_waiting(tenant_id=business.tenant_id, at=business.by.at + timedelta(days=30))
    assert _releases(business) == ["R1"]
    after = letter(business.tenant_id, key)
    assert (after.state, after.payload) == ("delivered", before.payload)


def _releases(business: Any) -> list[str]:
    return [event.facts["release"] for event in feed(business.tenant_id) if "release" in event.facts]


def test_refused_letters_replayed_take_effect_once_and_those_still_unwanted_stay_refused(business: Any, node: Receiver) -> None:
    keys = refused(business, node, "R1", "R2", "R3")
    node.unwanted = {"R2"}
    assert replay_letters(by=business.by, letters=keys) == Replayed(taken=2, refused=1)
    assert [state(business, key) for key in keys] == ["delivered", "refused", "delivered"]
    assert replay_letters(by=business.by, letters=keys) == Replayed(refused=1)  # those taken in are left alone
    assert sorted(release for release in _releases(business)) == ["R1", "R3"]


def test_a_refused_letter_whose_receiver_fails_stays_refused_as_it_was(business: Any, node: Receiver) -> None:
    one, two = refused(business, node, "R1", "R2")
    before = letter(business.tenant_id, one)
    node.unwanted, node.broken = set(), {"R1"}
    assert replay_letters(by=business.by, letters=[one, two]) == Replayed(taken=1, failed=1)
    assert letter(business.tenant_id, one) == before
    assert [event.facts["outcome"] for event in story(business.tenant_id, "letter", one.message_id)] == ["failed"]


def test_a_replay_tells_who_did_it_in_the_letters_story(business: Any, node: Receiver) -> None:
    (key,) = dead(business, node, "R1")
    replay_letters(by=business.by, letters=[key])
    (told,) = story(business.tenant_id, "letter", key.message_id)
    assert (told.type, told.actor, told.facts) == ("letter-replayed", "tester", {"source": "oms", "outcome": "sent"})


def test_a_dropped_letter_is_kept_with_its_reason_and_is_nobodys_trouble_any_more(business: Any, node: Receiver) -> None:
    (gone,), (unwanted,) = dead(business, node, "R1"), refused(business, node, "R2")
    assert set(keys_of(business.tenant_id)) == {gone, unwanted}
    assert drop_letters(by=business.by, letters=[gone, unwanted], reason="shipped by hand") == 2
    assert keys_of(business.tenant_id) == []
    assert [row.state for row in letters(business.tenant_id, state="dropped")] == ["dropped", "dropped"]
    assert letter(business.tenant_id, unwanted).refusal is not None
    assert story(business.tenant_id, "letter", gone.message_id)[-1].facts["reason"] == "shipped by hand"
    assert drop_letters(by=business.by, letters=[gone], reason="once more") == 0
    assert replay_letters(by=business.by, letters=[gone, unwanted]) == Replayed()


def test_a_letter_is_not_dropped_without_a_reason(business: Any, node: Receiver) -> None:
    (key,) = refused(business, node, "R1")
    with pytest.raises(InvalidInput, match="3 to 300"):
        drop_letters(by=business.by, letters=[key], reason="  x ")
    assert state(business, key) == "refused"


def test_a_delivered_letter_can_be_neither_replayed_nor_dropped(business: Any, node: Receiver) -> None:
    (number,) = put(by=business.by, source="oms", letters=[cancel("R1")])
    key = LetterKey("oms", number)
    assert replay_letters(by=business.by, letters=[key]).count == 0
    assert drop_letters(by=business.by, letters=[key], reason="no reason") == 0
    assert state(business, key) == "delivered"


def test_the_same_id_of_another_source_is_another_letter(business: Any, node: Receiver) -> None:
    (key,) = refused(business, node, "R1")
    assert replay_letters(by=business.by, letters=[LetterKey("wms", key.message_id)]).count == 0
    with pytest.raises(NotFound):
        letter(business.tenant_id, LetterKey("wms", key.message_id))


def test_connections_say_how_many_wait_are_dead_or_refused_and_how_far_behind_they_are(business: Any, node: Receiver) -> None:
    now = business.by.at + timedelta(minutes=10)
    put(by=business.by, source="oms", letters=[cancel("R1")])
    refused(business, node, "R2")
    with registered("node:", None):
        put(by=business.by, source="oms", letters=[cancel("R3")])
    (way,) = connections(business.tenant_id, now=now)
    assert (way.source, way.destination, way.waiting, way.refused, way.dead) == ("oms", "node:BER", 1, 1, 0)
    assert way.lag_of == 3
    assert way.lag_p50 == 0.0
    assert way.lag_p95 is not None
    assert way.lag_p95 > 500
    assert way.hours[-1] == 3
    assert sum(way.hours) == 3
    assert way.last_error


def test_a_letter_another_installation_refused_shows_as_refused_there(business: Any, node: Receiver) -> None:
    with registered("node:", None):
        (number,) = put(by=business.by, source="oms", letters=[cancel("R1")])
    with unit_of_work(business.tenant_id):  # as the worker settles what the other side answered
        execute(
            """UPDATE contract_outbox SET state = 'delivered', next_try_at = NULL, delivered_at = now(), error = 'refused: no'
               WHERE tenant_id = %s AND id = %s""",
            (business.tenant_id, number),
        )
    (way,) = connections(business.tenant_id, now=business.by.at)
    assert (way.refused, way.refused_there) == (0, 1)
    assert [row.state for row in letters(business.tenant_id, state="refused")] == ["refused there"]


def test_letters_are_paged_without_a_gap_and_each_is_told_once(business: Any, node: Receiver) -> None:
    refused(business, node, "R0")
    put(by=business.by, source="oms", letters=[cancel(f"R{n}") for n in range(1, 8)])
    seen: list[int] = []
    before = None
    while page := letters(business.tenant_id, source="oms", destination="node:BER", before=before, limit=3):
        seen += [row.message_id for row in page]
        before = page[-1].at, page[-1].message_id
    assert len(seen) == len(set(seen)) == 8
    assert [row.subject for row in letters(business.tenant_id, state="refused")] == ["R0"]


def test_letters_are_replayed_in_portions_in_their_order(business: Any) -> None:
    keys = [LetterKey("oms", n) for n in range(1, 251)]
    assert [len(some) for some in portions(keys)] == [100, 100, 50]
    assert [key for some in portions(keys) for key in some] == keys


def test_a_key_is_read_as_it_is_written(business: Any) -> None:
    assert read_key(str(LetterKey("node:BER", 7))) == LetterKey("node:BER", 7)
    for nonsense in ("7", "oms/", "/7", "oms/-1", "oms/99999999999999999999", ""):
        with pytest.raises(InvalidInput):
            read_key(nonsense)


def test_who_set_a_route_is_kept_and_a_route_nobody_used_yet_is_a_connection(business: Any) -> None:
    secret = set_route(by=business.by, destination="node:BER", url="https://berlin.example/contract/v1/inbox")
    (change,) = [each for each in changes(business.tenant_id) if each.deed == "route-set"]
    assert (change.actor, change.subject) == ("tester", "node:BER")
    assert secret not in str(change)
    (way,) = connections(business.tenant_id, now=business.by.at)
    assert (way.destination, way.last_at) == ("node:BER", None)
    assert way.route is not None
