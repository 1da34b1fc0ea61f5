"""Define nodes: where orders may be shipped from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from orderhouse.catalog import rules
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_ids

KINDS = ("warehouse", "store", "3pl", "supplier")


@dataclass(frozen=True, slots=True)
class NodeDefinition:
    """A warehouse, store, 3PL or supplier.

    ``latitude`` and ``longitude`` in WGS 84 degrees; ``working_days`` seven of 0 and 1, Monday first; ``cutoff_time`` local;
    handling costs in minor units of the tenant's currency; ``lines_per_day`` and ``countries_served`` None without limit;
    ``holiday_calendar`` an ISO 3166 country or subdivision (GB-ENG), empty for none.
    """

    code: str
    name: str
    kind: str
    country: str
    latitude: float
    longitude: float
    address: Mapping[str, Any] = field(default_factory=dict)
    time_zone: str = "UTC"
    working_days: str = "1111100"
    holiday_calendar: str = ""
    cutoff_time: time = time(16)
    handling_per_parcel: int = 0
    handling_per_line: int = 0
    lines_per_day: int | None = None
    countries_served: Sequence[str] | None = None
    carries_hazmat: bool = True
    active: bool = True


def define_nodes(*, by: By, nodes: Sequence[NodeDefinition]) -> dict[str, int]:
    """Make or correct nodes by code; answers their ids by code. One statement. Raises InvalidInput, and then changes nothing."""
    if not nodes:
        return {}
    rules.none_twice((node.code for node in nodes), field="code")
    for node in nodes:
        _check(node)
    wanted = sorted(nodes, key=lambda node: node.code)
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            sql.load(__file__, "define_nodes"),
            {
                "tenant": by.tenant_id,
                "ids": new_ids(len(wanted)),
                "codes": [n.code for n in wanted],
                "names": [n.name for n in wanted],
                "kinds": [n.kind for n in wanted],
                "countries": [n.country for n in wanted],
                "latitudes": [n.latitude for n in wanted],
                "longitudes": [n.longitude for n in wanted],
                "addresses": [json.dumps(dict(n.address)) for n in wanted],
                "time_zones": [n.time_zone for n in wanted],
                "working_days": [n.working_days for n in wanted],
                "calendars": [n.holiday_calendar for n in wanted],
                "cutoffs": [n.cutoff_time for n in wanted],
                "per_parcel": [n.handling_per_parcel for n in wanted],
                "per_line": [n.handling_per_line for n in wanted],
                "per_day": [n.lines_per_day for n in wanted],
                # An array of arrays would have to be square, so the list travels as text.
                "served": [None if n.countries_served is None else ",".join(sorted(n.countries_served)) for n in wanted],
                "hazmats": [n.carries_hazmat for n in wanted],
                "actives": [n.active for n in wanted],
            },
        )
    return dict(rows)


def _check(node: NodeDefinition) -> None:
    rules.code(node.code, field="code")
    rules.country(node.country, field="country")
    rules.time_zone(node.time_zone, field="time_zone")
    for served in node.countries_served or ():
        rules.country(served, field="countries_served")
    if node.kind not in KINDS:
        raise InvalidInput(field="kind", reason=f"{node.kind!r} is no kind of node", remedy=f"Use one of {', '.join(KINDS)}.")
    if not (-90 <= node.latitude <= 90 and -180 <= node.longitude <= 180):
        raise InvalidInput(field="latitude", reason=f"{node.latitude}, {node.longitude} is no place on Earth")
    if len(node.working_days) != 7 or set(node.working_days) - {"0", "1"}:
        raise InvalidInput(
            field="working_days", reason=f"{node.working_days!r} is not seven of 0 and 1", remedy="Start with Monday: 1111100."
        )
    if node.handling_per_parcel < 0 or node.handling_per_line < 0:
        raise InvalidInput(field="handling_per_parcel", reason="a handling cost is negative")
    if node.lines_per_day is not None and node.lines_per_day < 1:
        raise InvalidInput(
            field="lines_per_day", reason=f"{node.lines_per_day} is less than 1", remedy="Set the node inactive to stop it."
        )
