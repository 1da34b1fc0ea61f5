"""Forget a saved view."""

from __future__ import annotations

from orderhouse.database import unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import NotFound
from orderhouse.people.save_view import own_view


def delete_view(*, by: By, user_id: int, view_id: int) -> None:
    """Delete one of this person's own views; the orders it listed are not concerned. Raises NotFound."""
    with unit_of_work(by.tenant_id):
        statement = "DELETE FROM people_saved_view WHERE tenant_id = %s AND user_id = %s AND id = %s"
        if not own_view(by, user_id, view_id, statement):
            raise NotFound(kind="saved view of yours", code=view_id, field="view")
