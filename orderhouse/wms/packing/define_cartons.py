"""The cartons at the benches."""

from __future__ import annotations

from collections.abc import Sequence

from orderhouse.database import execute, unit_of_work
from orderhouse.kernel import sql
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.wms.packing.rules import Carton


def define_cartons(*, by: By, cartons: Sequence[Carton], retired: Sequence[str] = ()) -> None:
    """Define cartons by code, or change them; ``retired`` ones are suggested and taken no more. Raises ``InvalidInput``."""
    for n, carton in enumerate(cartons):
        if not (carton.code.strip() == carton.code and carton.code.isprintable() and 1 <= len(carton.code) <= 32):
            raise InvalidInput(field=f"cartons[{n}].code", reason=f"{carton.code!r} is not 1 to 32 printable characters")
        if min(carton.length_mm, carton.width_mm, carton.height_mm) < 1 or min(carton.tare_grams, carton.max_grams) < 0:
            raise InvalidInput(
                field=f"cartons[{n}]", reason=f"carton {carton.code} needs edges of 1 mm or more, and weights of 0 or more"
            )
    rows = sorted({carton.code: carton for carton in cartons}.values(), key=lambda carton: carton.code)
    with unit_of_work(by.tenant_id):
        if rows:
            execute(
                sql.load(__file__, "define_cartons"),
                {
                    "tenant": by.tenant_id,
                    "codes": [c.code for c in rows],
                    "names": [c.name for c in rows],
                    "lengths": [c.length_mm for c in rows],
                    "widths": [c.width_mm for c in rows],
                    "heights": [c.height_mm for c in rows],
                    "tares": [c.tare_grams for c in rows],
                    "maxima": [c.max_grams for c in rows],
                },
            )
        if retired:
            execute(
                "UPDATE wms_carton SET active = false WHERE tenant_id = %s AND code = ANY (%s)", (by.tenant_id, sorted(retired))
            )
