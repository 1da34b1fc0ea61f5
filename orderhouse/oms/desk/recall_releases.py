"""Take releases back while no picker has begun."""

from __future__ import annotations

from collections.abc import Collection

from orderhouse.database import fetch_values, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.oms.orders import recall, store

NOT_BEGUN = ("sent", "accepted", "waved")
"""States of a release in which nobody walks for it."""


def recall_releases(*, by: By, order_ids: Collection[int], reason: str) -> list[str]:
    """Ask nodes to give back what they were told to ship of these orders, where nobody has begun to pick it; the numbers of the
    releases asked for.

    What a node gives back is promised again in the node's answer, and waits to be released anew. A node that has begun
    meanwhile refuses, and the release goes on. Raises InvalidInput without a reason.
    """
    if not reason.strip():
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why; it stands in the release's story.")
    with unit_of_work(by.tenant_id):
        numbers = set(
            fetch_values(
                """SELECT number FROM oms_release
                   WHERE tenant_id = %s AND order_id = ANY (%s) AND state = ANY (%s)""",
                (by.tenant_id, list(order_ids), list(NOT_BEGUN)),
            )
        )
        wanted = [release for release in store.read_open_releases(by.tenant_id, order_ids) if release.release in numbers]
        recall.ask(by, ((release, release.unasked, reason.strip()) for release in wanted if release.unasked))
        store.read_orders(by.tenant_id, order_ids, lock=True)
        recall.remember(by, ((release, release.unasked) for release in wanted))
    return sorted({release.release for release in wanted})
