"""Keep what went otherwise than planned, for whoever must look at it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.wms.stock.rules import OWNERS


class Raised(NamedTuple):
    """``kind`` is over, short, damaged, unknown, short_pick, count_variance or conflict; ``facts`` plain values; ``owner`` the
    role, badge or person that must settle it; by :data:`rules.OWNERS` where nobody is named."""

    kind: str
    subject_kind: str
    subject_id: int
    facts: dict[str, Any]
    owner: str = ""


def raise_exceptions(*, by: By, node_id: int, exceptions: Sequence[Raised]) -> list[int]:
    """Keep these exceptions; their ids. They stay open until ``settle_exceptions`` names who settled them."""
    if not exceptions:
        return []
    ids = new_ids(len(exceptions))
    with unit_of_work(by.tenant_id):
        execute(
            sql.load(__file__, "raise_exceptions"),
            {
                "tenant": by.tenant_id,
                "node": node_id,
                "at": by.at,
                "ids": ids,
                "kinds": [e.kind for e in exceptions],
                "subject_kinds": [e.subject_kind for e in exceptions],
                "subjects": [e.subject_id for e in exceptions],
                "facts": [json.dumps(e.facts, default=str) for e in exceptions],
                "owners": [e.owner or OWNERS[e.kind] for e in exceptions],
            },
        )
    return ids
