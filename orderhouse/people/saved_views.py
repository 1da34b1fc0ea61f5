"""Lists under a name: the filters a person comes back to, their own or shared with the business."""

from __future__ import annotations

from dataclasses import dataclass

from orderhouse.database import fetch_all, unit_of_work

MOST = 30
"""Saved views one person may keep of one page."""


@dataclass(frozen=True, slots=True)
class SavedView:
    """``query`` is the page's own query string; ``mine`` says whether the person who asks saved it."""

    id: int
    name: str
    query: str
    shared: bool
    mine: bool
    saved_by: str


def saved_views(tenant_id: int, user_id: int, page: str) -> list[SavedView]:
    """The views of a page one person sees: their own first, then those others share, by name."""
    with unit_of_work(tenant_id):
        return fetch_all(
            """SELECT v.id, v.name, v.query, v.shared, v.user_id = %(user)s AS mine, coalesce(m.name, u.email) AS saved_by
               FROM people_saved_view v JOIN people_user u ON u.id = v.user_id
               LEFT JOIN people_member m ON m.tenant_id = v.tenant_id AND m.user_id = v.user_id
               WHERE v.tenant_id = %(tenant)s AND v.page = %(page)s AND (v.user_id = %(user)s OR v.shared)
               ORDER BY v.user_id <> %(user)s, lower(v.name), v.id""",
            {"tenant": tenant_id, "user": user_id, "page": page},
            of=SavedView,
        )
