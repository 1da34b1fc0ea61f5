"""The only writer of an outbound's state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orderhouse.contract.events import Event, recording
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import ReleaseProgressed
from orderhouse.database import execute, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.outbound import store

TOLD = frozenset({"waved", "picking", "picked", "packed"})
"""Steps the OMS hears of as they happen; the others have messages of their own."""

EVENT = {
    "accepted": "release-sent-back",
    "waved": "release-waved",
    "picking": "picking-started",
    "picked": "release-picked",
    "packed": "release-packed",
    "shipped": "release-shipped",
    "shorted": "release-shorted",
    "cancelled": "release-cancelled",
}


def derive_outbounds(
    *,
    by: By,
    outbound_ids: Iterable[int],
    locked: Mapping[int, store.Outbound] | None = None,
    whose: Mapping[int, By] | None = None,
) -> dict[int, str]:
    """Set outbounds' states from their lines, tasks and parcels, tell the story and the OMS; answers those that changed.
    ``locked``: the outbounds, where the caller holds their locks and need not ask for them again. ``whose``: who brought each of
    them there, where it was not ``by`` alone."""
    ids = sorted(set(outbound_ids))
    if not ids:
        return {}
    with unit_of_work(by.tenant_id):
        outbounds = store.lock_outbounds(by.tenant_id, ids) if locked is None else {each: locked[each] for each in ids}
        changed = store.derive_states(by.tenant_id, ids)
        if not changed:
            return {}
        doers = whose or dict.fromkeys(ids, by)
        execute(
            *recording(
                by.tenant_id,
                [
                    (doers[each], Event("release", each, EVENT[state], {"release": outbounds[each].release_number}))
                    for each, state in sorted(changed.items())
                ],
            )
        )
        told = [outbound for outbound in outbounds.values() if changed.get(outbound.id) in TOLD]
        letters = [Letter("oms", o.release_number, ReleaseProgressed(o.release_number, o.node, changed[o.id])) for o in told]
        put(by=by, source="wms", letters=letters, senders=[doers[outbound.id] for outbound in told])
        return changed
