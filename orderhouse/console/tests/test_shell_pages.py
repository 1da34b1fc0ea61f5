"""The frame of every page: rooms by role, looks, toasts, faults."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.messages.storage.base import Message
from django.test import Client

from orderhouse.console import toasts
from orderhouse.console.desk import Desk
from orderhouse.console.navigation import ENTRIES, rooms


def desk(*roles: str) -> Desk:
    return Desk(1, 1, "Shop", "shop", "Ada", "ada@example.com", frozenset(roles))


def names(*roles: str) -> list[str]:
    return [str(room.entry.label) for room in rooms(desk(*roles))]


def test_each_role_finds_its_rooms_and_no_others() -> None:
    assert "Orders" in names("order_desk")
    assert "People" not in names("order_desk")
    assert "Orders" not in names("floor")
    assert {"Home", "Orders", "Stock", "People"} <= set(names("admin"))
    assert {"Orders", "People"} <= set(names("auditor"))


def test_the_room_is_the_one_whose_address_begins_the_page_furthest() -> None:
    def here(path: str) -> list[str]:
        return [room.entry.url_name for room in rooms(desk("admin"), path) if room.here]

    assert here("/") == ["console:home"]
    assert here("/orders/123") == ["console:orders"]
    assert here("/people/badges") == ["console:people"]
    assert here("/account") == []


def test_no_two_rooms_share_a_key() -> None:
    keys = [entry.key for entry in ENTRIES if entry.key and not entry.until]
    assert len(keys) == len(set(keys))


def test_the_theme_chosen_is_drawn_by_the_server(browser: Callable[..., Client]) -> None:
    someone = browser("auditor")
    assert b'data-theme="system"' in someone.get("/account").content
    back = someone.post("/looks", {"orderhouse_theme": "dark", "back": "https://example.org/"})
    assert back["Location"] == "/"
    assert b'data-theme="dark" data-bs-theme="dark"' in someone.get("/account").content
    someone.post("/looks", {"orderhouse_theme": '"><script>', "orderhouse_rail": "slim"})
    assert b'data-bs-theme="dark" data-rail="slim"' in someone.get("/account").content


def test_a_toast_carries_the_way_back() -> None:
    message = Message(25, "Held.", '["/orders/1/lift",{"reason":"1"}]')
    assert toasts.undo_of(message) == toasts.Undo("/orders/1/lift", {"reason": "1"})
    assert toasts.undo_of(Message(25, "Held.")) is None
    assert toasts.undo_of(Message(25, "Held.", "other tags")) is None


def test_a_missing_page_is_in_the_houses_style_and_the_apis_stays_a_problem(browser: Callable[..., Client]) -> None:
    answer = browser("admin").get("/nowhere")
    assert answer.status_code == 404
    assert b"There is no such page" in answer.content
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert Client().get("/api/v1/nowhere")["Content-Type"].startswith("application/problem+json")


def test_a_fault_of_ours_and_a_forged_form_say_so_in_the_houses_style(business: Any) -> None:
    from django.test import RequestFactory
    from django.views.csrf import csrf_failure
    from django.views.defaults import bad_request, permission_denied, server_error

    request = RequestFactory().get("/")
    for answer, words in (
        (server_error(request), b"Something broke on our side"),
        (permission_denied(request, Exception()), b"This is not open to you"),
        (bad_request(request, Exception()), b"This request cannot be read"),
        (csrf_failure(request), b"This form was not sent from here"),
    ):
        assert words in answer.content
