"""Draw a plain building: parallel aisles in blocks, docks and benches before them."""

from __future__ import annotations

import csv
import io

from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.layout.rules import COLUMNS

BIN_METERS = 1.2
AISLE_METERS = 5.0
CROSS_METERS = 3.0
YARD_METERS = 6.0


def make_layout(
    *,
    aisles: int = 10,
    blocks: int = 2,
    bins_per_side: int = 10,
    levels: int = 3,
    docks: int = 2,
    staging: int = 2,
    pack_benches: int = 4,
    zones: int = 1,
    capacity_units: int | None = 200,
    capacity_grams: int | None = None,
) -> str:
    """A layout file for :func:`import_layout` with ``aisles * blocks * bins_per_side * 2 * levels`` bins.

    ``bins_per_side`` counts along one block. Bins are 1.2 m wide, aisles 5 m apart, cross aisles 3 m wide; codes read
    aisle-position-level (``03-017-2``), odd positions on the left and even on the right, as houses in a street. The depot lies
    at the front of the middle aisle; docks, staging and benches lie 6 m before the front cross aisle. ``zones`` (A, B, ...)
    divide the aisles evenly. Raises ``InvalidInput`` for a building without aisles, blocks, bins, levels, docks or benches.
    """
    counts = {"aisles": aisles, "blocks": blocks, "bins_per_side": bins_per_side, "levels": levels}
    for field, count in (counts | {"docks": docks, "pack_benches": pack_benches}).items():
        if count < 1:
            raise InvalidInput(field=field, reason=f"a warehouse has at least one, not {count}")
    if not 1 <= zones <= min(26, aisles):
        raise InvalidInput(
            field="zones", reason=f"{zones} zones cannot divide {aisles} aisles", remedy="Give 1 to 26, at most one an aisle."
        )
    width, block_length = (aisles - 1) * AISLE_METERS, bins_per_side * BIN_METERS + CROSS_METERS
    out = io.StringIO()
    sheet = csv.DictWriter(out, COLUMNS, lineterminator="\n", restval="")
    sheet.writeheader()
    sheet.writerow({"kind": "depot", "x": (aisles - 1) // 2 * AISLE_METERS, "y": 0})
    for block in range(blocks + 1):
        sheet.writerow({"kind": "cross_aisle", "y": round(block * block_length, 3)})
    for kind, prefix, count in (("dock", "DOCK", docks), ("staging", "STAGE", staging), ("pack_bench", "PACK", pack_benches)):
        for n in range(count):
            x = round(width * (n + 0.5) / count, 3)
            sheet.writerow({"kind": kind, "code": f"{prefix}-{n + 1:02d}", "zone": "YARD", "x": x, "y": -YARD_METERS})
    pick_order = 0
    for aisle in range(aisles):
        bays = [(block, bay) for block in range(blocks) for bay in range(bins_per_side)]
        for block, bay in bays if aisle % 2 == 0 else reversed(bays):
            y = block * block_length + CROSS_METERS / 2 + (bay + 0.5) * BIN_METERS
            for side in (0, 1):
                position = 2 * (block * bins_per_side + bay) + 1 + side
                for level in range(levels):
                    pick_order += 1
                    sheet.writerow(
                        {
                            "kind": "bin",
                            "code": f"{aisle + 1:02d}-{position:03d}-{level + 1}",
                            "zone": chr(ord("A") + aisle * zones // aisles),
                            "aisle": aisle + 1,
                            "x": aisle * AISLE_METERS + (1 if side else -1),
                            "y": round(y, 3),
                            "level": level,
                            "pick_order": pick_order,
                            "capacity_units": capacity_units or "",
                            "capacity_grams": capacity_grams or "",
                        }
                    )
    return out.getvalue()
