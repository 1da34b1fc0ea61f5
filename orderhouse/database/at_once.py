"""Statements in one round trip: for requests that only look, where beginning, saying for whom, asking and committing would be four."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import connection
from psycopg import errors, generators, pq
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer

from orderhouse.database.statements import Part, numbered

_TENANT = "SELECT set_config('app.tenant', %(tenant)s::text, true)"
_MOST_PREPARED = 100
_GONE = frozenset({"26000", "0A000"})
"""A statement is not prepared any more (the driver lets go of all when it rolls back), or its tables changed since."""

_Prepared = dict[tuple[bytes, tuple[int, ...]], bytes]
_prepared: WeakKeyDictionary[psycopg.Connection[Any], _Prepared] = WeakKeyDictionary()
_numbers = count(1)
_openings = count(1)
_opened = 0


def at_once(tenant_id: int, parts: Sequence[Part]) -> list[list[tuple[Any, ...]]]:
    """The rows of each statement. All run for one tenant, in their order, in one round trip and in one transaction of their own, which
    the server ends after the last: where one fails, nothing took effect and its error is raised. Outside units of work only.

    It is the tenant that the transaction's row-level security sees, as in :func:`unit_of_work`; a statement may close it for those after it
    (``set_config('app.tenant', '', true)``)."""
    if connection.in_atomic_block:
        raise RuntimeError("statements at once are a transaction of their own, and cannot run inside another")
    known = _known()
    parts = [Part(_TENANT, {"tenant": str(tenant_id)}), *parts]
    try:
        return _run(parts, known)[1:]
    except (errors.InvalidSqlStatementName, errors.FeatureNotSupported):
        known.clear()
        return _run(parts, known)[1:]


def opening() -> int:
    """Which of this process's connections was opened last, this thread's included. While it stays the same, the database has not been
    changed for another, a restored one say: that would have ended them all."""
    _known()
    return _opened


def _known() -> _Prepared:
    """What is prepared on this thread's connection, which is opened if it is not."""
    global _opened
    connection.ensure_connection()
    known = _prepared.get(connection.connection)
    if known is None:
        known = _prepared[connection.connection] = {}
        _opened = next(_openings)
    return known


def _run(parts: Sequence[Part], known: _Prepared) -> list[list[tuple[Any, ...]]]:
    line: psycopg.Connection[Any] = connection.connection
    wire = line.pgconn
    wire.enter_pipeline_mode()
    try:
        fresh = [_send(line, part, known) for part in parts]
        wire.pipeline_sync()
        results = line.wait(_answers(wire))
        wire.exit_pipeline_mode()
    except BaseException:
        connection.close()  # nobody knows what is still under way on it
        raise
    for result in results:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            for key in filter(None, fresh):
                known.pop(key, None)
            raise errors.error_from_result(result, encoding=line.info.encoding)
    return [_rows(line, result) for result in results if result.status == pq.ExecStatus.TUPLES_OK]


def _send(line: psycopg.Connection[Any], part: Part, known: _Prepared) -> tuple[bytes, tuple[int, ...]] | None:
    """Put a statement on its way; what was prepared for it just now, if anything."""
    text, names = numbered(part.text)
    sending = Transformer(line)
    values = sending.dump_sequence([part.params[name] for name in names], [PyFormat.AUTO] * len(names))
    types, formats = sending.types or (), sending.formats
    key = (text, types)
    fresh = None
    if (name := known.get(key)) is None:
        if line.prepare_threshold is None or len(known) >= _MOST_PREPARED:  # None: a pooler stands before the database
            line.pgconn.send_query_params(text, values, types, formats)
            return None
        name = known[key] = b"at_once_%d" % next(_numbers)
        line.pgconn.send_prepare(name, text, types)
        fresh = key
    line.pgconn.send_query_prepared(name, values, formats)
    return fresh


def _answers(wire: pq.abc.PGconn) -> PQGen[list[pq.abc.PGresult]]:
    yield from generators.send(wire)
    found: list[pq.abc.PGresult] = []
    while True:
        results = yield from generators.fetch_many(wire)
        if results and results[-1].status == pq.ExecStatus.PIPELINE_SYNC:
            return found
        found += results


def _rows(line: psycopg.Connection[Any], result: pq.abc.PGresult) -> list[tuple[Any, ...]]:
    reading = Transformer(line)
    reading.set_pgresult(result)
    return reading.load_rows(0, result.ntuples, tuple)
