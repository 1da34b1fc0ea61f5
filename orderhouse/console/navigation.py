"""The rooms of the console, and which of them a person finds in the navigation: what is installed and their roles open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, Resolver404, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orderhouse.console.desk import Desk
from orderhouse.console.policies import PUBLIC, policy_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the navigation.

    ``url_name`` leads there; where no such address exists the entry does not either. ``key`` is pressed after ``g``.
    ``topic`` names what the room tells live. ``roles`` stand in where the page itself declares no policy of the console's.
    ``until`` names the page that takes this one's place.
    """

    label: str | Promise
    icon: str
    url_name: str
    group: str | Promise = ""
    key: str = ""
    topic: str = ""
    roles: frozenset[str] = frozenset()
    until: str = ""


@dataclass(frozen=True, slots=True)
class Room:
    """An entry as one person sees it at one address; ``opens`` is the group's name where the entry is its first."""

    entry: Entry
    href: str
    here: bool
    opens: str | Promise


ORDERS, FLOOR, HOUSE = _("Orders"), _("Floor"), _("House")

ENTRIES = (
    Entry(_("Home"), "home", "console:home", key="h"),
    Entry(_("Orders"), "list-check", "console:orders", ORDERS, "o", "orders"),
    Entry(_("Place an order"), "circle-plus", "console:place-order", ORDERS, "n"),
    Entry(_("Invalid"), "alert-triangle", "console:invalid-orders", ORDERS, "i", "orders"),
    Entry(_("Stock"), "packages", "console:stock", ORDERS, "s", "stock"),
    Entry(_("Board"), "dashboard", "console:board", FLOOR, "b", "floor"),
    Entry(_("Floor"), "building-warehouse", "console:floor", FLOOR, "f", "floor", until="console:board"),
    Entry(_("Waves"), "stack-2", "console:waves", FLOOR, "w", "floor"),
    Entry(_("Map"), "map", "console:map", FLOOR, "m", "floor"),
    Entry(_("Receipts"), "package-import", "console:receipts", FLOOR, "r", "floor"),
    Entry(_("Counts"), "clipboard-check", "console:counts", FLOOR, "c", "floor"),
    Entry(_("Exceptions"), "hand-stop", "console:exceptions", FLOOR, "e", "exceptions"),
    Entry(_("Packing"), "package", "console:packing", FLOOR, "p", "floor"),
    Entry(_("Documents"), "printer", "console:documents", FLOOR, "t"),
    Entry(_("Scanner"), "device-mobile", "scanner:home", FLOOR, "d", roles=frozenset({"floor", "warehouse_manager"})),
    Entry(_("Wall"), "device-tv", "console:wall", FLOOR, "v", "floor"),
    Entry(_("Books"), "shield-check", "console:books", HOUSE, "k", "books"),
    Entry(_("Connections"), "plug-connected", "console:connections", HOUSE, "l"),
    Entry(_("People"), "users", "console:people", HOUSE, "u"),
    Entry(_("Demo"), "player-play", "demo:pace", HOUSE, "y"),
)


@cache
def _address(url_name: str) -> str:
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


@cache
def _opens_to(entry: Entry) -> frozenset[str]:
    """The roles the entry's page is open to, as the page itself declares them."""
    try:
        roles = policy_of(resolve(_address(entry.url_name)).func)
    except Resolver404:
        return frozenset()
    return entry.roles if roles is None or roles == PUBLIC else roles


def rooms(desk: Desk, path: str = "") -> list[Room]:
    """The navigation of one person; the entry whose address begins ``path`` furthest is where they are."""
    mine = [entry for entry in ENTRIES if _may_enter(entry, desk)]
    here = max((entry for entry in mine if _holds(entry, path)), key=lambda entry: len(_address(entry.url_name)), default=None)
    return list(_grouped(mine, here))


def _grouped(entries: list[Entry], here: Entry | None) -> Iterator[Room]:
    group: str | Promise = ""
    for entry in entries:
        opens = entry.group if entry.group != group else ""
        group = entry.group
        yield Room(entry, _address(entry.url_name), entry is here, opens)


def _may_enter(entry: Entry, desk: Desk) -> bool:
    if not _address(entry.url_name) or (entry.until and _address(entry.until)):
        return False
    return desk.may(*_opens_to(entry))


def _holds(entry: Entry, path: str) -> bool:
    address = _address(entry.url_name)
    return path == address or (address != "/" and path.startswith(address.rstrip("/") + "/"))
