"""Walk over tenants: the one thing outside a unit of work, for workers and the command line."""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection


class Tenant(NamedTuple):
    """A tenant as the registry names it."""

    tenant_id: int
    code: str
    name: str


def tenants() -> list[Tenant]:
    """Every tenant, by code. The only read across tenants: names alone, by a function the owner defined."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tenant_id, code, name FROM people_tenants()")
        return [Tenant(*row) for row in cursor.fetchall()]
