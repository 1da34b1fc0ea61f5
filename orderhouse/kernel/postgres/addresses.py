"""PostgreSQL URLs: made, checked, pointed at another database, and parted from their password."""

from __future__ import annotations

import os
from urllib.parse import parse_qsl, quote, unquote, urlencode

from orderhouse.kernel.postgres.refusals import NotADatabaseUrl

SCHEMES = ("postgresql://", "postgres://")


def socket_url(*, directory: str, port: int, user: str, password: str, database: str) -> str:
    """A URL by Unix socket; the directory travels as the ``host`` parameter, as libpq reads it."""
    return f"postgresql://{_safe(user)}:{_safe(password)}@/{_safe(database)}?host={_safe(directory)}&port={port}"


def tcp_url(*, port: int, user: str, password: str, database: str) -> str:
    """A URL by TCP on 127.0.0.1."""
    return f"postgresql://{_safe(user)}:{_safe(password)}@127.0.0.1:{port}/{_safe(database)}"


def checked(url: str, *, variable: str) -> str:
    """The URL itself; refuses one that names no database, naming the environment variable it came from, never its text."""
    if not url.startswith(SCHEMES) or not database_of(url):
        raise NotADatabaseUrl(variable=variable)
    return url


def database_of(url: str) -> str:
    _, database, query = _parted(url)
    return dict(parse_qsl(query)).get("dbname") or unquote(database)


def on_database(url: str, database: str) -> str:
    """The same server and user, another database."""
    server, _, query = _parted(url)
    rest = urlencode([(key, value) for key, value in parse_qsl(query) if key != "dbname"], quote_via=quote)
    return f"{server}/{_safe(database)}" + (f"?{rest}" if rest else "")


def without_password(url: str) -> tuple[str, str]:
    """The URL fit for a command line, which every user of the machine can read, and the password apart ("" if none)."""
    server, database, query = _parted(url)
    parameters = parse_qsl(query)
    scheme, _, authority = server.partition("://")
    credentials, at, host = authority.rpartition("@")
    user, _, password = credentials.partition(":")
    secret = dict(parameters).get("password") or unquote(password)
    rest = urlencode([(key, value) for key, value in parameters if key != "password"], quote_via=quote)
    return f"{scheme}://{user}{at}{host}/{database}" + (f"?{rest}" if rest else ""), secret


def client_environment(password: str) -> dict[str, str]:
    """The caller's environment, with the password where libpq looks for it."""
    return {**os.environ, "PGPASSWORD": password} if password else dict(os.environ)


def _safe(text: str) -> str:
    return quote(text, safe="")


def _parted(url: str) -> tuple[str, str, str]:
    head, _, query = url.partition("?")
    scheme, _, rest = head.partition("://")
    authority, _, database = rest.partition("/")
    return f"{scheme}://{authority}", database, query
