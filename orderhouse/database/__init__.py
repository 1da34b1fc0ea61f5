"""The one way to PostgreSQL: units of work that know their tenant, named SQL, rows as frozen values."""

from orderhouse.database import arrays as arrays  # teaches psycopg to send lists of ints
from orderhouse.database.work import (
    after_commit,
    execute,
    fetch_all,
    fetch_one,
    fetch_value,
    fetch_values,
    inside_transaction,
    mend_connection,
    savepoint,
    snapshot,
    unit_of_work,
)

__all__ = [
    "after_commit",
    "execute",
    "fetch_all",
    "fetch_one",
    "fetch_value",
    "fetch_values",
    "inside_transaction",
    "mend_connection",
    "savepoint",
    "snapshot",
    "unit_of_work",
]
