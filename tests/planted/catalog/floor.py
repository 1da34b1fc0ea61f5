"""Bugs in what pickers do: allocation, waves, picks, shortages, scans."""

from __future__ import annotations

from tests.planted.bug import Bug, Edit

ROTATION = ("orderhouse/wms/allocation/tests/test_rotation.py", "orderhouse/wms/allocation/tests/test_allocate_stock.py")
PICKS = ("orderhouse/wms/picking/tests/test_picks.py",)
TOGETHER = ("orderhouse/wms/floor/tests/test_take_together.py",)
SCANS = ("orderhouse/wms/floor/tests/test_take_scan.py",)
UNDO = ("orderhouse/wms/floor/tests/test_undo_and_move.py",)
CANCELS = ("orderhouse/wms/outbound/tests/test_cancel_releases.py",)
WAVES = ("orderhouse/wms/waves/tests/test_plan_wave.py",)

BUGS = (
    Bug(
        "last-expired-first",
        "The lot with the most life left is picked first, and the old ones expire on the shelf.",
        Edit(
            "wms/allocation/rotation/fefo.py",
            "sound.sort(key=lambda s: s.expires_on or date.max)",
            "sound.sort(key=lambda s: s.expires_on or date.max, reverse=True)",
        ),
        ROTATION,
    ),
    Bug(
        "expired-lot-picked",
        "Expired lots, and those with too little life left, are picked.",
        Edit(
            "wms/allocation/rotation/fefo.py",
            "if not s.held and (s.expires_on is None or s.expires_on >= good_until)]",
            "if not s.held and (s.expires_on is None or good_until)]",
        ),
        ROTATION,
    ),
    Bug(
        "last-in-first-out",
        "Without expiry dates the newest stock goes first.",
        Edit(
            "wms/allocation/rotation/fifo.py",
            "key=lambda s: (turn(s), s.opened))",
            "key=lambda s: (turn(s), s.opened), reverse=True)",
        ),
        ROTATION,
    ),
    Bug(
        "pickable-stock-unlocked",
        "Stock is allocated without its lock: two waves send two pickers for one unit.",
        Edit("wms/allocation/sql/pickable_stock.sql", "  ORDER BY a.id FOR UPDATE OF a\n", "  ORDER BY a.id\n"),
        ROTATION,
    ),
    Bug(
        "dock-stock-picked",
        "Stock that still lies on the dock is allocated, and pickers are sent to the truck.",
        Edit("wms/allocation/sql/pickable_stock.sql", "l.kind = 'bin' AND l.active AS in_bin", "true AS in_bin"),
        (*WAVES, *ROTATION),
    ),
    Bug(
        "tasks-outlive-their-order",
        "Pickers are still sent for units that a cancellation took back.",
        Edit("wms/outbound/cancel_releases.py", "    in_process.shrink_tasks(by, shrunk)\n", ""),
        CANCELS,
    ),
    Bug(
        "tour-unlocked",
        "A tour is given away without its lock: two pickers walk it.",
        Edit("wms/picking/start_tour.py", " FOR UPDATE OF t", ""),
        PICKS,
        ("orderhouse/wms/picking/tests", *SCANS),
        also=(Edit("wms/picking/start_tour.py", "        lock_outbounds(by.tenant_id, outbound_ids)\n", ""),),
    ),
    Bug(
        "tour-of-somebody-else",
        "A picker may start a tour another badge is walking.",
        Edit(
            "wms/picking/start_tour.py",
            "        if tour.badge not in (None, by.actor):\n",
            "        if tour.badge in (None, by.actor) and False:\n",
        ),
        PICKS,
    ),
    Bug(
        "picked-beyond-the-task",
        "More units than a task asks for are picked into the tote.",
        Edit("wms/picking/rules.py", "    if quantity > open_units:\n", "    if quantity > open_units + quantity:\n"),
        PICKS,
        ("orderhouse/wms/floor/tests",),
    ),
    Bug(
        "pick-backwards",
        "A confirmed pick moves units from the tote to the bin.",
        Edit(
            "wms/picking/confirm_picks.py",
            '            moves.append((by, Move(source, target, pick.quantity, "pick_task", task.id, task.outbound_line_id)))\n',
            '            moves.append((by, Move(target, source, pick.quantity, "pick_task", task.id, task.outbound_line_id)))\n',
        ),
        PICKS,
    ),
    Bug(
        "pick-not-counted-on-its-line",
        "What is picked is moved, but its line still counts it as allocated.",
        Edit("wms/picking/confirm_picks.py", ', "counted": moving(self._tenant_id, deltas)}', "}"),
        PICKS,
    ),
    Bug(
        "tote-of-another-order",
        "A tote that carries one order takes units of another.",
        Edit("wms/picking/store.py", "(tote.outbound_id not in (None, outbound_id) and not tote.stale)", "False"),
        PICKS,
    ),
    Bug(
        "short-units-stay-in-the-book",
        "What is missing from a bin is told to nobody: the node goes on promising it.",
        Edit("wms/picking/short_picks.py", "            change_node_stock(by=by, node_id=node_id, changes=changes)\n", ""),
        PICKS,
    ),
    Bug(
        "short-not-sought-elsewhere",
        "A short pick is not looked for in other bins.",
        Edit(
            "wms/picking/short_picks.py",
            "not_at = frozenset((task.location_id, task.item_id) for task in tasks.values())",
            "not_at = frozenset((place, task.item_id) for task in tasks.values() for place in range(0))",
        ),
        PICKS,
    ),
    Bug(
        "scan-twice",
        "A scan sent again is done again.",
        Edit("wms/floor/store.py", "AND a.scan_id = ANY (%(scans)s))\n", "AND a.scan_id = ANY (%(scans)s) AND false)\n"),
        SCANS,
        TOGETHER,
    ),
    Bug(
        "scan-twice-after-a-wait",
        "Who waited for a session's lock does not look for what was taken meanwhile.",
        Edit(
            "wms/floor/store.py",
            '        "SELECT scan_id, answer::text FROM wms_scan WHERE tenant_id = %s AND scan_id = ANY (%s)", (tenant_id, list(scan_ids))\n',
            '        "SELECT scan_id, answer::text FROM wms_scan WHERE tenant_id = %s AND scan_id = ANY (%s) AND false", (tenant_id, list(scan_ids))\n',
        ),
        TOGETHER,
    ),
    Bug(
        "somebody-elses-session",
        "Any badge on any device may go on with a session.",
        Edit(
            "wms/floor/store.py",
            "return self.badge == by.actor and self.device == by.device",
            "return self.badge == by.actor or self.device == by.device",
        ),
        SCANS,
    ),
    Bug(
        "session-unlocked",
        "A session's scans are taken without its lock: a batch sent twice at once is done twice.",
        Edit("wms/floor/store.py", 'ORDER BY s.id FOR UPDATE OF s"""', 'ORDER BY s.id"""'),
        TOGETHER,
    ),
    Bug(
        "undone-pick-forgets-stock",
        "An undone pick opens its task again, but the units stay in the tote's book.",
        Edit(
            "wms/putaway/undo_picks.py",
            "        post_movements(by=by, moves=moves)\n",
            "        post_movements(by=by, moves=[])\n",
        ),
        UNDO,
    ),
    Bug(
        "put-back-lost",
        "Picked units of a cancelled order get no put-back task and stay in the tote.",
        Edit("wms/outbound/cancel_releases.py", "    in_process.want_putbacks(by, putbacks)\n", ""),
        CANCELS,
    ),
    Bug(
        "recalled-stock-not-free",
        "The tasks of a recalled release are called off, but its stock stays allocated.",
        Edit(
            "wms/outbound/cancel_releases.py",
            '                Move(physical(*key, "allocated", *at), physical(*key, "good", *at), units, "cancel", task.outbound_id, line_id)\n',
            '                Move(physical(*key, "allocated", *at), physical(*key, "hold", *at), units, "cancel", task.outbound_id, line_id)\n',
        ),
        CANCELS,
    ),
    Bug(
        "early-recall-forgotten",
        "A cancellation that reaches the floor before its release is forgotten.",
        Edit("wms/outbound/cancel_releases.py", "            store.keep_early_cancels(by, early)\n", "            pass\n"),
        ("orderhouse/wms/outbound/tests/test_accept_releases.py",),
    ),
    Bug(
        "urgent-orders-last",
        "Waves take orders by their dispatch alone, whatever their priority.",
        Edit("wms/waves/sql/orders_to_wave.sql", "\nORDER BY priority, ship_by, id", "\nORDER BY ship_by, id"),
        WAVES,
        also=(
            Edit(
                "wms/waves/sql/orders_to_wave.sql",
                "OVER (ORDER BY o.priority, o.ship_by, o.id)",
                "OVER (ORDER BY o.ship_by, o.id)",
            ),
        ),
    ),
    Bug(
        "wave-released-twice",
        "A wave that was released is released again.",
        Edit("wms/waves/release_wave.py", '        if wave.state != "planned":\n', '        if wave.state == "done":\n'),
        WAVES,
    ),
)
