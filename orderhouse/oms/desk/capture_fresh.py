"""Capture what is simply new: read all, decide, and write every row once, as it stands in the end; of many, the first are written while
the next are decided."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, NamedTuple

from orderhouse.contract.events import recording
from orderhouse.contract.letters import Letter
from orderhouse.contract.mailbox import posting, put
from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.database.statements import Part, run_ahead, run_compiled, run_together
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.ledger.accounts import Account, Move, promise
from orderhouse.ledger.post_movements import Posting, opens_accounts, post
from orderhouse.oms.desk.capture_ground import Ground, ground
from orderhouse.oms.orders import store as orders_store
from orderhouse.oms.orders.parse_order import Problem, order_key, parse_order
from orderhouse.oms.orders.place_orders import Placed, order_placed
from orderhouse.oms.orders.rules import KnownItem, OrderFacts, derive_state, problems_with
from orderhouse.oms.orders.store import CustomerRow, customer_of, merge_customers
from orderhouse.oms.orders.write_orders import FinalLine, FinalOrder, write_orders
from orderhouse.oms.sourcing import store as sourcing_store
from orderhouse.oms.sourcing.candidates import Decision, LineNeed, OrderNeed
from orderhouse.oms.sourcing.consequences import Consequences, Decided, consequences
from orderhouse.oms.sourcing.serve_waiting import serve_later
from orderhouse.oms.sourcing.source_orders import decide_by_service

RULE = "lowest_cost"
AT_ONCE = 125
"""Orders a statement writes: what it carries should fit between two processes whole, so that PostgreSQL need not wait for the rest of it
while the next are decided."""


class Submitted(NamedTuple):
    """A submission, raw JSON or a message, with who sent it, where it came from, and what was read of it."""

    by: By
    submission: SubmitOrder | Mapping[str, Any]
    source: str
    read: SubmitOrder | list[Problem]


def read_submission(by: By, submission: SubmitOrder | Mapping[str, Any], source: str) -> Submitted:
    """Read a submission, so that no transaction has to wait for that."""
    return Submitted(by, submission, source, parse_order(submission))


class Item(NamedTuple):
    """An item as capture sees it."""

    id: int
    active: bool
    weight_grams: int
    hazmat: bool


class Gathered(NamedTuple):
    """What the gathering statement answers. ``known``: places of submissions that are more than fresh."""

    mark: str
    known: set[int]
    items: Mapping[int, Mapping[str, Item]]  # by owner and SKU
    stock: dict[tuple[int, int, int], int]  # (node, item, owner)
    customers: Sequence[tuple[int, str, str, str, str]]


def capture_fresh(*, tenant_id: int, submitted: Sequence[Submitted]) -> dict[int, Placed]:
    """Place and source those submissions that are right and new; the answers by their place. All others are left to who takes
    them step by step, with no row written for them. One statement looks, one writes; of more than :data:`AT_ONCE` each slice is sent
    while the next is decided, and the last carries what all take from stock.

    Nothing is locked while it decides. So what it writes holds only if every account still has what is taken from it (all that was
    seen, where a channel's buffer or share was reckoned from it) and no order appeared meanwhile; else ``InsufficientStock`` or an integrity error is raised and the caller's work must not stand.
    Inside a unit of work. The decisions, and what is moved and told, are those of :func:`source_orders`.
    """
    right = {place: one.read for place, one in enumerate(submitted) if isinstance(one.read, SubmitOrder)}
    if not right:
        return {}
    who = {place: row for place, order in right.items() if (row := customer_of(order))}
    gathered = _gather(tenant_id, right, who)
    world = ground(tenant_id, gathered.mark)
    keys = [
        (one.read.channel, one.read.channel_order_id) if isinstance(one.read, SubmitOrder) else order_key(one.submission)
        for one in submitted
    ]
    fresh = _fresh(right, keys, world, gathered) if world.carriers else []
    if not fresh:
        return {}
    latest: dict[str, CustomerRow] = {who[place].reference: who[place] for place in fresh if place in who}
    customers, news = merge_customers(latest, [row for row in gathered.customers if row[1] in latest])
    new = _final_orders(submitted, right, fresh, world, gathered, {p: customers[who[p].reference] for p in fresh if p in who})
    seen = _seen(new, world, gathered)
    writing = _Writing(tenant_id, submitted, new, world, seen)
    if news:
        writing.customers = orders_store.customers(tenant_id, customers, news, next(iter(new.values())).by.at)
    writing.run(_decide(tenant_id, new, world, gathered))
    return {p: Placed("placed", n.id, n.number, n.channel.code, n.order.channel_order_id, n.state) for p, n in new.items()}


def _gather(tenant_id: int, right: Mapping[int, SubmitOrder], who: Mapping[int, CustomerRow]) -> Gathered:
    pairs = list({(order.channel, line.sku): None for order in right.values() for line in order.lines})
    ((mark, known, *arrays),) = run_compiled(
        sql.load(__file__, "gather_submitted"),
        {
            "tenant": tenant_id,
            "channels": [order.channel for order in right.values()],
            "ids": [order.channel_order_id for order in right.values()],
            "sellers": [pair[0] for pair in pairs],
            "skus": [pair[1] for pair in pairs],
            "customers": list({row.reference: None for row in who.values()}),
        },
    )
    places = list(right)
    items: dict[int, dict[str, Item]] = defaultdict(dict)
    item_ids, owners, skus, actives, weights, hazmats = (column or () for column in arrays[:6])
    for n, owner_id in enumerate(owners):
        items[owner_id][skus[n]] = Item(item_ids[n], actives[n], weights[n], hazmats[n])
    nodes, stocked, stock_owners, balances = (column or () for column in arrays[6:10])
    stock = dict(zip(zip(nodes, stocked, stock_owners, strict=True), balances, strict=True))
    customers = list(zip(*(column or () for column in arrays[10:]), strict=True))
    return Gathered(mark or "", {places[n - 1] for n in known or ()}, items, stock, customers)


def _fresh(right: Mapping[int, SubmitOrder], keys: Sequence[tuple[str, str]], world: Ground, gathered: Gathered) -> list[int]:
    """The places of what is simply new."""
    fresh: list[int] = []
    seen: set[tuple[str, str]] = set()
    for place, key in enumerate(keys):
        if key in seen:
            continue
        seen.add(key)
        order = right.get(place)
        channel = world.channels.get(order.channel) if order else None
        if order is None or channel is None or place in gathered.known:
            continue
        items = gathered.items.get(channel.owner_id, {})
        known = {line.sku: KnownItem(item.id, item.active) for line in order.lines if (item := items.get(line.sku))}
        if not problems_with(order, world.sellers[order.channel], known):
            fresh.append(place)
    return fresh


def _final_orders(
    submitted: Sequence[Submitted],
    right: Mapping[int, SubmitOrder],
    fresh: Sequence[int],
    world: Ground,
    gathered: Gathered,
    customer_of_place: Mapping[int, int],
) -> dict[int, FinalOrder]:
    ids = iter(new_ids(len(fresh) + sum(len(right[place].lines) for place in fresh)))
    new: dict[int, FinalOrder] = {}
    for place in fresh:
        order, channel = right[place], world.sellers[right[place].channel]
        items = gathered.items[channel.owner_id]
        new[place] = FinalOrder(
            id=next(ids),
            number=f"{order.channel}-{order.channel_order_id}",
            by=submitted[place].by,
            order=order,
            channel=channel,
            customer_id=customer_of_place.get(place),
            lines=[FinalLine(next(ids), items[line.sku].id, line) for line in order.lines],
        )
    return new


def _seen(new: Mapping[int, FinalOrder], world: Ground, gathered: Gathered) -> dict[Account, int]:
    """What stands of the items of orders whose channel has a buffer or a share, at all nodes."""
    limited = {code for code, channel in world.channels.items() if channel.buffer or channel.share_percent < 100}
    wanted = {(line.item_id, n.channel.owner_id) for n in new.values() if n.channel.code in limited for line in n.lines}
    if not wanted:
        return {}
    return {promise(*key, "available"): units for key, units in gathered.stock.items() if key[1:] in wanted}


def _decide(tenant_id: int, new: Mapping[int, FinalOrder], world: Ground, gathered: Gathered) -> Iterator[Decision]:
    needs, limits = [], {}
    for n in new.values():
        order, items = n.order, gathered.items[n.channel.owner_id]
        limits[n.id] = (world.channels[n.channel.code].buffer, world.channels[n.channel.code].share_percent)
        needs.append(
            OrderNeed(
                n.id,
                n.channel.priority if order.priority is None else order.priority,
                None,
                n.by.at,
                order.ship_to.latitude,
                order.ship_to.longitude,
                order.ship_to.country,
                order.service or n.channel.service,
                tuple(
                    LineNeed(
                        line.id,
                        (item := items[line.line.sku]).id,
                        line.line.quantity,
                        item.weight_grams,
                        item.hazmat,
                        n.channel.owner_id,
                    )
                    for line in n.lines
                ),
            )
        )
    facts = world.facts
    if facts is None:
        facts = sourcing_store.node_facts(tenant_id, world.nodes, needs[0].received_at)
    return decide_by_service(needs, limits, facts, gathered.stock, world.carriers, RULE, None, {})


class _Writing:
    """Writes fresh orders as they are decided: slice after slice, in the order of their urgency."""

    def __init__(
        self,
        tenant_id: int,
        submitted: Sequence[Submitted],
        new: Mapping[int, FinalOrder],
        world: Ground,
        seen: Mapping[Account, int],
    ) -> None:
        self.tenant_id, self.submitted, self.world, self.seen = tenant_id, submitted, world, seen
        self.order = {n.id: (place, n) for place, n in new.items()}
        self.customers: Part | None = None
        self.moves: list[tuple[By, Move]] = []
        self.by_hand: list[tuple[By, Letter]] = []
        self.ledger: Posting | None = None

    def run(self, decisions: Iterator[Decision]) -> None:
        """Write them all; raises where what was seen is so no more."""
        statements = self._statements(decisions)
        if len(self.order) > AT_ONCE:
            answer = run_ahead(statements)
        else:
            for statement in statements:
                answer = run_together(statement)
        if self.ledger:
            self.ledger.settle(answer)
        waiting = {line.item_id for _, n in self.order.values() for line in n.lines if line.waits}
        if waiting:
            serve_later(by=next(iter(self.order.values()))[1].by, item_ids=waiting)
        _hand_over(self.by_hand)

    def _statements(self, decisions: Iterator[Decision]) -> Iterator[dict[str, Part]]:
        """The rows, slice by slice; with the last, what all take from stock: so every account is locked once, in order, and for the
        shortest time."""
        left = len(self.order)
        while left:
            slice_ = list(islice(decisions, AT_ONCE))
            left -= len(slice_)
            rows = self._rows(slice_)
            if left or not self.moves:
                yield rows
                continue
            if opens_accounts(tenant_id=self.tenant_id, moves=(move for _, move in self.moves)):
                yield rows  # accounts are locked last, and to open one is to lock it
                rows = {}
            self.ledger = post(tenant_id=self.tenant_id, moves=self.moves, seen=self.seen)
            yield {**rows, **self.ledger.parts}

    def _rows(self, decisions: Sequence[Decision]) -> dict[str, Part]:
        """The rows of these orders. What they take from stock is noted."""
        slice_ = [self.order[decision.order_id] for decision in decisions]
        orders = [n for _, n in slice_]
        all_of = self._consequences(decisions, orders)
        by_of = {n.id: n.by for n in orders}
        parts: dict[str, Part] = {}
        if self.customers:
            parts["customers"], self.customers = self.customers, None
        parts |= write_orders(self.tenant_id, orders)
        if all_of.reservations:
            parts["reservations"] = sourcing_store.reservations(self.tenant_id, sorted(all_of.reservations))
        self.moves += [(by_of[move.cause_id], move) for move in all_of.moves]
        parts["decisions"] = sourcing_store.decisions(self.tenant_id, RULE, [(by_of[d.order_id], d) for d in all_of.told])
        told = [(n.by, order_placed(n.id, n.number, n.order, self.submitted[place].source)) for place, n in slice_]
        parts["events"] = recording(self.tenant_id, told + [(by_of[event.subject_id], event) for event in all_of.events])
        letters: list[tuple[By, Letter]] = [
            (by_of[sourced.order_id], letter) for sourced, letter in zip(all_of.sourced, all_of.letters, strict=True)
        ]
        outgoing = posting(tenant_id=self.tenant_id, source="oms", sent=letters)
        if outgoing:
            parts["letters"] = outgoing
        else:
            self.by_hand += letters
        return parts

    def _consequences(self, decisions: Sequence[Decision], orders: Sequence[FinalOrder]) -> Consequences:
        """What the decisions come to, noted on the orders, too."""
        channels = self.world.channels
        decided = {
            n.id: Decided(n.id, n.number, n.channel.code, n.order.channel_order_id, channels[n.channel.code].when_short, True)
            for n in orders
        }
        item_of = {line.id: (line.item_id, n.channel.owner_id) for n in orders for line in n.lines}
        all_of = consequences(decisions, decided, item_of, self.world.nodes)
        for n, (_, promised_at, ship_by) in zip(orders, all_of.promises, strict=True):
            n.promised_at, n.ship_by = promised_at, ship_by
            for line in n.lines:
                line.reserved, line.cancelled = all_of.reserved.get(line.id, 0), all_of.cancelled.get(line.id, 0)
            n.state = _state(n)
        return all_of


def _state(n: FinalOrder) -> str:
    ordered = sum(line.line.quantity for line in n.lines)
    cancelled, reserved = sum(line.cancelled for line in n.lines), sum(line.reserved for line in n.lines)
    waiting = ordered - cancelled - reserved
    return derive_state(OrderFacts(ordered, cancelled, waiting, reserved, open_holds=len(n.order.holds), sourced=True))


def _hand_over(letters: Sequence[tuple[By, Letter]]) -> None:
    groups: dict[By, list[Letter]] = defaultdict(list)
    for by, letter in letters:
        groups[by].append(letter)
    for by, group in groups.items():
        put(by=by, source="oms", letters=group)
