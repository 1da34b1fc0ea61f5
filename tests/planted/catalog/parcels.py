"""Bugs at the bench and the gate: packing, labels, shipping."""

from __future__ import annotations

from tests.planted.bug import Bug, Edit

PACKING = ("orderhouse/wms/packing/tests/test_packing.py",)
LABELS = ("orderhouse/wms/shipping/tests/test_labels.py",)
DAY = ("orderhouse/wms/shipping/tests/test_the_day.py",)

BUGS = (
    Bug(
        "parcel-closed-over-a-missing-unit",
        "A parcel closes although a picked unit of its order is in none.",
        Edit(
            "wms/packing/close_parcels.py",
            "        for outbound_id, units in left.items():\n",
            "        for outbound_id, units in list(left.items())[:0]:\n",
        ),
        (*PACKING, "orderhouse/wms/floor/tests/test_bench_flows.py"),
    ),
    Bug(
        "empty-parcel-leaves",
        "A parcel with nothing in it is closed and labelled.",
        Edit(
            "wms/packing/close_parcels.py",
            "            if not filled.get(parcel.id):\n",
            "            if filled.get(parcel.id) == 0:\n",
        ),
        PACKING,
    ),
    Bug(
        "sscc-reused",
        "Parcels get the SSCC of a parcel before.",
        Edit(
            "wms/packing/store.py",
            "SELECT nextval('wms_sscc_serial') FROM generate_series(1, %s)",
            "SELECT 1000 + n FROM generate_series(1, %s) n",
        ),
        PACKING,
        (*DAY, *LABELS),
    ),
    Bug(
        "label-bought-twice",
        "A label whose answer was lost is bought a second time.",
        Edit(
            "wms/shipping/print_labels.py",
            "        purchase_key=parcel.purchase_key,\n        service=parcel.service,",
            '        purchase_key=f"{parcel.purchase_key}-{by.at.timestamp()}-{id(parcel)}",\n        service=parcel.service,',
        ),
        LABELS,
    ),
    Bug(
        "one-label-holds-up-all",
        "A carrier that refuses one label keeps the others from being bought.",
        Edit(
            "wms/shipping/print_labels.py",
            "                failed.append(LabelFailed(sscc=parcel.sscc, parcel_id=parcel.parcel_id, why=str(refusal)))\n",
            "                failed.append(LabelFailed(sscc=parcel.sscc, parcel_id=parcel.parcel_id, why=str(refusal)))\n                break\n",
        ),
        LABELS,
    ),
    Bug(
        "stale-label-kept",
        "A label bought while its parcel was opened again stays on it.",
        Edit(
            "wms/shipping/print_labels.py",
            "                    wanted=_same(parcels[parcel_id], now[parcel_id]),\n",
            "                    wanted=True,\n",
        ),
        LABELS,
    ),
    Bug(
        "void-never-asked-again",
        "A label its carrier did not take back is never asked about again.",
        Edit(
            "wms/shipping/void_labels.py",
            "            failed.append(refusal)\n",
            "            failed.append(refusal)\n            done.append(label.purchase_key)\n",
        ),
        LABELS,
    ),
    Bug(
        "leaves-without-a-label",
        "A packed parcel leaves without a label.",
        Edit("wms/shipping/ship_parcels.py", 'if parcel.state not in ("labelled", "manifested"):', 'if parcel.state == "open":'),
        (*LABELS, *DAY),
        ("orderhouse/wms/shipping/tests", "orderhouse/wms/outbound/tests"),
    ),
    Bug(
        "shipped-stock-not-told",
        "What leaves the building stays in the stock the node tells.",
        Edit(
            "wms/shipping/ship_parcels.py",
            "            change_node_stock(by=by, node_id=node_id, changes=changes[node_id])\n",
            "            pass\n",
        ),
        (*DAY, "tests/journeys/test_order_to_dispatch.py"),
    ),
    Bug(
        "lots-not-told",
        "A shipment does not say which lots and serials it held.",
        Edit(
            "wms/shipping/ship_parcels.py",
            "ParcelContent(c.line_number, c.quantity, c.lot_number, c.serial_number)",
            "ParcelContent(c.line_number, c.quantity)",
        ),
        LABELS,
    ),
    Bug(
        "cancelled-order-packed",
        "Whoever closes the parcel of a cancelled order is told something else than to stop and put it back.",
        Edit("wms/packing/close_parcels.py", "        store.refuse_cancelled(outbounds.values())\n", ""),
        (*PACKING, "orderhouse/wms/outbound/tests/test_cancel_releases.py"),
        (
            "orderhouse/wms/floor/tests/test_bench_flows.py",
            "orderhouse/wms/packing",
            "orderhouse/console/tests/test_packing_station.py",
        ),
    ),
    Bug(
        "packed-out-of-nothing",
        "More units are packed than lie in the tote.",
        Edit("wms/packing/pack_units.py", "            if held < unit.quantity:\n", "            if held < 0:\n"),
        PACKING,
    ),
)
