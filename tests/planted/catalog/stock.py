"""Bugs in what comes in and lies in the building: receipts, putaway, lots, counts, returns."""

from __future__ import annotations

from tests.planted.bug import Bug, Edit

RECEIPTS = ("orderhouse/wms/inbound/tests/test_receipts.py",)
PUTAWAY = ("orderhouse/wms/putaway/tests/test_put_away.py", "orderhouse/wms/putaway/tests/test_put_back.py")
STOCK = ("orderhouse/wms/stock/tests",)
COUNTS = ("orderhouse/wms/counting/tests/test_counting.py",)

BUGS = (
    Bug(
        "damaged-counted-as-good",
        "Units received as damaged become good stock.",
        Edit(
            "wms/inbound/receive_goods.py",
            '            "damaged" if entry.condition == "damaged" else state_of(lots.get(ids[key]), today)\n',
            "            state_of(lots.get(ids[key]), today)\n",
        ),
        RECEIPTS,
    ),
    Bug(
        "expired-on-arrival-is-good",
        "Goods past their date are received as good.",
        Edit(
            "wms/inbound/arrivals.py",
            'return "good" if lot is None else standing(lot.expires_on, lot.held, today)',
            'return "good" if lot is None else standing(None, lot.held, today)',
        ),
        RECEIPTS,
    ),
    Bug(
        "closed-receipt-takes-more",
        "A closed receipt still takes goods.",
        Edit("wms/inbound/rules.py", '    "closed": (),\n', '    "closed": ("counting",),\n'),
        RECEIPTS,
    ),
    Bug(
        "bin-over-capacity",
        "A bin takes more units than it has room for.",
        Edit(
            "wms/putaway/put_away.py",
            "            room = min(room, bin_.capacity_units - units)\n",
            "            room = min(room, bin_.capacity_units)\n",
        ),
        PUTAWAY,
    ),
    Bug(
        "bins-unlocked",
        "Bins are filled without their lock: two trucks take the last room.",
        Edit("wms/putaway/sql/lock_bins.sql", " ORDER BY id FOR NO KEY UPDATE", " ORDER BY id"),
        PUTAWAY,
    ),
    Bug(
        "putaway-task-unlocked",
        "Putaway tasks are read without their lock, so that two hands put the same goods away.",
        Edit("wms/putaway/sql/lock_tasks.sql", "ORDER BY t.id FOR UPDATE OF t", "ORDER BY t.id"),
        PUTAWAY,
        ("orderhouse/wms/putaway/tests", "orderhouse/wms/floor/tests/test_undo_and_move.py"),
    ),
    Bug(
        "put-back-not-told",
        "Units put back are free on the floor, but the order desk never hears of it.",
        Edit(
            "wms/putaway/put_away.py",
            "            for outbound in held.values()\n            if outbound.id in told\n",
            "            for outbound in held.values()\n            if outbound.id not in told\n",
        ),
        ("tests/journeys/test_order_to_dispatch.py", *PUTAWAY),
    ),
    Bug(
        "held-lot-not-told",
        "A lot is held on the floor, but the order desk goes on promising it.",
        Edit(
            "wms/stock/set_lot_hold.py",
            "                    if row.node_id == node_id\n",
            "                    if row.node_id != node_id\n",
        ),
        STOCK,
    ),
    Bug(
        "held-lot-stays-on-its-tasks",
        "Pickers are still sent to a lot that is held.",
        Edit("wms/stock/set_lot_hold.py", "        _let_go(by, [row for row in lying if row.task_id])\n", ""),
        STOCK,
    ),
    Bug(
        "change-told-twice-as-large",
        "The node tells each change twice as large as it was.",
        Edit("wms/stock/rules.py", "total.owner, change.delta, on_hand", "total.owner, 2 * change.delta, on_hand"),
        STOCK,
    ),
    Bug(
        "totals-unlocked",
        "A node's totals are read before they are locked: two changes get the same number.",
        Edit(
            "wms/stock/sql/change_node_stock.sql",
            "SET on_hand = s.on_hand + c.delta, sequence = s.sequence + c.changes",
            "SET on_hand = s.on_hand + c.delta, sequence = s.sequence + 0 * c.changes",
        ),
        STOCK,
    ),
    Bug(
        "count-posts-the-figure",
        "An approved count posts what was counted, not what differed.",
        Edit(
            "wms/counting/approve_variances.py",
            "correct(task.counted - task.expected, here.values()",
            "correct(task.counted, here.values()",
        ),
        COUNTS,
    ),
    Bug(
        "count-approved-twice",
        "A variance can be approved again, and is posted again.",
        Edit(
            "wms/counting/approve_variances.py",
            '            if task.state != "counted":\n',
            '            if task.state == "ready":\n',
        ),
        COUNTS,
        ("orderhouse/wms/counting/tests", "orderhouse/wms/floor/tests", "tests/api/test_floor.py"),
    ),
    Bug(
        "count-takes-allocated",
        "Missing units are taken off the book although they are allocated to orders.",
        Edit("wms/counting/approve_variances.py", 'for row in rows if row.state == "good"}', "for row in rows}"),
        COUNTS,
    ),
    Bug(
        "ungraded-return-is-stock",
        "Returned units are stock before anybody has graded them.",
        Edit("wms/inbound/receive_returned.py", '"returned_ungraded"', '"good"'),
        ("orderhouse/wms/inbound/tests/test_returns.py",),
    ),
    Bug(
        "graded-beyond-returned",
        "More units are graded than came back.",
        Edit(
            "wms/inbound/grade_returned.py",
            "if grade.quantity > line.ungraded:",
            "if grade.quantity > line.ungraded + grade.quantity:",
        ),
        ("orderhouse/wms/inbound/tests/test_returns.py",),
    ),
)
