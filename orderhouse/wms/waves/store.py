"""Waves, tours and the tasks on them: locks and writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from orderhouse.database import execute, fetch_all, fetch_one, fetch_value, fetch_values
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids
from orderhouse.wms.waves.rules import Choice, Walk


def orders_to_wave(tenant_id: int, node_id: int, choice: Choice, *, only: Sequence[int] | None = None) -> list[int]:
    """Outbounds with units waiting, those to be served first in front; ``only`` these, where given. No lock: the caller locks,
    then looks again."""
    return fetch_values(
        sql.load(__file__, "orders_to_wave"),
        {
            "tenant": tenant_id,
            "node": node_id,
            "cutoff": choice.cutoff_at,
            "limit": choice.max_orders,
            "max_units": choice.max_wave_units,
            "carrier": choice.carrier,
            "service": choice.service,
            "priority": choice.priority,
            "owner": choice.owner_id,
            "item": choice.item_id,
            "single": choice.single_line,
            "only": None if only is None else sorted(only),
        },
    )


def take_number(tenant_id: int, node_id: int, kind: str) -> int:
    """The node's next number of a kind; its row is locked until the transaction ends."""
    return int(
        fetch_value(
            """INSERT INTO wms_counter AS c (tenant_id, node_id, kind, last)
               SELECT t.tenant_id, %(node)s, %(kind)s, 1 FROM people_tenant t WHERE t.tenant_id = %(tenant)s
               ON CONFLICT (tenant_id, node_id, kind) DO UPDATE SET last = c.last + 1 RETURNING last""",
            {"tenant": tenant_id, "node": node_id, "kind": kind},
        )
    )


def zone_aisles(tenant_id: int, node_id: int) -> dict[int, list[int]]:
    """The aisles of each zone's bins."""
    return dict(
        fetch_all(
            """SELECT zone_id, array_agg(DISTINCT aisle) FROM wms_location
               WHERE tenant_id = %(tenant)s AND node_id = %(node)s AND kind = 'bin' GROUP BY zone_id""",
            {"tenant": tenant_id, "node": node_id},
        )
    )


def zone_id(tenant_id: int, node_id: int, code: str) -> int:
    """The id of a zone; refuses an unknown code."""
    found = fetch_value("SELECT id FROM wms_zone WHERE tenant_id = %s AND node_id = %s AND code = %s", (tenant_id, node_id, code))
    if found is None:
        raise NotFound(kind="zone", code=code, field="zone")
    return int(found)


@dataclass(frozen=True, slots=True)
class Wave:
    """A wave as its lock found it."""

    id: int
    node_id: int
    number: str
    state: str
    strategy: str


def lock_wave(tenant_id: int, wave_id: int) -> Wave:
    """Lock a wave; refuses an unknown id."""
    return read_wave(tenant_id, wave_id, " FOR UPDATE")


def read_wave(tenant_id: int, wave_id: int, how: str = "") -> Wave:
    """A wave as it stands; refuses an unknown id."""
    wave = fetch_one(
        "SELECT id, node_id, number, state, strategy FROM wms_wave WHERE tenant_id = %s AND id = %s" + how,
        (tenant_id, wave_id),
        of=Wave,
    )
    if wave is None:
        raise NotFound(kind="wave", code=wave_id, field="wave_id")
    return wave


def insert_wave(by: By, wave: Wave, **figures: object) -> None:
    execute(
        """INSERT INTO wms_wave (tenant_id, id, node_id, number, state, strategy, cutoff_at, planned_at, orders, lines, units, meters,
                                 meters_order_by_order)
           SELECT t.tenant_id, %(id)s, %(node)s, %(number)s, 'planned', %(strategy)s, %(cutoff_at)s, %(at)s, %(orders)s, %(lines)s,
                  %(units)s, %(meters)s, %(alone)s FROM people_tenant t WHERE t.tenant_id = %(tenant)s""",
        {
            "tenant": by.tenant_id,
            "at": by.at,
            "id": wave.id,
            "node": wave.node_id,
            "number": wave.number,
            "strategy": wave.strategy,
            **figures,
        },
    )


def insert_tours(by: By, wave: Wave, walks: Sequence[Walk]) -> list[int]:
    """Write a wave's tours, numbered along; their ids."""
    ids = new_ids(len(walks))
    execute(
        sql.load(__file__, "insert_tours"),
        {
            "tenant": by.tenant_id,
            "wave": wave.id,
            "node": wave.node_id,
            "strategy": wave.strategy,
            "ids": ids,
            "numbers": [f"{wave.number}-{n:02d}" for n in range(1, len(walks) + 1)],
            "meters": [walk.meters for walk in walks],
            "paths": [orjson.dumps([[round(x, 2), round(y, 2)] for x, y in walk.path]).decode() for walk in walks],
        },
    )
    return ids


class OpenSpot(NamedTuple):
    """An open task of a wave and where it is."""

    task_id: int
    outbound_id: int
    aisle: int
    y: float
    quantity: int


def open_spots(tenant_id: int, wave_id: int) -> list[OpenSpot]:
    """The tasks of a wave nobody has begun."""
    return fetch_all(sql.load(__file__, "open_spots"), {"tenant": tenant_id, "wave": wave_id}, of=OpenSpot)


def replace_tours(by: By, wave: Wave, walks: Sequence[Walk]) -> None:
    """Put a planned wave's open tasks on better tours, and drop those left without any; a cancelled task keeps its tour."""
    old = fetch_values(
        "UPDATE wms_tour SET number = number || ' replaced' WHERE tenant_id = %s AND wave_id = %s RETURNING id",
        (by.tenant_id, wave.id),
    )
    ids = insert_tours(by, wave, walks)
    rows = sorted(
        (task_id, tour_id, n) for tour_id, walk in zip(ids, walks, strict=True) for n, task_id in enumerate(walk.refs, 1)
    )
    execute(
        """UPDATE wms_pick_task t SET tour_id = u.tour_id, sequence = u.sequence
           FROM unnest(%(ids)s::bigint[], %(tours)s::bigint[], %(sequences)s::int[]) AS u (id, tour_id, sequence)
           WHERE t.tenant_id = %(tenant)s AND t.id = u.id""",
        {
            "tenant": by.tenant_id,
            "ids": [row[0] for row in rows],
            "tours": [row[1] for row in rows],
            "sequences": [row[2] for row in rows],
        },
    )
    execute(
        "UPDATE wms_wave SET meters = %s WHERE tenant_id = %s AND id = %s",
        (sum(walk.meters for walk in walks), by.tenant_id, wave.id),
    )
    execute(
        """DELETE FROM wms_tour t WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(old)s) AND NOT EXISTS (
             SELECT FROM wms_pick_task p WHERE p.tenant_id = t.tenant_id AND p.tour_id = t.id)""",
        {"tenant": by.tenant_id, "old": old},
    )
    execute(
        "UPDATE wms_tour SET state = 'done', done_at = %(at)s WHERE tenant_id = %(tenant)s AND id = ANY (%(old)s)",
        {"tenant": by.tenant_id, "old": old, "at": by.at},
    )
