"""Keep a list's filters under a name."""

from __future__ import annotations

from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput
from orderhouse.kernel.identifiers import new_id
from orderhouse.people.saved_views import MOST

LONGEST_NAME, LONGEST_QUERY = 40, 2000


def save_view(*, by: By, user_id: int, page: str, name: str, query: str, shared: bool = False) -> int:
    """Save ``query`` (a query string) as this person's view of ``page``; the same name again takes the new filters.

    ``shared`` shows it to everybody of the business. Answers its id. Raises InvalidInput for a name of none or over 40
    characters, filters that are too long, or more than 30 views.
    """
    wanted = checked_name(name)
    if len(query) > LONGEST_QUERY or "\x00" in query:
        raise InvalidInput(field="query", reason="the filters are too long to keep", remedy="Take off some.")
    with unit_of_work(by.tenant_id):
        kept = fetch_value(
            "SELECT count(*) FROM people_saved_view WHERE tenant_id = %s AND user_id = %s AND page = %s AND name <> %s",
            (by.tenant_id, user_id, page, wanted),
        )
        if kept >= MOST:
            raise InvalidInput(field="name", reason=f"you keep {kept} views already", remedy="Delete one you no longer use.")
        return int(
            fetch_value(
                """INSERT INTO people_saved_view (tenant_id, id, user_id, page, name, query, shared, created_at)
                   SELECT t.tenant_id, %(id)s, %(user)s, %(page)s, %(name)s, %(query)s, %(shared)s, %(at)s
                   FROM people_tenant t WHERE t.tenant_id = %(tenant)s
                   ON CONFLICT (tenant_id, user_id, page, name) DO UPDATE SET query = excluded.query, shared = excluded.shared
                   RETURNING id""",
                {
                    "tenant": by.tenant_id,
                    "id": new_id(),
                    "user": user_id,
                    "page": page,
                    "name": wanted,
                    "query": query,
                    "shared": shared,
                    "at": by.at,
                },
            )
        )


def checked_name(name: str) -> str:
    """The name without what surrounds it; refuses none, too long a one, or one that cannot be shown."""
    wanted = " ".join(name.split())
    if not wanted:
        raise InvalidInput(field="name", reason="is empty", remedy="Name the view, such as: Late in France.")
    if len(wanted) > LONGEST_NAME or not wanted.isprintable():
        raise InvalidInput(
            field="name", reason=f"is longer than {LONGEST_NAME} characters or not printable", remedy="Shorten it."
        )
    return wanted


def own_view(by: By, user_id: int, view_id: int, statement: str, *more: object) -> bool:
    """Run a statement that names tenant, person and view last; whether it touched the person's own view."""
    return execute(statement, (*more, by.tenant_id, user_id, view_id)) == 1
