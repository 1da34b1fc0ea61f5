"""Badges: who works on the floor."""

from __future__ import annotations

from collections.abc import Mapping

from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.kernel.identifiers import new_ids


def define_badges(*, by: By, badges: Mapping[str, str]) -> None:
    """Issue badges, code to name; a known code gets the new name and works again."""
    with unit_of_work(by.tenant_id):
        execute(
            """INSERT INTO people_badge (tenant_id, id, code, name)
               SELECT t.tenant_id, u.id, u.code, u.name
               FROM people_tenant t, unnest(%(ids)s::bigint[], %(codes)s::text[], %(names)s::text[]) AS u (id, code, name)
               WHERE t.tenant_id = %(tenant)s
               ON CONFLICT (tenant_id, code) DO UPDATE SET name = excluded.name, active = true""",
            {"tenant": by.tenant_id, "ids": new_ids(len(badges)), "codes": list(badges), "names": list(badges.values())},
        )


def badge_name(tenant_id: int, code: str) -> str:
    """The name on an active badge; refuses an unknown or withdrawn one."""
    name = fetch_value("SELECT name FROM people_badge WHERE tenant_id = %s AND code = %s AND active", (tenant_id, code))
    if name is None:
        raise NotFound(kind="badge", code=code, field="badge")
    return str(name)
