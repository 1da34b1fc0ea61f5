"""The items behind SKUs, kept by process: an item's id, owner and SKU never change and no item is deleted, so what was read once is right
for as long as the database is the same. Who is meant by a channel or an owner's code may change: every read says it anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import NamedTuple

from orderhouse.database.at_once import opening

MOST = 200_000
"""SKUs kept, of all tenants; past that all are forgotten. Some 40 MB."""


class Known(NamedTuple):
    """Items of one owner by SKU."""

    owner_id: int
    items: Mapping[str, int]


class Memory:
    """What this process knows. The one owner last seen behind what was asked for is ``meant``."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._opening = -1
        self._count = 0
        self._meant: dict[tuple[int, str | None, str | None], int] = {}
        self._items: dict[tuple[int, int], dict[str, int]] = {}

    def known(self, tenant_id: int, channel: str | None, owner: str | None, skus: Iterable[str]) -> Known | None:
        """The items of all these SKUs; None where one is not known, or the owner is not."""
        with self._lock:
            self._stay_true(opening())
            owner_id = self._meant.get((tenant_id, channel, owner), 0)
            items = self._items.get((tenant_id, owner_id), {})
        try:
            return Known(owner_id, {sku: items[sku] for sku in skus})
        except KeyError:
            return None

    def remember(
        self, tenant_id: int, channel: str | None, owner: str | None, owner_id: int, items: Mapping[str, int], *, seen: int
    ) -> None:
        """Remember the items of the one owner who was meant, read since ``seen`` (:func:`opening`)."""
        with self._lock:
            if seen != opening():
                return  # it may be of another database
            self._stay_true(seen)
            kept = self._items.setdefault((tenant_id, owner_id), {})
            self._count += len(items.keys() - kept.keys())
            if self._count > MOST:
                self._forget()
                kept = self._items[tenant_id, owner_id] = {}
                self._count = len(items)
            kept.update(items)
            self._meant[tenant_id, channel, owner] = owner_id

    def _stay_true(self, now: int) -> None:
        if self._opening != now:
            self._forget()
            self._opening = now

    def _forget(self) -> None:
        self._count, self._meant, self._items = 0, {}, {}
