"""Place orders: capture what channels submit, each once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from orderhouse.contract.events import Event, record_events
from orderhouse.contract.messages.orders import SubmitOrder
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.oms.orders import store
from orderhouse.oms.orders.parse_order import Problem, keepable, order_key, parse_order
from orderhouse.oms.orders.rules import ChannelFacts, KnownItem, OrderFacts, derive_state, differences, problems_with


@dataclass(frozen=True, slots=True)
class Placed:
    """What became of a submission.

    ``outcome`` is placed, duplicate (the order exists: its id, number and state stand here) or invalid (kept under
    ``invalid_id`` with every reason). ``note`` says what a duplicate told otherwise than the order that stands.
    """

    outcome: str
    order_id: int | None = None
    number: str = ""
    channel: str = ""
    channel_order_id: str = ""
    state: str = ""
    reasons: tuple[Problem, ...] = ()
    invalid_id: int | None = None
    note: str = ""


def place_orders(*, by: By, submissions: Sequence[SubmitOrder | Mapping[str, Any]], source: str = "api") -> list[Placed]:
    """Place a batch of submissions, raw JSON or messages; answers one outcome each, in their order.

    The channel's own order id makes it idempotent: a repeat answers the first order, whatever its body says, also when two
    connections place it at once. What is not right is kept whole, with all its problems, and holds up no neighbor; a
    later right submission of the same id settles it. ``source`` says where it came from when no channel is known.
    At most eight statements for a batch of any size; never raises for what a submission says.
    """
    if not submissions:
        return []
    parsed = [parse_order(raw) for raw in submissions]
    keys = [order_key(raw) for raw in submissions]
    with unit_of_work(by.tenant_id):
        channels, existing = store.find_submitted(by.tenant_id, keys)
        right, wrong = _judge(by.tenant_id, parsed, keys, channels, existing)
        kept = _keep(by, submissions, keys, wrong, channels, source)
        new = _new_orders(by, right, channels)
        fresh = store.place_orders(by, list(new.values())) if new else set()
        placed = {place: order for place, order in new.items() if order.id in fresh}
        if len(placed) < len(new):  # another connection was first
            existing |= store.find_submitted(by.tenant_id, [keys[place] for place in new if place not in placed])[1]
        record_events(by=by, events=[order_placed(new.id, new.number, new.order, source) for new in placed.values()])
        first = {keys[place]: order for place, order in placed.items()}
        notes = _notes(by.tenant_id, parsed, keys, placed, wrong, first, existing)
    answers = []
    for place, (channel, channel_order_id) in enumerate(keys):
        if place in placed:
            order = placed[place]
            answers.append(Placed("placed", order.id, order.number, channel, channel_order_id, order.state))
        elif place in wrong:
            reasons, invalid_id = tuple(wrong[place]), kept[place]
            answers.append(Placed("invalid", None, "", channel, channel_order_id, reasons=reasons, invalid_id=invalid_id))
        else:
            key = (channel, channel_order_id)
            known = existing.get(key) or store.Existing(first[key].id, first[key].number, first[key].state)
            answers.append(Placed("duplicate", *known[:2], *key, known.state, note=notes.get(place, "")))
    return answers


Right = dict[int, tuple[SubmitOrder, Mapping[str, KnownItem]]]
Wrong = dict[int, list[Problem]]


def _judge(
    tenant_id: int,
    parsed: Sequence[SubmitOrder | list[Problem]],
    keys: Sequence[tuple[str, str]],
    channels: Mapping[str, ChannelFacts],
    existing: Mapping[tuple[str, str], store.Existing],
) -> tuple[Right, Wrong]:
    """Which places of the batch to write and which are wrong; those in neither repeat another."""
    orders = {p: order for p, order in enumerate(parsed) if isinstance(order, SubmitOrder) and keys[p] not in existing}
    wanted = {
        (channels[order.channel].owner_id, line.sku)
        for order in orders.values()
        if order.channel in channels
        for line in order.lines
    }
    items = store.find_items(tenant_id, wanted)
    right: Right = {}
    wrong: Wrong = {}
    seen: set[tuple[str, str]] = set()
    for place, answer in enumerate(parsed):
        if keys[place] in existing or keys[place] in seen:
            continue
        if not isinstance(answer, SubmitOrder):
            wrong[place] = answer
            continue
        channel = channels.get(answer.channel)
        known = items.get(channel.owner_id, {}) if channel else {}
        if problems := problems_with(answer, channel, known):
            wrong[place] = problems
        else:
            seen.add(keys[place])
            right[place] = (answer, known)
    return right, wrong


def _new_orders(by: By, right: Right, channels: Mapping[str, ChannelFacts]) -> dict[int, store.NewOrder]:
    who = {place: store.customer_of(order) for place, (order, _) in right.items()}
    customers = store.upsert_customers(by, (row for row in who.values() if row))
    return {
        place: store.NewOrder(
            id=order_id,
            number=f"{order.channel}-{order.channel_order_id}",
            state=derive_state(OrderFacts(ordered=1, backordered=1, open_holds=len(order.holds))),
            order=order,
            channel=channels[order.channel],
            customer_id=customers[row.reference] if (row := who[place]) else None,
            items=items,
        )
        for order_id, (place, (order, items)) in zip(new_ids(len(right)), right.items(), strict=True)
    }


def order_placed(order_id: int, number: str, order: SubmitOrder, source: str) -> Event:
    """What an order's story begins with."""
    facts: dict[str, Any] = {
        "number": number,
        "source": source,
        "lines": len(order.lines),
        "units": sum(line.quantity for line in order.lines),
    }
    if order.holds:
        facts["holds"] = list(order.holds)
    return Event("order", order_id, "order-placed", facts)


