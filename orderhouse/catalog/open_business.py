"""Open a business: a tenant with its first owner of stock."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.database.tenants import tenants
from orderhouse.kernel.errors import Refusal
from orderhouse.kernel.identifiers import new_id


class BusinessExists(Refusal):
    """The code is taken."""

    sentence = "A business with the code {code} exists already."
    remedy = "Choose another code."


class Business(NamedTuple):
    """The new tenant, and the owner all its stock belongs to until more are named."""

    tenant_id: int
    owner_id: int


def open_business(*, code: str, name: str, at: datetime, owner_code: str = "OWN") -> Business:
    """Open a tenant under ``code`` (lower case, digits and hyphens) with one owner of stock."""
    tenant_id, owner_id = new_id(), new_id()
    with unit_of_work(tenant_id):
        opened = execute(
            "INSERT INTO people_tenant (tenant_id, code, name, created_at) VALUES (%s, %s, %s, %s) ON CONFLICT (code) DO NOTHING",
            (tenant_id, code, name, at),
        )
        if not opened:
            raise BusinessExists(code=code, field="code")
        execute(
            "INSERT INTO catalog_owner (tenant_id, id, code, name) VALUES (%s, %s, %s, %s)",
            (tenant_id, owner_id, owner_code, name),
        )
    return Business(tenant_id, owner_id)


def find_business(code: str) -> Business | None:
    """The tenant with this code and its first owner, or None."""
    for tenant in tenants():
        if tenant.code == code:
            with unit_of_work(tenant.tenant_id):
                owner_id = fetch_value("SELECT min(id) FROM catalog_owner WHERE tenant_id = %s", (tenant.tenant_id,))
            return Business(tenant.tenant_id, owner_id)
    return None
