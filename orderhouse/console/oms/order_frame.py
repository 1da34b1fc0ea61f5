"""What every page of an order begins with: its head, the answers, the acts."""

from __future__ import annotations

from typing import Any

from orderhouse.console.desk import DeskRequest
from orderhouse.console.oms.order_answers import OVER, answers, is_late
from orderhouse.console.oms.order_buttons import buttons
from orderhouse.console.oms.order_queries import buyer, dead_letters, letters, next_due
from orderhouse.console.oms.order_units import in_total, standings, way
from orderhouse.kernel import clock
from orderhouse.oms.orders.queries import OrderDetail

OFF_THE_WAY = ("cancelled", "asked_back", "returned")
"""Kinds told beside the six steps."""


def frame(request: DeskRequest, order: OrderDetail) -> dict[str, Any]:
    """The context of the head: three statements beyond the order itself."""
    tenant_id, now = request.desk.tenant_id, clock.now()
    by_line = {line.line_number: standings(line, order.releases, sourced=order.sourced_at is not None) for line in order.lines}
    every = [standing for found in by_line.values() for standing in found]
    total = in_total(every)
    said = letters(tenant_id, order)
    dead = dead_letters(said, order)
    acts = buttons(order, len(dead)) if request.desk.may("order_desk") else []
    who = buyer(tenant_id, order)
    return {
        "order": order,
        "by_line": by_line,
        "way": way(every),
        "off_the_way": [(kind, total[kind]) for kind in OFF_THE_WAY if total.get(kind)],
        "answers": answers(order, every, now=now, due=next_due(order)),
        "late": is_late(order, now),
        "still_open": order.state not in OVER,
        "buyer": who,
        "mail": (who.email if who else "") or order.ship_to.get("email", ""),
        "phone": (who.phone if who else "") or order.ship_to.get("phone", ""),
        "acts": acts,
        "primary": next((act.name for act in acts if act.name in ("lift", "release") and not act.why_not), ""),
        "why_nots": [act for act in acts if act.why_not],
        "open_holds": [hold for hold in order.holds if hold.lifted_at is None],
        "letters": said,
        "dead": dead,
        "may_act": request.desk.may("order_desk"),
    }
