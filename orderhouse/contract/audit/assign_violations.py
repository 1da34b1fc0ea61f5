"""Say who must see to what breaks a rule of the books."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.events import Event, record_events
from orderhouse.database import fetch_all, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.people.owners import check_owner


def assign_violations(*, by: By, ids: Sequence[int], owner: str) -> int:
    """Give open violations to a role, an active badge, or a person of the business by email; how many changed hands.

    Those that are right again stay as they are; one that breaks its rule anew is the administrators' again. Raises ``NotFound``
    for an owner nobody knows.
    """
    with unit_of_work(by.tenant_id):
        check_owner(by.tenant_id, owner)
        rules = fetch_all(
            """WITH open AS MATERIALIZED (
                 SELECT id FROM contract_violation
                 WHERE tenant_id = %(tenant)s AND id = ANY (%(ids)s) AND raised_at IS NOT NULL AND cleared_at IS NULL AND owner <> %(owner)s
                 ORDER BY id FOR UPDATE
               ), given AS (
                 UPDATE contract_violation v SET owner = %(owner)s FROM open WHERE v.tenant_id = %(tenant)s AND v.id = open.id
                 RETURNING v.rule
               )
               SELECT rule, count(*)::int FROM given GROUP BY rule ORDER BY rule""",
            {"tenant": by.tenant_id, "ids": sorted(set(ids)), "owner": owner},
        )
        if rules:
            facts = {"owner": owner, "rules": dict(rules)}
            record_events(by=by, events=[Event("business", by.tenant_id, "violations-assigned", facts)])
    return sum(units for _, units in rules)
