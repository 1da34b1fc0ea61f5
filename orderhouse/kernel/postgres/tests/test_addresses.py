from __future__ import annotations

import pytest

from orderhouse.kernel.postgres.addresses import checked, database_of, on_database, socket_url, without_password
from orderhouse.kernel.postgres.refusals import NotADatabaseUrl


@pytest.mark.parametrize(
    ("url", "bare", "password"),
    [
        ("postgresql://u:p%40ss@h:5432/d", "postgresql://u@h:5432/d", "p@ss"),
        ("postgres://u:p@h1:1,h2:2/d?sslmode=require", "postgres://u@h1:1,h2:2/d?sslmode=require", "p"),
        ("postgresql:///d?host=%2Frun%2Fpg&password=p", "postgresql:///d?host=%2Frun%2Fpg", "p"),
        ("postgresql://u@[::1]:5432/d", "postgresql://u@[::1]:5432/d", ""),
    ],
)
def test_a_password_is_parted_from_its_url(url: str, bare: str, password: str) -> None:
    assert without_password(url) in {(bare, password), (bare.replace("%2F", "/"), password)}


def test_another_database_keeps_server_user_and_parameters() -> None:
    url = socket_url(directory="/run/a b", port=5433, user="o", password="p/q", database="one")
    moved = on_database(url, "two words")
    assert database_of(moved) == "two words"
    assert moved.replace("two%20words", "one").replace("/run/a%20b", "%2Frun%2Fa%20b") == url
    assert database_of(on_database("postgresql://h/?dbname=a", "b")) == "b"


@pytest.mark.parametrize("url", ["", "mysql://h/d", "postgresql://h", "host=h dbname=d", "postgresql://h/"])
def test_what_is_no_address_is_refused_by_its_variable(url: str) -> None:
    with pytest.raises(NotADatabaseUrl, match="DATABASE_URL"):
        checked(url, variable="DATABASE_URL")
