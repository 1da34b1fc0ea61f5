"""What may be promised, and the figures behind it, as frozen values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from orderhouse.database import fetch_all, fetch_one, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.errors import NotFound
from orderhouse.oms.promise.rules import ItemFigures, promise_of, to_come

_STATES = ("available", "reserved", "released", "safety", "shortage")
_MOVEMENTS = """SELECT m.id, m.at, m.actor, m.cause, m.cause_id, m.cause_line_id,
       CASE WHEN m.to_account_id = %(account)s THEN m.quantity ELSE -m.quantity END AS delta
FROM ledger_movement m
JOIN ledger_account a ON a.tenant_id = m.tenant_id AND a.id = %(account)s AND a.item_id = m.item_id
WHERE m.tenant_id = %(tenant)s AND %(account)s IN (m.from_account_id, m.to_account_id)
ORDER BY m.id DESC LIMIT %(limit)s"""


@dataclass(frozen=True, slots=True)
class Behind:
    """A movement behind a figure: ``delta`` units came (or went, negative), by whom and for which document line."""

    id: int
    at: datetime
    actor: str
    cause: str
    cause_id: int
    cause_line_id: int
    delta: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A balance of the promise book, and the account whose movements add up to it (None: never moved)."""

    quantity: int
    account_id: int | None = None


@dataclass(frozen=True, slots=True)
class NodeFigures:
    """One node's part. ``reported`` is what the node last said stands there (None: never), with the node's own sequence.

    ``gap`` is our projection less the report: what messages on their way will close. ``incoming`` counts announced units due
    by the asked date (all, where none was asked).
    """

    node_id: int
    code: str
    active: bool
    reported: int | None
    sequence: int | None
    reported_at: datetime | None
    available: Figure
    reserved: Figure
    released: Figure
    safety: Figure
    safety_target: int
    shortage: Figure
    incoming: int

    @property
    def projected(self) -> int:
        """What should stand there by our book."""
        return (
            self.available.quantity
            + self.reserved.quantity
            + self.released.quantity
            + self.safety.quantity
            - self.shortage.quantity
        )

    @property
    def gap(self) -> int | None:
        return None if self.reported is None else self.projected - self.reported


@dataclass(frozen=True, slots=True)
class Availability:
    """Why a figure is what it is: every node's part, the channel's terms, and the sum in sentences."""

    item_id: int
    sku: str
    nodes: tuple[NodeFigures, ...]
    waiting: int
    buffer: int
    share_percent: int
    at_date: datetime | None
    available_to_promise: int
    sentences: tuple[str, ...]


def available_to_promise(
    tenant_id: int, item_ids: Iterable[int], channel_id: int | None = None, at_date: datetime | None = None
) -> dict[int, int]:
    """Base units that may be promised of each item (domain §4); 0 for unknown items. One statement.

    Sums what active nodes have free (reservations, safety stock and what a node owes are already apart). With ``at_date``
    adds announced receipts due before it, less what is owed, missing from safety stock, or waiting in orders: they are
    served first. With ``channel_id`` takes off the channel's buffer and gives at most its share.
    """
    ids = sorted(set(item_ids))
    with unit_of_work(tenant_id):
        rows = fetch_all(
            sql.load(__file__, "available_to_promise"),
            {"tenant": tenant_id, "items": ids, "at": at_date, "channel": channel_id},
            of=ItemFigures,
        )
    found = {figures.item_id: promise_of(figures) for figures in rows}
    return {item_id: found.get(item_id, 0) for item_id in ids}


def explain_availability(
    tenant_id: int, item_id: int, channel_id: int | None = None, at_date: datetime | None = None
) -> Availability:
    """Why :func:`available_to_promise` answers what it answers, node by node; :func:`movements_behind` goes on from any figure.

    Raises NotFound for an unknown item.
    """
    params = {"tenant": tenant_id, "items": [item_id], "item": item_id, "at": at_date, "channel": channel_id}
    with unit_of_work(tenant_id):
        item = fetch_one("SELECT sku, name FROM catalog_item WHERE tenant_id = %(tenant)s AND id = %(item)s", params)
        if item is None:
            raise NotFound(kind="item", code=item_id, field="item_id")
        (figures,) = fetch_all(sql.load(__file__, "available_to_promise"), params, of=ItemFigures)
        rows = fetch_all(sql.load(__file__, "explain_availability"), params)
    nodes = tuple(_node(row) for row in rows)
    promised = promise_of(figures)
    return Availability(
        item_id,
        item[0],
        nodes,
        figures.waiting,
        figures.buffer,
        figures.share_percent,
        at_date,
        promised,
        tuple(_sentences(nodes, figures, at_date, promised)),
    )


def movements_behind(tenant_id: int, account_id: int, limit: int = 100) -> list[Behind]:
    """The latest movements of a figure's account; over all of them ``delta`` adds up to the figure."""
    with unit_of_work(tenant_id):
        return fetch_all(_MOVEMENTS, {"tenant": tenant_id, "account": account_id, "limit": limit}, of=Behind)


def _node(row: tuple[Any, ...]) -> NodeFigures:
    *facts, balances, target, incoming = row
    figures = {state: Figure(balance, account_id) for state, balance, account_id in orjson.loads(balances or "[]")}
    available, reserved, released, safety, owed = (figures.get(state, Figure(0)) for state in _STATES)
    shortage = Figure(-owed.quantity, owed.account_id)
    node_id, code, active, reported, sequence, reported_at = facts
    return NodeFigures(
        node_id, code, active, reported, sequence, reported_at, available, reserved, released, safety, target, shortage, incoming
    )


def _sentences(nodes: Iterable[NodeFigures], figures: ItemFigures, at_date: datetime | None, promised: int) -> Iterator[str]:
    for node in nodes:
        if not node.active:
            yield f"{node.code} is closed: its {node.available.quantity} free units do not count."
            continue
        apart = [
            f"{figure.quantity} {said}"
            for figure, said in ((node.reserved, "reserved"), (node.released, "released"), (node.safety, "safety stock"))
            if figure.quantity
        ]
        owed = f", {node.shortage.quantity} owed" if node.shortage.quantity else ""
        yield f"{node.code}: {node.projected} on hand{''.join(f', less {a}' for a in apart)}{owed}: {node.available.quantity} free."
    if at_date is not None:
        yield (
            f"{figures.incoming} units are announced before {at_date:%Y-%m-%d %H:%M %Z}; {figures.owed} are owed, "
            f"{figures.unsafe} missing from safety stock and {figures.waiting} waited for, which leaves {to_come(figures)}."
        )
    total = figures.available + to_come(figures)
    if figures.buffer or figures.share_percent < 100:
        yield (
            f"Of {total} the channel may see at most {figures.share_percent} %, which is {total * figures.share_percent // 100}, "
            f"and all but its buffer of {figures.buffer}."
        )
    yield f"{promised} may be promised."
