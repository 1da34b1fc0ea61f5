"""Where a release stands on its node's floor."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.messages import ReleaseProgressed
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By

STEPS = ("sent", "accepted", "waved", "picking", "picked", "packed")
"""The open states of a release, in the order the floor passes them; news that arrives late never moves it back."""


def note_progress(*, by: By, messages: Sequence[ReleaseProgressed]) -> None:
    """Move open releases forward to the step their node names."""
    with unit_of_work(by.tenant_id):
        execute(
            """WITH told AS (
                 SELECT number, max(array_position(%(steps)s::text[], state)) AS step
                 FROM unnest(%(numbers)s::text[], %(states)s::text[]) AS u (number, state) GROUP BY number
               ), named AS MATERIALIZED (
                 SELECT r.id, told.step FROM oms_release r JOIN told USING (number)
                 WHERE r.tenant_id = %(tenant)s AND array_position(%(steps)s::text[], r.state) < told.step ORDER BY r.id FOR UPDATE OF r)
               UPDATE oms_release r SET state = (%(steps)s::text[])[named.step]
               FROM named WHERE r.tenant_id = %(tenant)s AND r.id = named.id AND array_position(%(steps)s::text[], r.state) < named.step""",
            {
                "tenant": by.tenant_id,
                "steps": list(STEPS),
                "numbers": [message.release for message in messages],
                "states": [message.state for message in messages],
            },
        )
