"""Totes onto the cart: one order each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.wms.outbound.refusals import OutboundCancelled
from orderhouse.wms.outbound.store import lock_outbounds
from orderhouse.wms.picking import store


class ToteFor(NamedTuple):
    """This tote is to carry this outbound."""

    outbound_id: int
    tote_id: int


def assign_totes(*, by: By, totes: Sequence[ToteFor]) -> None:
    """Let free totes carry outbounds; an order may have several, a tote one order. Repeating an assignment changes nothing.

    Refuses a tote that carries another order, stands in another node, or is no tote (:class:`WrongTote`), and a cancelled order.
    """
    with unit_of_work(by.tenant_id):
        outbounds = lock_outbounds(by.tenant_id, [tote.outbound_id for tote in totes])
        for outbound in outbounds.values():
            if outbound.cancel_wanted or outbound.state == "cancelled":
                raise OutboundCancelled(order=outbound.order_number, release=outbound.release_number)
        store.claim_totes(by, outbounds, [(tote.tote_id, tote.outbound_id) for tote in totes])
