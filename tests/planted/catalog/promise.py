"""Bugs in what is promised: availability, sourcing, dates."""

from __future__ import annotations

from tests.planted.bug import Bug, Edit

SOURCE = ("orderhouse/oms/sourcing/tests/test_source_orders.py",)
DECIDE = ("orderhouse/oms/sourcing/tests/test_decide_batch.py",)
INVENTORY = ("orderhouse/oms/inventory/tests/test_inventory.py",)
PROMISE = ("orderhouse/oms/promise/tests/test_promise.py",)
CALENDARS = ("orderhouse/oms/freight/tests/test_calendars_and_tariffs.py",)

BUGS = (
    Bug(
        "free-stock-unlocked",
        "What is free is read without a lock: two batches promise the same unit.",
        Edit("oms/sourcing/sql/lock_available.sql", "  ORDER BY a.id\n  FOR UPDATE OF a\n", "  ORDER BY a.id\n"),
        SOURCE,
        (*PROMISE, "orderhouse/oms/sourcing/tests/test_stock_taken_meanwhile.py"),
    ),
    Bug(
        "standings-unlocked",
        "What a node owes and keeps back is read without a lock before gains are spread.",
        Edit("oms/book/sql/lock_standings.sql", "\nFOR UPDATE OF a", "\n"),
        (*PROMISE, *INVENTORY),
        ("orderhouse/oms/releases/tests", "orderhouse/oms/orders/tests"),
    ),
    Bug(
        "batch-counts-a-unit-twice",
        "Orders of one batch are all decided on the same stock.",
        Edit(
            "oms/sourcing/rules.py",
            "            left[node_id, line.item_id, line.owner_id] -= quantity\n",
            "            left[node_id, line.item_id, line.owner_id] -= 0\n",
        ),
        DECIDE,
    ),
    Bug(
        "age-before-priority",
        "Who waits is served by age alone, whatever the priority.",
        Edit("oms/sourcing/sql/orders_to_serve.sql", "ORDER BY o.priority, o.received_at, o.id", "ORDER BY o.received_at, o.id"),
        (*INVENTORY, *DECIDE),
        also=(
            Edit(
                "oms/sourcing/rules.py",
                "    return (order.priority, order.promise_at or _LAST, order.received_at, order.order_id)\n",
                "    return (0, _LAST, order.received_at, order.order_id)\n",
            ),
            Edit(
                "oms/sourcing/source_orders.py",
                "    urgency = sorted(orders, key=lambda o: (o.priority, o.promise_at or last, o.received_at, o.order_id))\n",
                "    urgency = sorted(orders, key=lambda o: (last, o.received_at, o.order_id))\n",
            ),
        ),
    ),
    Bug(
        "buffer-ignored",
        "A channel sees the units its buffer keeps from it.",
        Edit(
            "oms/sourcing/shares.py",
            "min(total - buffer, total * share_percent // 100)",
            "min(total, total * share_percent // 100)",
        ),
        SOURCE,
    ),
    Bug(
        "share-ignored-in-the-answer",
        "Availability tells a channel more than its share.",
        Edit(
            "oms/promise/rules.py",
            "    return max(0, min(total - buffer, total * share_percent // 100))\n",
            "    return max(0, total - buffer)\n",
        ),
        PROMISE,
        ("tests/api/test_availability.py",),
    ),
    Bug(
        "safety-stock-promised",
        "New stock is free at once, and safety stock never fills.",
        Edit(
            "oms/book/rules.py",
            "    safety = min(quantity - shortage, max(0, safety_target - standing.safety))\n",
            "    safety = 0\n",
        ),
        INVENTORY,
    ),
    Bug(
        "debts-forgotten",
        "What a node owes is not paid before new stock is promised.",
        Edit("oms/book/rules.py", "    shortage = min(quantity, standing.owed)\n", "    shortage = 0\n"),
        INVENTORY,
        ("orderhouse/oms/releases/tests/test_releases.py",),
    ),
    Bug(
        "loss-takes-from-the-oldest",
        "Lost stock is taken from the most urgent and oldest order first.",
        Edit("oms/inventory/rules.py", "r.order_id, r.order_line_id), reverse=True)", "r.order_id, r.order_line_id))"),
        INVENTORY,
    ),
    Bug(
        "late-report-wins",
        "A report that arrives late overwrites a newer one.",
        Edit("oms/inventory/sql/record_reports.sql", "\n  WHERE r.sequence < excluded.sequence", ""),
        INVENTORY,
        also=(
            Edit(
                "oms/inventory/apply_inventory_changes.py",
                "        if key not in latest or latest[key].sequence < line.sequence:\n",
                "        if line.sequence:\n",
            ),
        ),
    ),
    Bug(
        "nobody-served",
        "Stock that comes is promised to nobody who waits.",
        Edit(
            "oms/inventory/apply_inventory_changes.py",
            "        serve_later(by=by, item_ids=gained | {key.item_id for key in asked})\n",
            "",
        ),
        INVENTORY,
    ),
    Bug(
        "holidays-worked",
        "Promise dates count holidays and closed days as worked.",
        Edit("oms/freight/calendars.py", "        and day not in calendar.closed\n", ""),
        CALENDARS,
    ),
    Bug(
        "cut-off-in-utc",
        "The cut-off is compared with the clock in Greenwich, not at the node.",
        Edit(
            "oms/freight/calendars.py",
            "    local = at.astimezone(zone)\n",
            "    local = at.astimezone(UTC).replace(tzinfo=zone)\n",
        ),
        CALENDARS,
    ),
    Bug(
        "refusing-node-sourced",
        "A node that refused a line stays among its candidates.",
        Edit("oms/sourcing/store.py", "        refusals[line_id].add(node_id)\n", "        refusals[line_id].discard(node_id)\n"),
        ("orderhouse/oms/releases/tests/test_releases.py",),
    ),
)
