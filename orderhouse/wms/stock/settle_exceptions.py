"""Say who has dealt with an exception."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By


def settle_exceptions(*, by: By, ids: Sequence[int] = (), subject_kind: str = "", subject_ids: Sequence[int] = ()) -> int:
    """Settle open exceptions by their ids, or all those about these subjects; how many were open. A repeat settles none."""
    with unit_of_work(by.tenant_id):
        return execute(
            sql.load(__file__, "settle_exceptions"),
            {
                "tenant": by.tenant_id,
                "ids": list(ids),
                "subject_kind": subject_kind,
                "subjects": list(subject_ids),
                "badge": by.actor,
                "at": by.at,
            },
        )
