"""Give a saved view another name."""

from __future__ import annotations

from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, NotFound
from orderhouse.people.save_view import checked_name, own_view


def rename_view(*, by: By, user_id: int, view_id: int, name: str, shared: bool) -> None:
    """Name one of this person's own views, and say whether the business sees it. Raises NotFound, or InvalidInput for a name
    another of their views of the same page has."""
    wanted = checked_name(name)
    with unit_of_work(by.tenant_id):
        taken = fetch_value(
            """SELECT count(*) FROM people_saved_view o JOIN people_saved_view v
                 ON v.tenant_id = o.tenant_id AND v.user_id = o.user_id AND v.page = o.page
               WHERE o.tenant_id = %s AND o.user_id = %s AND v.id = %s AND o.id <> v.id AND o.name = %s""",
            (by.tenant_id, user_id, view_id, wanted),
        )
        if taken:
            raise InvalidInput(field="name", reason=f"another of your views is named {wanted}", remedy="Choose another name.")
        if not own_view(
            by,
            user_id,
            view_id,
            "UPDATE people_saved_view SET name = %s, shared = %s WHERE tenant_id = %s AND user_id = %s AND id = %s",
            wanted,
            shared,
        ):
            raise NotFound(kind="saved view of yours", code=view_id, field="view")
