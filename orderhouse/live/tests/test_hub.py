"""Who is told what, and what a browser hears that was away."""

from __future__ import annotations

import asyncio
import time

from orderhouse.live.hub import EVERYTHING, Hub, Listener


def heard(listener: Listener) -> tuple[str, list[str]] | None:
    told = asyncio.run(listener.next(0.01))
    return (told[0], told[2]) if told else None


def test_a_listener_hears_its_own_topics_in_its_own_business() -> None:
    hub = Hub()
    desk, floor, other = hub.join(1, ["orders"]), hub.join(1, ["floor:LON"]), hub.join(2, ["orders"])
    hub.publish(1, ["orders", "order:5"])
    told = heard(desk)
    assert told
    assert told[1] == ["orders"]
    assert heard(floor) is None
    assert heard(other) is None


def test_a_slow_browser_hears_many_things_as_one() -> None:
    hub = Hub()
    slow = hub.join(1, ["orders", "stock"])
    for _ in range(50):
        hub.publish(1, ["orders"])
    hub.publish(1, ["stock"])
    told = heard(slow)
    assert told
    assert told[1] == ["orders", "stock"]
    assert heard(slow) is None


def test_one_that_comes_back_hears_what_it_missed_and_nothing_else() -> None:
    hub = Hub()
    first = hub.join(1, ["orders"])
    hub.publish(1, ["orders"])
    told = heard(first)
    assert told
    hub.leave(first)
    assert heard(hub.join(1, ["orders"], last_id=told[0])) is None
    hub.publish(1, ["orders"])
    again = heard(hub.join(1, ["orders"], last_id=told[0]))
    assert again
    assert again[1] == ["orders"]


def test_one_that_comes_back_to_another_process_looks_at_everything() -> None:
    hub = Hub()
    hub.join(1, ["orders"])
    hub.publish(1, [EVERYTHING])
    for last_id in ("17-4", "nonsense", "1-1-1"):
        told = heard(hub.join(1, ["orders"], last_id=last_id))
        assert told
        assert told[1] == [EVERYTHING]


def test_a_page_hears_what_happened_between_its_making_and_its_listening() -> None:
    hub = Hub()
    hub.join(1, ["orders"])
    assert heard(hub.join(1, ["orders"], since=time.time())) is None  # the watcher has not looked yet: it will tell everybody
    hub.publish(1, [EVERYTHING])
    made = time.time()
    assert heard(hub.join(1, ["orders"], since=made)) is None
    hub.publish(1, ["orders"])
    told = heard(hub.join(1, ["orders"], since=made))
    assert told
    assert told[1] == ["orders"]
    before = heard(hub.join(1, ["orders"], since=made - 60))
    assert before
    assert before[1] == [EVERYTHING]
