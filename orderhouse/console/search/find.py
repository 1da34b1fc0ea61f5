"""Everything that one search finds for one person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module
from urllib.parse import urlsplit

from django.apps import apps
from django.urls import Resolver404, resolve

from orderhouse.console.desk import Desk
from orderhouse.console.policies import policy_of
from orderhouse.console.search.actions import actions
from orderhouse.console.search.hits import Hit
from orderhouse.console.search.items import find_items
from orderhouse.database import unit_of_work

Finder = Callable[[int, str], Iterator[Hit]]
"""``find(tenant_id, typed)``, called inside the tenant's unit of work."""

WINGS = {"orderhouse.oms": "orderhouse.console.oms.search", "orderhouse.wms": "orderhouse.console.wms.search"}
LONGEST = 200


@cache
def finders() -> tuple[Finder, ...]:
    """The finders of the wings that are installed, then the catalog's."""
    return (*(import_module(room).find for wing, room in WINGS.items() if apps.is_installed(wing)), find_items)


def find(desk: Desk, typed: str) -> list[Hit]:
    """What ``typed`` names: exact codes first, then actions, then codes that begin so. Nothing the person may not open."""
    typed = " ".join(typed.replace("\0", "").split())[:LONGEST]
    hits: list[Hit] = []
    if typed:
        with unit_of_work(desk.tenant_id):
            hits = [hit for finder in finders() for hit in finder(desk.tenant_id, typed)]
    found: dict[tuple[str, str], Hit] = {}
    for hit in sorted(hits, key=lambda hit: not hit.exact):
        if hit.href and _may_open(desk, hit.href):
            found.setdefault((hit.href, hit.code), hit)
    exact = [hit for hit in found.values() if hit.exact]
    return [*exact, *actions(desk, typed), *(hit for hit in found.values() if not hit.exact)]


def _may_open(desk: Desk, href: str) -> bool:
    try:
        view = resolve(urlsplit(href).path).func
    except Resolver404:
        return False
    return desk.may(*(policy_of(view) or ("admin",)))
