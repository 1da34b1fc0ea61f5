"""Bugs in how orders are placed, held, changed, released and settled."""

from __future__ import annotations

from tests.planted.bug import Bug, Edit

PLACE = ("orderhouse/oms/orders/tests/test_place_orders.py",)
DESK = ("orderhouse/oms/orders/tests/test_hold_and_cancel.py",)
RELEASES = ("orderhouse/oms/releases/tests/test_releases.py",)
JOURNEYS = ("tests/journeys/test_order_to_dispatch.py", "tests/journeys/test_put_back.py")

BUGS = (
    Bug(
        "channel-order-id-twice",
        "The channel's own order id no longer makes an order the same order: a repeat is placed anew.",
        Edit(
            "oms/migrations/0001_oms.sql",
            "  UNIQUE (tenant_id, number),\n  UNIQUE (tenant_id, channel_id, channel_order_id),\n",
            "",
        ),
        PLACE,
    ),
    Bug(
        "hold-does-not-stop-a-release",
        "An order with an open hold goes to its warehouse all the same.",
        Edit(
            "oms/releases/sql/lock_releasable_orders.sql",
            "  WHERE NOT EXISTS (SELECT FROM oms_hold h WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id AND h.lifted_at IS NULL)\n    AND (",
            "  WHERE (",
        ),
        RELEASES,
        also=(
            Edit(
                "oms/releases/sql/read_releasable.sql",
                "    AND NOT EXISTS (SELECT FROM oms_hold h WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id AND h.lifted_at IS NULL)\n",
                "",
            ),
        ),
    ),
    Bug(
        "hold-recalls-nothing",
        "A hold leaves what was released already with its warehouse, which ships it.",
        Edit(
            "oms/orders/hold_orders.py",
            '    recall.ask(by, ((release, release.unasked, f"held ({kind}): {reason}") for release in open_before if release.unasked))\n',
            "",
        ),
        DESK,
    ),
    Bug(
        "release-lock-gone",
        "Orders are released without their lock: two desks release the same order, or one holds it meanwhile.",
        Edit("oms/releases/sql/lock_releasable_orders.sql", "ORDER BY o.id FOR UPDATE", "ORDER BY o.id"),
        (*RELEASES, *DESK),
        ("orderhouse/oms/releases/tests", "orderhouse/oms/orders/tests"),
    ),
    Bug(
        "cancel-lock-gone",
        "A cancellation counts the order's lines without locking them.",
        Edit(
            "oms/orders/cancellation.py",
            "    orders = store.read_orders(by.tenant_id, order_ids, lock=True)\n",
            "    orders = store.read_orders(by.tenant_id, order_ids)\n",
        ),
        DESK,
        ("orderhouse/oms/orders/tests", "orderhouse/oms/desk/tests"),
        also=(
            Edit(
                "oms/orders/cancellation.py",
                "    lines = store.read_lines(by.tenant_id, order_ids, lock=True)\n",
                "    lines = store.read_lines(by.tenant_id, order_ids)\n",
            ),
        ),
    ),
    Bug(
        "asked-back-twice",
        "Units that are coming back already are asked for again, in place of those another node still has, which ships them.",
        Edit("oms/orders/rules.py", "units = min(left, release.unasked)", "units = min(left, release.open)"),
        DESK,
    ),
    Bug(
        "asked-back-forgotten",
        "Nobody notes what a cancellation asked back of which node.",
        Edit("oms/orders/cancellation.py", "    recall.remember(by, asked)\n", ""),
        DESK,
    ),
    Bug(
        "cancel-frees-nothing",
        "A cancelled order's units stay reserved in the promise book for ever.",
        Edit(
            "oms/orders/cancellation.py",
            "    return post_gains(by=by, gains=gains)\n",
            "    return {gain.key.item_id for gain in gains}\n",
        ),
        DESK,
    ),
    Bug(
        "cancel-frees-to-nobody",
        "What a cancellation frees is not offered to those who wait for it.",
        Edit("oms/desk/cancel_order.py", "item_ids=outcome.freed_item_ids)", "item_ids=frozenset())"),
        ("orderhouse/oms/desk/tests/test_desk.py",),
    ),
    Bug(
        "early-cancel-forgotten",
        "A cancellation that comes before its order is forgotten, and the order ships.",
        Edit(
            "oms/desk/apply_early_cancels.py",
            "        for order_id, reason, lines in sorted(rows):",
            "        for order_id, reason, lines in sorted(rows)[:0]:",
        ),
        ("orderhouse/oms/desk/tests/test_channel_cancels.py",),
    ),
    Bug(
        "released-twice",
        "Released units stay in their reservation, and are released again.",
        Edit(
            "oms/releases/sql/take_reservations.sql",
            "  UPDATE oms_reservation r SET quantity = r.quantity - u.quantity",
            "  UPDATE oms_reservation r SET quantity = r.quantity",
        ),
        RELEASES,
    ),
    Bug(
        "letter-after-commit",
        "The order is released in one transaction and its letter written in the next: a crash between them loses the letter.",
        Edit(
            "oms/releases/release_orders.py",
            '        put(by=by, source="oms", letters=letters)\n        return [row[1] for row in rows]',
            '    put(by=by, source="oms", letters=letters)\n    return [row[1] for row in rows]',
        ),
        ("orderhouse/oms/releases/tests",),
    ),
    Bug(
        "given-back-twice",
        "Units a node gives back are counted as often as it says so, not as often as they were open.",
        Edit(
            "oms/releases/confirm_cancellations.py",
            "            units = min(quantity, row.open) if row else 0\n",
            "            units = quantity if row else 0\n",
        ),
        RELEASES,
        ("orderhouse/oms/releases/tests", "tests/journeys/test_order_to_dispatch.py"),
    ),
    Bug(
        "short-not-sourced-again",
        "Units a node is short of are not looked for elsewhere.",
        Edit("oms/releases/give_back.py", "    serve_later(by=by, item_ids=gained, order_ids=waiting)\n", ""),
        RELEASES,
    ),
    Bug(
        "rejecting-node-asked-again",
        "A node that rejected a line is asked for it again and again.",
        Edit(
            "oms/releases/reject_releases.py",
            '        store.refuse_lines(by, "rejected", [(s.row, reasons[s.row.release]) for s in settlements])\n',
            "",
        ),
        RELEASES,
    ),
    Bug(
        "shipped-beyond-release",
        "A node may report more units than it was asked for, and they count as shipped.",
        Edit("oms/shipments/confirm_shipments.py", "if row is None or quantity > row.open:", "if row is None:"),
        RELEASES,
    ),
    Bug(
        "channel-not-advised",
        "The channel never hears that its order left.",
        Edit(
            "oms/shipments/confirm_shipments.py",
            '        put(by=by, source="oms", letters=[_advice(message, order_of[message.release]) for message in messages])\n',
            "",
        ),
        (*RELEASES, "tests/journeys/test_order_to_dispatch.py"),
    ),
    Bug(
        "returned-beyond-shipped",
        "Two returns of one request may both claim the same units.",
        Edit(
            "oms/returns/authorize_returns.py",
            "        returnable = row.returnable - claimed[row.line_id] if row else 0\n",
            "        returnable = row.returnable if row else 0\n",
        ),
        ("orderhouse/oms/returns/tests",),
    ),
    Bug(
        "refund-above-paid",
        "Each graded unit is refunded at the price of the whole line.",
        Edit(
            "oms/returns/grade_returns.py",
            "                rows.append((row, restocked, row.unit_price * quantity))\n",
            "                rows.append((row, restocked, row.unit_price * quantity * quantity))\n",
        ),
        ("orderhouse/oms/returns/tests/test_returns.py",),
    ),
    Bug(
        "rehearsal-commits",
        "A rehearsal, which only says what would be, does it.",
        Edit(
            "oms/desk/rehearse.py",
            "            raise _Over(act())\n",
            "            done = act()\n        raise _Over(done)\n",
        ),
        ("orderhouse/oms/desk/tests/test_edit_order.py",),
    ),
    Bug(
        "edited-units-not-freed",
        "Fewer units of a line are counted, but their reservation is kept.",
        Edit(
            "oms/orders/cancellation.py",
            "        store.reduce_reservations(by.tenant_id, freed)\n",
            "",
        ),
        (*DESK, "orderhouse/oms/desk/tests/test_edit_order.py"),
    ),
    Bug(
        "illegal-step",
        "A state may follow any other, also one it must not follow.",
        Edit("oms/orders/rules.py", "    if after not in LEGAL_STEPS[before]:\n", "    if after not in LEGAL_STEPS:\n"),
        ("orderhouse/oms/orders/tests/test_rules.py", "orderhouse/oms/orders/tests/test_derive_orders.py"),
    ),
)
