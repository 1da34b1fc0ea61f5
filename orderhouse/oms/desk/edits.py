"""What a change of an order's terms means. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_PLACE = ("country", "region", "city", "postal_code", "lines")
_BEARS = ("country", "latitude", "longitude", "service")


def settled_address(kept: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    """The new address with the coordinates that belong to it: those given, else the old ones while the place is the same.

    Coordinates that repeat the old ones beside another place are stale and dropped: an unknown distance is priced by country.
    """
    merged = dict(given)
    moved = any(kept.get(name) != given.get(name) for name in _PLACE)
    same = all(given.get(name) == kept.get(name) for name in ("latitude", "longitude"))
    for name in ("latitude", "longitude"):
        if moved and same:
            merged.pop(name, None)
        elif not moved and given.get(name) is None and kept.get(name) is not None:
            merged[name] = kept[name]
    return merged


def matters(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the choice of node or the promise depends on what changed."""
    return any(before.get(name) != after.get(name) for name in _BEARS)
