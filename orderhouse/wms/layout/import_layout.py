"""Take a building's plan from a file."""

from __future__ import annotations

from dataclasses import dataclass

from orderhouse.catalog.queries import node_by_code
from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import Refusal
from orderhouse.wms.layout import store
from orderhouse.wms.layout.rules import LayoutRefused, read_layout


@dataclass(frozen=True, slots=True)
class ImportedLayout:
    """What an import did: locations in the file, of them new and changed, and how many others were taken out of use."""

    node_id: int
    locations: int
    added: int
    changed: int
    closed: int


class LocationInUse(Refusal):
    """A new plan would take away a location that stock, a task or a truck still needs."""

    sentence = "{code} is not in the file, but {why}."
    remedy = "Move the stock and finish the tasks there first, or keep {code} in the file. Nothing was imported."


def import_layout(*, by: By, node_code: str, text: str | bytes) -> ImportedLayout:
    """Make the node's plan what the file says (columns: see :mod:`.rules`), whole or not at all.

    Locations are known by their codes: those in the file are added or changed in place, those no longer in it are taken out
    of use, never deleted. Raises ``LayoutRefused`` naming row and column, :class:`LocationInUse` for a location that would
    leave stock, an open task or an open receipt without a place, ``NotFound`` for an unknown node.
    """
    layout = read_layout(text)
    with unit_of_work(by.tenant_id):
        node = node_by_code(by.tenant_id, node_code)
        store.save_site(by.tenant_id, node.id, layout.geometry)
        standing = store.lock_locations(by.tenant_id, node.id)
        leaving = []
        for code, location in standing.items():
            place = layout.places.get(code)
            used = location.units or location.tasks
            if place is None:
                if used:
                    raise LocationInUse(code=code, units=location.units, tasks=location.tasks, why=_why(location))
                if location.active:
                    leaving.append(location.id)
            elif used and place.kind != location.kind:
                raise LayoutRefused(
                    field=f"row {place.row}, kind",
                    row=place.row,
                    column="kind",
                    reason=f"{code} is a {location.kind} and {_why(location)}",
                    mend=f"Empty {code} before it becomes a {place.kind}.",
                )
        written = store.save_places(by.tenant_id, node.id, layout)
        store.close_locations(by.tenant_id, leaving)
    added = sum(code not in standing for code in layout.places)
    return ImportedLayout(node.id, len(layout.places), added, written - added, len(leaving))


def _why(location: store.Standing) -> str:
    if location.units:
        return f"{location.units} units lie there"
    return f"{location.tasks} open tasks or receipts name it"