def _keep(
    by: By,
    submissions: Sequence[object],
    keys: Sequence[tuple[str, str]],
    wrong: Wrong,
    channels: Mapping[str, ChannelFacts],
    source: str,
) -> dict[int, int]:
    """Keep what is wrong; the id of each place. The same thing twice in a batch is kept once."""
    if not wrong:
        return {}
    rows: dict[tuple[str, str, str], store.InvalidSubmission] = {}
    row_of: dict[int, tuple[str, str, str]] = {}
    for place, problems in wrong.items():
        channel, channel_order_id = keys[place]
        where = channel if channel in channels else source
        payload = orjson.dumps(keepable(submissions[place]), option=orjson.OPT_NON_STR_KEYS).decode()
        row_of[place] = (where, channel_order_id, payload)
        rows.setdefault(row_of[place], store.InvalidSubmission(where, channel_order_id, payload, problems))
    ids = dict(zip(rows, store.keep_invalid(by, list(rows.values())), strict=True))
    return {place: ids[row] for place, row in row_of.items()}


def _notes(
    tenant_id: int,
    parsed: Sequence[SubmitOrder | list[Problem]],
    keys: Sequence[tuple[str, str]],
    placed: Mapping[int, store.NewOrder],
    wrong: Wrong,
    first: Mapping[tuple[str, str], store.NewOrder],
    existing: Mapping[tuple[str, str], store.Existing],
) -> dict[int, str]:
    """What repeats say otherwise than the orders they repeat."""
    repeats = [place for place in range(len(keys)) if place not in placed and place not in wrong]
    if not repeats:
        return {}
    ids = {key: (existing[key].order_id if key in existing else first[key].id) for key in (keys[place] for place in repeats)}
    contents = store.order_contents(tenant_id, ids.values())
    notes = {}
    for place in repeats:
        order = parsed[place]
        if not isinstance(order, SubmitOrder):
            notes[place] = "The repeat is malformed; the order stands as it was."
        elif said := differences(contents[ids[keys[place]]], order, store.address_json(order.ship_to)):
            notes[place] = f"The repeat has {'; '.join(said)}; the order stands as it was."
    return notes
