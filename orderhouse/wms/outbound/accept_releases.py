"""A release comes in: the node takes it or says why not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.mailbox import Letter, put
from orderhouse.contract.messages import LineQuantity, ReleaseAccepted, ReleaseCancelled, ReleaseOrder, ReleaseRejected
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.quantities import MAX_QUANTITY
from orderhouse.wms.outbound import store
from orderhouse.wms.outbound.derive_outbounds import derive_outbounds


class Rejection(NamedTuple):
    """Why a node will not ship a release: a code for machines, a sentence for people."""

    reason_code: str
    detail: str


def accept_releases(*, by: By, messages: list[ReleaseOrder]) -> None:
    """Accept releases, all or nothing each: ``ReleaseAccepted`` or ``ReleaseRejected`` goes back for every one.

    A release number known already is answered as the first time and changes nothing. A cancellation that came first is
    carried out on arrival. Reason codes: ``unknown-node``, ``node-inactive``, ``no-lines``, ``unknown-owner``,
    ``unknown-sku``, ``inactive-sku``, ``duplicate-line``, ``bad-quantity``.
    """
    with unit_of_work(by.tenant_id):
        nodes = store.known_nodes(by.tenant_id, {message.node for message in messages})
        items = store.known_items(by.tenant_id, {(line.owner, line.sku) for message in messages for line in message.lines})
        keys = {(nodes[m.node].id, m.release) for m in messages if m.node in nodes}
        known = set(store.outbound_ids(by.tenant_id, keys))
        early = store.early_cancels(by.tenant_id, keys)

        fresh: list[store.NewOutbound] = []
        letters: list[Letter] = []
        for message in messages:
            rejection = examine(message, nodes, items)
            key = (nodes[message.node].id, message.release) if message.node in nodes else None
            if rejection and key not in known:
                letters.append(Letter("oms", message.release, ReleaseRejected(message.release, message.node, *rejection)))
                continue
            letters.append(Letter("oms", message.release, ReleaseAccepted(message.release, message.node)))
            if key is None or key in known:
                continue
            known.add(key)
            cancel = early.get(key, {})
            taken = {
                line.line_number: line.quantity if cancel is None else min(line.quantity, cancel.get(line.line_number, 0))
                for line in message.lines
            }
            fresh.append(store.NewOutbound(message, key[0], _lines(message, items, taken)))
            gone = tuple(LineQuantity(number, quantity) for number, quantity in taken.items() if quantity)
            if gone:
                letters.append(Letter("oms", message.release, ReleaseCancelled(message.release, message.node, gone)))
        if fresh:
            ids = store.insert_outbounds(by, fresh)
            record_events(
                by=by,
                events=[
                    Event("release", id_, "release-accepted", {"release": new.message.release, "order": new.message.order})
                    for id_, new in zip(ids, fresh, strict=True)
                ],
            )
            derive_outbounds(
                by=by, outbound_ids=[i for i, new in zip(ids, fresh, strict=True) if any(line[4] for line in new.lines)]
            )
        put(by=by, source="wms", letters=sorted(letters, key=lambda letter: type(letter.message).__name__))


def _lines(
    message: ReleaseOrder, items: Mapping[tuple[str, str], store.KnownItem], taken: Mapping[int, int]
) -> list[tuple[int, int, int, int, int]]:
    lines = []
    for line in message.lines:
        known = items[line.owner, line.sku]
        assert known.item_id is not None
        assert known.owner_id is not None
        lines.append((line.line_number, known.item_id, known.owner_id, line.quantity, taken[line.line_number]))
    return lines


def examine(
    message: ReleaseOrder, nodes: Mapping[str, store.KnownNode], items: Mapping[tuple[str, str], store.KnownItem]
) -> Rejection | None:
    """Why this release cannot be taken, or None. Pure."""
    node = nodes.get(message.node)
    if node is None or not node.has_site:
        return Rejection("unknown-node", f"{message.node} has no floor here")
    if not node.active:
        return Rejection("node-inactive", f"{message.node} takes no releases")
    if not message.lines:
        return Rejection("no-lines", "the release names nothing to ship")
    seen: set[int] = set()
    for line in message.lines:
        item = items[line.owner, line.sku]
        if item.owner_id is None:
            return Rejection("unknown-owner", f"line {line.line_number}: owner {line.owner}")
        if item.item_id is None:
            return Rejection("unknown-sku", f"line {line.line_number}: SKU {line.sku}")
        if not item.active:
            return Rejection("inactive-sku", f"line {line.line_number}: SKU {line.sku}")
        if line.line_number in seen:
            return Rejection("duplicate-line", f"line {line.line_number} is there twice")
        if not 0 < line.quantity <= MAX_QUANTITY:
            return Rejection("bad-quantity", f"line {line.line_number}: {line.quantity}")
        seen.add(line.line_number)
    return None
