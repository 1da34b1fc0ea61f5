"""A node has accepted a release, or tells how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.contract.messages import ReleaseAccepted
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By


def confirm_releases(*, by: By, messages: Sequence[ReleaseAccepted]) -> None:
    """Sent releases are accepted; one that went further meanwhile stays where it is."""
    with unit_of_work(by.tenant_id):
        execute(
            """WITH named AS MATERIALIZED (
                 SELECT id FROM oms_release WHERE tenant_id = %(tenant)s AND number = ANY (%(numbers)s::text[]) AND state = 'sent'
                 ORDER BY id FOR UPDATE)
               UPDATE oms_release r SET state = 'accepted' FROM named WHERE r.tenant_id = %(tenant)s AND r.id = named.id""",
            {"tenant": by.tenant_id, "numbers": [message.release for message in messages]},
        )
