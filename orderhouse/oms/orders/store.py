"""Calls the SQL of orders: what capture and the desk write and lock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson

from orderhouse.contract.messages.orders import Address, SubmitOrder
from orderhouse.database import execute, fetch_all, fetch_values
from orderhouse.database.statements import Part
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.identifiers import new_ids
from orderhouse.oms.orders.parse_order import Problem
from orderhouse.oms.orders.rules import ChannelFacts, Contents, KnownItem, LineFacts, OpenRelease, Promised

# --- Capture -------------------------------------------------------------------------------------------------------------


class Existing(NamedTuple):
    """An order that a submission already is."""

    order_id: int
    number: str
    state: str


def find_submitted(
    tenant_id: int, keys: Sequence[tuple[str, str]]
) -> tuple[dict[str, ChannelFacts], dict[tuple[str, str], Existing]]:
    """Of (channel code, channel's order id) pairs: the channels by code, and the orders that exist already."""
    channels: dict[str, ChannelFacts] = {}
    orders: dict[tuple[str, str], Existing] = {}
    params = {"tenant": tenant_id, "channels": [key[0] for key in keys], "ids": [key[1] for key in keys]}
    for n, *facts, order_id, number, state in fetch_all(sql.load(__file__, "find_submitted"), params):
        key = keys[n - 1]
        if key[0] not in channels:
            channels[key[0]] = ChannelFacts(*facts)
        if order_id is not None:
            orders[key] = Existing(order_id, number, state)
    return channels, orders


def find_items(tenant_id: int, wanted: Iterable[tuple[int, str]]) -> dict[int, dict[str, KnownItem]]:
    """Of (owner id, SKU) pairs: the items by owner and SKU; unknown SKUs are absent."""
    pairs = list(set(wanted))
    found: dict[int, dict[str, KnownItem]] = {}
    params = {"tenant": tenant_id, "owners": [pair[0] for pair in pairs], "skus": [pair[1] for pair in pairs]}
    for owner_id, code, item_id, active in fetch_all(sql.load(__file__, "find_items"), params) if pairs else ():
        found.setdefault(owner_id, {})[code] = KnownItem(item_id, active)
    return found


class CustomerRow(NamedTuple):
    """A customer by what identifies them; empty fields say nothing."""

    reference: str
    name: str
    email: str
    phone: str


def customer_of(order: SubmitOrder) -> CustomerRow | None:
    """The channel's customer number as CHANNEL/number, else the email in lower case; None for an anonymous order."""
    customer, ship_to = order.customer, order.ship_to
    email = (customer.email or ship_to.email).lower()
    reference = f"{order.channel}/{customer.reference}" if customer.reference else email
    return CustomerRow(reference, customer.name or ship_to.name, email, customer.phone or ship_to.phone) if reference else None


def upsert_customers(by: By, wanted: Iterable[CustomerRow]) -> dict[str, int]:
    """The customers' ids by reference. Writes only those who are new or say something new: two statements at most."""
    latest = {row.reference: row for row in wanted}
    if not latest:
        return {}
    known = fetch_all(
        "SELECT id, reference, name, email, phone FROM oms_customer WHERE tenant_id = %s AND reference = ANY (%s)",
        (by.tenant_id, list(latest)),
    )
    ids, news = merge_customers(latest, known)
    if news:
        ids |= dict(fetch_all(*customers(by.tenant_id, ids, news, by.at)))
    return ids


def merge_customers(
    latest: Mapping[str, CustomerRow], known: Iterable[tuple[int, str, str, str, str]]
) -> tuple[dict[str, int], list[CustomerRow]]:
    """Ids for all of ``latest`` (fresh ones for those not ``known``), and the rows to write, sorted: who is new or says something
    new. What somebody leaves out stays as it was known."""
    ids: dict[str, int] = {}
    news: list[CustomerRow] = []
    for customer_id, reference, name, email, phone in known:
        ids[reference] = customer_id
        said = latest[reference]
        merged = CustomerRow(reference, said.name or name, said.email or email, said.phone or phone)
        if merged != (reference, name, email, phone):
            news.append(merged)
    strangers = [row for reference, row in latest.items() if reference not in ids]
    ids |= zip((row.reference for row in strangers), new_ids(len(strangers)), strict=True)
    return ids, sorted(news + strangers)


def customers(tenant_id: int, ids: Mapping[str, int], rows: Sequence[CustomerRow], at: datetime) -> Part:
    """Make or correct customers; answers reference and id."""
    references, names, emails, phones = (list(column) for column in zip(*rows, strict=True))
    return Part(
        sql.load(__file__, "upsert_customers"),
        {
            "tenant": tenant_id,
            "ids": [ids[reference] for reference in references],
            "references": references,
            "names": names,
            "emails": emails,
            "phones": phones,
            "ats": [at] * len(rows),
        },
    )


def address_json(address: Address) -> dict[str, Any]:
    """An address as it is kept: its fields by name, empty ones left out."""
    values = {name: getattr(address, name) for name in Address.__slots__}
    values["lines"] = list(address.lines)
    return {name: value for name, value in values.items() if value not in ("", None, [])}


@dataclass(slots=True, kw_only=True)
class UnwrittenOrder:
    """A submission found right: what its order's row is made of, with the id it shall have."""

    id: int
    number: str
    order: SubmitOrder
    channel: ChannelFacts
    customer_id: int | None
    state: str = ""


@dataclass(slots=True, kw_only=True)
class NewOrder(UnwrittenOrder):
    """An order that is placed first and sourced later."""

    items: Mapping[str, KnownItem]


def order_columns(new: Sequence[UnwrittenOrder]) -> dict[str, list[Any]]:
    """The columns of these orders' rows that do not depend on what becomes of them, by the names of a statement's parameters."""
    return {
        "ids": [n.id for n in new],
        "numbers": [n.number for n in new],
        "channel_ids": [n.channel.id for n in new],
        "channel_order_ids": [n.order.channel_order_id for n in new],
        "customers": [n.customer_id for n in new],
        "states": [n.state for n in new],
        "priorities": [n.channel.priority if n.order.priority is None else n.order.priority for n in new],
        "currencies": [n.order.currency for n in new],
        "services": [n.order.service or n.channel.service for n in new],
        "ship_tos": [orjson.dumps(address_json(n.order.ship_to)).decode() for n in new],
        "countries": [n.order.ship_to.country for n in new],
        "latitudes": [n.order.ship_to.latitude for n in new],
        "longitudes": [n.order.ship_to.longitude for n in new],
        "placed_ats": [n.order.placed_at for n in new],
    }


def place_orders(by: By, new: Sequence[NewOrder]) -> set[int]:
    """Write the orders with their lines, charges and holds in one statement; the ids of those that were not there yet."""
    new = sorted(new, key=lambda n: (n.channel.id, n.order.channel_order_id))
    lines = [(n, line) for n in new for line in n.order.lines]
    charges = [(n, charge) for n in new for charge in n.order.charges]
    holds = [(n, kind) for n in new for kind in n.order.holds]
    params = {
        "tenant": by.tenant_id,
        "actor": by.actor,
        "at": by.at,
        **order_columns(new),
        "channels": [n.channel.code for n in new],
        "line_ids": new_ids(len(lines)),
        "line_orders": [n.id for n, _ in lines],
        "line_numbers": [line.line_number for _, line in lines],
        "items": [n.items[line.sku].id for n, line in lines],
        "owners": [n.channel.owner_id for n, _ in lines],
        "quantities": [line.quantity for _, line in lines],
        "prices": [line.unit_price for _, line in lines],
        "charge_ids": new_ids(len(charges)),
        "charge_orders": [n.id for n, _ in charges],
        "charge_kinds": [charge.kind for _, charge in charges],
        "descriptions": [charge.description for _, charge in charges],
        "amounts": [charge.amount for _, charge in charges],
        "hold_ids": new_ids(len(holds)),
        "hold_orders": [n.id for n, _ in holds],
        "hold_kinds": [kind for _, kind in holds],
        "hold_reasons": [f"asked for by {n.channel.code} with the order" for n, _ in holds],
    }
    return set(fetch_values(sql.load(__file__, "place_orders"), params))


class InvalidSubmission(NamedTuple):
    """What could not be placed, as it came (JSON text), with every reason."""

    source: str
    channel_order_id: str
    payload: str
    reasons: Sequence[Problem]


def keep_invalid(by: By, submissions: Sequence[InvalidSubmission]) -> list[int]:
    """Keep what could not be placed; the ids it is kept under, in the same order. One statement."""
    params = {
        "tenant": by.tenant_id,
        "at": by.at,
        "ids": new_ids(len(submissions)),
        "sources": [s.source for s in submissions],
        "channel_order_ids": [s.channel_order_id for s in submissions],
        "payloads": [s.payload for s in submissions],
        "reasons": [orjson.dumps([problem.as_dict() for problem in s.reasons]).decode() for s in submissions],
    }
    return fetch_values(sql.load(__file__, "keep_invalid"), params)


def order_contents(tenant_id: int, order_ids: Iterable[int]) -> dict[int, Contents]:
    """What these orders say, to compare a repeat with."""
    rows = fetch_all(sql.load(__file__, "order_contents"), {"tenant": tenant_id, "orders": list(set(order_ids))})
    return {
        order_id: Contents(currency, orjson.loads(ship_to), [(n, code, q, Decimal(p)) for n, code, q, p in orjson.loads(lines)])
        for order_id, currency, ship_to, lines in rows
    }


# --- The desk ------------------------------------------------------------------------------------------------------------


class OrderRow(NamedTuple):
    """An order as the desk's verbs see it."""

    id: int
    number: str
    state: str


def read_orders(tenant_id: int, order_ids: Iterable[int], *, lock: bool = False) -> dict[int, OrderRow]:
    """These orders by id; with ``lock`` their rows are locked in id order."""
    rows = fetch_all(
        "SELECT id, number, state FROM oms_order WHERE tenant_id = %s AND id = ANY (%s) ORDER BY id"
        + (" FOR UPDATE" if lock else ""),
        (tenant_id, sorted(set(order_ids))),
    )
    return {row[0]: OrderRow(*row) for row in rows}


def read_lines(tenant_id: int, order_ids: Iterable[int], *, lock: bool = False) -> list[LineFacts]:
    """The lines of these orders; with ``lock`` their rows are locked in id order, after their orders'."""
    rows = fetch_all(
        """SELECT order_id, id, line_number, item_id, owner_id, ordered, cancelled, backordered, reserved, released, shipped,
                  cancel_wanted
           FROM oms_order_line WHERE tenant_id = %s AND order_id = ANY (%s) ORDER BY id"""
        + (" FOR UPDATE" if lock else ""),
        (tenant_id, sorted(set(order_ids))),
    )
    return [LineFacts(*row) for row in rows]


def read_open_releases(tenant_id: int, order_ids: Iterable[int]) -> list[OpenRelease]:
    """What is open in releases of these orders, the oldest release first."""
    return [
        OpenRelease(*row)
        for row in fetch_all(sql.load(__file__, "open_releases"), {"tenant": tenant_id, "orders": sorted(set(order_ids))})
    ]


def count_asked_back(tenant_id: int, units: Mapping[int, int]) -> None:
    """Units more by release line are on their way back. Their orders' rows are locked."""
    execute(
        """UPDATE oms_release_line r SET asked_back = least(r.asked_back + u.units, r.quantity)
           FROM unnest(%(ids)s::bigint[], %(units)s::int[]) AS u (id, units) WHERE r.tenant_id = %(tenant)s AND r.id = u.id""",
        {"tenant": tenant_id, "ids": list(units), "units": list(units.values())},
    )


def lock_reservations(tenant_id: int, line_ids: Iterable[int]) -> list[Promised]:
    """The reservations of these lines, locked in key order (after the lines)."""
    rows = fetch_all(
        """SELECT order_line_id, node_id, quantity FROM oms_reservation
           WHERE tenant_id = %s AND order_line_id = ANY (%s) AND quantity > 0 ORDER BY order_line_id, node_id FOR UPDATE""",
        (tenant_id, sorted(set(line_ids))),
    )
    return [Promised(*row) for row in rows]


def reduce_reservations(tenant_id: int, taken: Sequence[Promised]) -> None:
    """Take units off reservations."""
    execute(
        """UPDATE oms_reservation r SET quantity = r.quantity - u.quantity
           FROM unnest(%(lines)s::bigint[], %(nodes)s::bigint[], %(quantities)s::int[]) AS u (line_id, node_id, quantity)
           WHERE r.tenant_id = %(tenant)s AND r.order_line_id = u.line_id AND r.node_id = u.node_id""",
        {
            "tenant": tenant_id,
            "lines": [p.line_id for p in taken],
            "nodes": [p.node_id for p in taken],
            "quantities": [p.quantity for p in taken],
        },
    )


class LineDelta(NamedTuple):
    """Units of a line that are cancelled at once, or wanted back from a node."""

    line_id: int
    from_backordered: int
    from_reserved: int
    wanted_back: int


def cancel_units(tenant_id: int, deltas: Sequence[LineDelta]) -> None:
    """Count cancelled and wanted units on lines the caller has locked."""
    execute(
        sql.load(__file__, "cancel_units"),
        {
            "tenant": tenant_id,
            "lines": [d.line_id for d in deltas],
            "backordered": [d.from_backordered for d in deltas],
            "reserved": [d.from_reserved for d in deltas],
            "wanted": [d.wanted_back for d in deltas],
        },
    )
