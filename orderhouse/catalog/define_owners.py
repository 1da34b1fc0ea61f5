"""Define owners: whose stock it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orderhouse.catalog import rules
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids


@dataclass(frozen=True, slots=True)
class OwnerDefinition:
    """Ourselves, or a client whose stock we keep."""

    code: str
    name: str


def define_owners(*, by: By, owners: Sequence[OwnerDefinition]) -> dict[str, int]:
    """Make or correct owners by code; answers their ids by code. One statement. Raises InvalidInput, and then changes nothing."""
    if not owners:
        return {}
    rules.none_twice((owner.code for owner in owners), field="code")
    wanted = sorted(owners, key=lambda owner: rules.code(owner.code, field="code"))
    with unit_of_work(by.tenant_id):
        rows = fetch_all(
            sql.load(__file__, "define_owners"),
            {
                "tenant": by.tenant_id,
                "ids": new_ids(len(wanted)),
                "codes": [owner.code for owner in wanted],
                "names": [owner.name for owner in wanted],
            },
        )
    return dict(rows)
