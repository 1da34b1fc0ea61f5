"""Units of work. Every statement runs inside one; one unit of work serves one tenant.

JSON columns arrive as text: whoever wants their content loads it, whoever passes it on does not pay for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar, overload

import psycopg
from django.db import connection, transaction
from psycopg import pq
from psycopg.rows import args_row, scalar_row, tuple_row

from orderhouse.kernel.failpoints import failpoint

T = TypeVar("T")
Params = Mapping[str, Any] | Sequence[Any] | None

_tenant: ContextVar[int | None] = ContextVar("tenant_of_work", default=None)
_checked: set[tuple[str, type]] = set()


@contextmanager
def unit_of_work(tenant_id: int) -> Iterator[None]:
    """One transaction for one tenant: row-level security sees ``tenant_id`` and nothing else.

    Inside another unit of work of the same tenant it joins that one (verbs call verbs); inside one of another tenant
    it refuses, since a transaction never crosses tenants (ADR 0004). Raises whatever the block raises, rolled back.
    """
    current = _tenant.get()
    if current is not None:
        if current != tenant_id:
            raise RuntimeError(f"a unit of work of tenant {current} cannot act for tenant {tenant_id}")
        yield
        return
    with transaction.atomic():
        token = _tenant.set(tenant_id)
        try:
            _begin(tenant_id)
            yield
            failpoint("before-commit")
        finally:
            _tenant.reset(token)
    failpoint("after-commit")


def _begin(tenant_id: int) -> None:
    """Begin and say for whom, in one message: every transaction of the house pays this, and the driver would send two."""
    tenant = f"SET LOCAL app.tenant = '{int(tenant_id)}'".encode()
    line = connection.connection.pgconn
    if (
        line.transaction_status == pq.TransactionStatus.IDLE
        and line.exec_(b"BEGIN; " + tenant).status == pq.ExecStatus.COMMAND_OK
    ):
        return
    _raw().execute(tenant)  # inside a transaction already; or what went wrong is told by the driver, in its own words


@contextmanager
def snapshot(tenant_id: int) -> Iterator[None]:
    """A read-only unit of work in which every statement sees the same moment. Never inside another unit of work."""
    if _tenant.get() is not None:
        raise RuntimeError("a snapshot cannot begin inside a unit of work")
    with transaction.atomic():
        token = _tenant.set(tenant_id)
        try:
            _raw().execute(b"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            _raw().execute(f"SET LOCAL app.tenant = '{int(tenant_id)}'".encode())
            yield
        finally:
            _tenant.reset(token)


@contextmanager
def savepoint() -> Iterator[None]:
    """A savepoint inside the current unit of work: what the block raises undoes the block alone."""
    with transaction.atomic():
        yield


def inside_transaction() -> bool:
    """Whether this thread's connection is in a transaction already, a unit of work or any other."""
    return bool(connection.in_atomic_block)


def mend_connection() -> None:
    """Let go of this thread's connection if it broke, so that the next unit of work opens a new one. Outside transactions only."""
    connection.close_if_unusable_or_obsolete()


def after_commit(action: Callable[[], object]) -> None:
    """Run ``action`` once the outermost transaction has committed; never if it rolls back."""
    transaction.on_commit(action)


def execute(statement: str, params: Params = None) -> int:
    """Run one statement; the number of rows it touched."""
    return _raw().execute(statement.encode(), params).rowcount


@overload
def fetch_all(statement: str, params: Params = None, *, of: type[T]) -> list[T]: ...
@overload
def fetch_all(statement: str, params: Params = None, *, of: None = None) -> list[tuple[Any, ...]]: ...
def fetch_all(statement: str, params: Params = None, *, of: type[T] | None = None) -> list[T] | list[tuple[Any, ...]]:
    """All rows, as plain tuples or as ``of`` (a dataclass or NamedTuple whose fields are the columns, in their order)."""
    return _cursor(statement, params, of).fetchall()


@overload
def fetch_one(statement: str, params: Params = None, *, of: type[T]) -> T | None: ...
@overload
def fetch_one(statement: str, params: Params = None, *, of: None = None) -> tuple[Any, ...] | None: ...
def fetch_one(statement: str, params: Params = None, *, of: type[T] | None = None) -> T | tuple[Any, ...] | None:
    """The first row or None."""
    return _cursor(statement, params, of).fetchone()


def fetch_value(statement: str, params: Params = None) -> Any:
    """The first column of the first row, or None."""
    return _raw(scalar_row).execute(statement.encode(), params).fetchone()


def fetch_values(statement: str, params: Params = None) -> list[Any]:
    """The first column of every row."""
    return _raw(scalar_row).execute(statement.encode(), params).fetchall()


def _cursor(statement: str, params: Params, of: type[Any] | None) -> psycopg.Cursor[Any]:
    if of is None:
        return _raw().execute(statement.encode(), params)
    cursor = _raw(args_row(of)).execute(statement.encode(), params)
    if (statement, of) not in _checked:
        columns = [column.name for column in cursor.description or ()]
        fields: list[str] = list(getattr(of, "__dataclass_fields__", ()) or getattr(of, "_fields", ()))
        if columns != fields[: len(columns)]:
            raise TypeError(f"columns {columns} are not the fields of {of.__name__}: {fields}")
        _checked.add((statement, of))
    return cursor


def _connection() -> psycopg.Connection[Any]:
    """The driver's own connection, inside a unit of work."""
    if _tenant.get() is None:
        raise RuntimeError("no unit of work: every statement belongs to a tenant's transaction")
    driver: psycopg.Connection[Any] = connection.connection
    return driver


def _raw(row_factory: Any = tuple_row, kind: type[psycopg.Cursor[Any]] = psycopg.Cursor) -> psycopg.Cursor[Any]:
    # Not the driver's own cursor: Django makes that one write parameters into the text, here the server binds them, so that
    # arrays travel as arrays and statements are prepared.
    return kind(_connection(), row_factory=row_factory)
