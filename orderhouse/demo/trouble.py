"""Trouble made on purpose, by whoever watches: it happens to the business the way it would in life, and is met by nobody but it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from orderhouse.catalog.queries import nodes
from orderhouse.contract.messages import ExpectedLine, ExpectReceipt, OrderCancelled
from orderhouse.database import execute, fetch_all, fetch_one, unit_of_work
from orderhouse.demo import world
from orderhouse.demo.assortment import goods
from orderhouse.demo.pace import pace_of
from orderhouse.demo.shift import DAMAGED_TRUCK
from orderhouse.demo.shop import MISTAKES, Shop
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.oms.desk.cancel_channel_orders import cancel_channel_orders
from orderhouse.oms.desk.capture_orders import capture_orders
from orderhouse.oms.inventory.expect_receipts import expect_receipts

BURST = 20


class NothingToSpoil(Refusal):
    """There is no such thing under way just now."""

    sentence = "{what}"
    remedy = "Try again in a moment, or let the demonstration run faster."


def burst_of_orders(*, by: By) -> int:
    """Twenty customers want the same thing at once; answers how many orders came."""
    family = Random(secrets.token_bytes(8)).choice(("MUG", "COF", "CHOC", "CAND", "TEA"))
    orders = [_order(by, channel="WEB" if n % 3 else "MARKET", family=family, mistake="") for n in range(BURST)]
    capture_orders(by=_channel(by, "WEB"), submissions=orders, source="burst")
    return BURST


def invalid_order(*, by: By) -> str:
    """A channel sends an order with a mistake in it; answers which mistake."""
    mistake = secrets.choice(list(MISTAKES))
    order = _order(by, channel="MARKET", mistake=mistake)
    capture_orders(by=_channel(by, "MARKET"), submissions=[order], source="MARKET")
    return mistake


def damaged_receipt(*, by: By) -> str:
    """A truck stands at London's dock; it rained in. Answers the receipt's number."""
    random = Random(secrets.token_bytes(8))
    site = world.SITES[0]
    number = f"{DAMAGED_TRUCK}-{site.node.code}-{secrets.token_hex(3).upper()}"
    lines = tuple(
        ExpectedLine(n, good.sku, world.OWNER, random.choice((6, 12, 18)))
        for n, good in enumerate(random.sample([good for good in goods() if not good.expires], 3), 1)
    )
    receipt = ExpectReceipt(
        receipt=number,
        node=site.node.code,
        supplier=random.choice(world.SUPPLIERS),
        expected_at=by.at - timedelta(minutes=1),
        lines=lines,
    )
    expect_receipts(by=_demo(by, "supplier"), receipts=[receipt])
    return number


def empty_bin(*, by: By) -> tuple[str, str, str]:
    """What a picker is about to take from a bin is gone, though the books have it; answers node, bin and SKU.

    The picker finds it empty and says so; the order is served from elsewhere or waits, and the bin is counted.
    """
    with unit_of_work(by.tenant_id):
        found = fetch_one(
            """SELECT t.node_id, l.code, i.sku FROM wms_pick_task p
               JOIN wms_tour t ON t.tenant_id = p.tenant_id AND t.id = p.tour_id AND t.state <> 'done'
               JOIN wms_location l ON l.tenant_id = p.tenant_id AND l.id = p.location_id
               JOIN catalog_item i ON i.tenant_id = p.tenant_id AND i.id = p.item_id
               WHERE p.tenant_id = %s AND p.state = 'ready' AND NOT EXISTS (
                 SELECT FROM demo_loss d WHERE d.tenant_id = p.tenant_id AND d.node_id = t.node_id AND d.bin = l.code AND d.sku = i.sku)
               ORDER BY t.state = 'started', p.id DESC LIMIT 1""",
            (by.tenant_id,),
        )
        if found is None:
            raise NothingToSpoil(what="No picker is on the way to a bin just now.")
        node_id, code, sku = found
        execute(
            "INSERT INTO demo_loss (tenant_id, node_id, bin, sku, lost_at) VALUES (%s, %s, %s, %s, %s)",
            (by.tenant_id, node_id, code, sku, by.at),
        )
        return nodes(by.tenant_id)[node_id].code, code, sku


def withdraw_order(*, by: By) -> tuple[int, str]:
    """A channel takes an order back, one that is being picked if there is one; answers its id and number."""
    with unit_of_work(by.tenant_id):
        found = fetch_all(
            """SELECT o.id, o.number, o.channel_order_id, c.code FROM oms_order o
               JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
               LEFT JOIN oms_release r ON r.tenant_id = o.tenant_id AND r.order_id = o.id AND r.state IN ('waved', 'picking')
               WHERE o.tenant_id = %s AND o.state IN ('reserved', 'released', 'backordered')
               ORDER BY (r.state = 'picking') IS TRUE DESC, r.id IS NOT NULL DESC, o.received_at DESC LIMIT 1""",
            (by.tenant_id,),
        )
    if not found:
        raise NothingToSpoil(what="No order is open just now.")
    order_id, number, channel_order_id, channel = found[0]
    withdrawn = OrderCancelled(channel=channel, channel_order_id=channel_order_id, reason="the customer called the channel")
    cancel_channel_orders(by=_channel(by, channel), messages=[withdrawn])
    return order_id, number


def _order(by: By, *, channel: str, family: str = "", mistake: str | None = None) -> dict[str, Any]:
    """An order beside the numbered ones, so that it takes none of their numbers."""
    shop = Shop(goods(), seed=f"{pace_of(by.tenant_id).seed}/{secrets.token_hex(8)}")
    order = shop.order(1, by.at, channel, family=family, mistake=mistake)
    order.pop("holds", None)
    return order | {"channel_order_id": f"X{secrets.token_hex(4).upper()}"}


def _channel(by: By, channel: str) -> By:
    return _demo(by, f"channel:{channel}")


def _demo(by: By, actor: str) -> By:
    """It comes from outside; whose finger was on the button is not the business's business."""
    return replace(by, actor=actor, device="demo")
