"""What can be done by name: the rooms, and what people do in them."""

from __future__ import annotations

from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderhouse.console.desk import Desk
from orderhouse.console.navigation import rooms
from orderhouse.console.search.hits import Hit, address

GO = _("Go to, or do")

DEEDS: tuple[tuple[str | Promise, str, str, dict[str, str], tuple[str, ...]], ...] = (
    (_("Hold an order"), "hand-stop", "console:orders", {}, ("order_desk",)),
    (_("Show held orders"), "hand-stop", "console:orders", {"tab": "held"}, ("order_desk", "warehouse_manager", "auditor")),
    (
        _("Show backordered orders"),
        "clock",
        "console:orders",
        {"tab": "backordered"},
        ("order_desk", "warehouse_manager", "auditor"),
    ),
    (_("Release orders"), "arrow-right", "console:orders", {"tab": "to-release"}, ("order_desk",)),
    (_("Plan a wave"), "stack-2", "console:waves", {}, ("warehouse_manager",)),
    (_("Define a person"), "user-plus", "console:define-person", {}, ("admin",)),
    (_("Issue a badge"), "id-badge-2", "console:badges", {}, ("admin",)),
    (_("Issue an API key"), "key", "console:api-keys", {}, ("admin",)),
    (_("My account"), "user-circle", "console:account", {}, ("order_desk", "warehouse_manager", "floor", "auditor")),
    (_("Change my password"), "lock", "console:change-password", {}, ("order_desk", "warehouse_manager", "floor", "auditor")),
    (
        _("Choose a business"),
        "building-store",
        "console:choose-business",
        {},
        ("order_desk", "warehouse_manager", "floor", "auditor"),
    ),
)
"""What it is called, its icon, the page where it is done and how that is asked for, and whose work it is."""


def actions(desk: Desk, typed: str) -> list[Hit]:
    """Rooms and deeds each of whose words begins with one that was typed; all of them where nothing was."""
    known = [(str(room.entry.label), room.entry.icon, room.href) for room in rooms(desk)]
    for label, icon, name, query, roles in DEEDS:
        if desk.may(*roles) and (href := address((name, {}))):
            known.append((str(label), icon, f"{href}?{urlencode(query)}" if query else href))
    words = typed.casefold().split()
    return [
        Hit(GO, icon, "", label, href)
        for label, icon, href in known
        if all(any(mine.startswith(word) for mine in label.casefold().split()) for word in words)
    ]
