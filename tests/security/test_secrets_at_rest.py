"""No column anywhere holds what opens a door: keys, passwords, sessions, scanners' secrets, one-time codes."""

from __future__ import annotations

import base64
import hashlib

import pytest
from psycopg import sql

from orderhouse.people.second_factor import begin_second_factor
from tests.security.houses import PASSWORD, Neighbors
from tests.security.marks import as_owner


def everywhere(neighbors: Neighbors) -> bytes:
    """Every row of every table as text, ours and the neighbor's; bytes as they are."""
    found: list[bytes] = []
    for tenant_id in (neighbors.ours.by.tenant_id, neighbors.theirs.tenant_id):
        with as_owner(tenant_id) as owner:
            names = owner.execute(
                "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            )
            for (name,) in names.fetchall():
                for row in owner.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(name))).fetchall():
                    found += (value if isinstance(value, bytes) else str(value).encode() for value in row)
    return b"\n".join(found)


@pytest.fixture(scope="module")
def dump(neighbors: Neighbors) -> bytes:
    return everywhere(neighbors)


def shapes(secret: str) -> list[bytes]:
    """A secret as it could lie about: plain, in base64, in hex."""
    raw = secret.encode()
    return [raw, base64.b64encode(raw).rstrip(b"="), raw.hex().encode()]


def test_keys_are_kept_as_hashes_only(neighbors: Neighbors, dump: bytes) -> None:
    for key in neighbors.ours.issued.keys:
        secret = key.split("_", 3)[3]
        assert not [shape for shape in shapes(secret) if shape in dump], "a key's secret lies in the database"
        assert hashlib.sha256(secret.encode()).digest() in dump


def test_passwords_and_scanners_secrets_are_kept_as_hashes_only(neighbors: Neighbors, dump: bytes) -> None:
    assert not [shape for shape in shapes(PASSWORD) if shape in dump]
    for secret in neighbors.ours.issued.devices:
        assert not [shape for shape in shapes(secret) if shape in dump]
    assert dump.count(b"argon2$argon2id$") > 5


def test_a_session_is_kept_by_its_browser_alone(neighbors: Neighbors) -> None:
    session = neighbors.ours.browser("admin").cookies["sessionid"].value
    at_scanner = neighbors.ours.scanner().cookies
    found = everywhere(neighbors)
    for text in (session, at_scanner["orderhouse-device"].value, at_scanner["orderhouse-badge"].value):
        assert text.encode() not in found


def test_the_secret_of_an_authenticator_app_is_sealed(neighbors: Neighbors) -> None:
    secret = begin_second_factor(user_id=neighbors.ours.people["auditor"])
    found = everywhere(neighbors)
    for shape in (secret, base64.b32encode(secret), base64.b64encode(secret), secret.hex().encode()):
        assert shape not in found


def test_the_secret_of_a_route_is_sealed(neighbors: Neighbors, dump: bytes) -> None:
    for secret in neighbors.ours.issued.routes:
        raw = base64.b64decode(secret.removeprefix("whsec_"))
        for shape in (secret.encode(), secret.removeprefix("whsec_").encode(), raw, raw.hex().encode()):
            assert shape not in dump
