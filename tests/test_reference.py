"""The reference says what the code says, and the how-to pages name only what is there."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from tools import reference

HOW_TO = sorted((reference.ROOT / "docs" / "how-to").glob("*.md"))


@cache
def pages() -> dict[str, str]:
    return reference.pages()


def test_the_committed_reference_is_what_the_code_would_write_now() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in reference.FOLDER.glob("*.md")}
    stale = sorted(name for name in committed.keys() | pages().keys() if committed.get(name) != pages().get(name))
    assert not stale, f"`make docs` writes docs/reference/{', docs/reference/'.join(stale)} anew"


def test_the_same_code_writes_the_same_pages_again() -> None:
    assert reference.pages() == pages()


def test_comments_of_a_column_stay_with_their_column() -> None:
    body = """
      tenant_id bigint NOT NULL,
      kind text NOT NULL CHECK (kind IN ('a,b', 'c')),  -- what it is, in a word
      -- on a line of its own
      state text DEFAULT 'x',
      PRIMARY KEY (tenant_id, kind) -- last, without a comma
    """
    assert reference._items(body) == [
        ("tenant_id bigint NOT NULL", ""),
        ("kind text NOT NULL CHECK (kind IN ('a,b', 'c'))", "what it is, in a word"),
        ("state text DEFAULT 'x'", "on a line of its own"),
        ("PRIMARY KEY (tenant_id, kind)", "last, without a comma"),
    ]


def test_a_later_migration_changes_a_table_of_the_reference() -> None:
    tables: dict[str, reference._Table] = {}
    reference._read_tables("-- What is kept.\nCREATE TABLE kept (\n  id bigint NOT NULL,\n  old text\n);\n", tables)
    reference._read_tables("ALTER TABLE kept ADD COLUMN due_date date;  -- the day\nALTER TABLE kept DROP COLUMN old;\n", tables)
    assert tables["kept"].about == "What is kept."
    assert tables["kept"].columns == [("id", "bigint", "", ""), ("due_date", "date", "may be NULL", "the day")]


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_a_how_to_page_names_only_addresses_commands_and_files_that_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    operations = [heading.split() for heading in re.findall(r"^### ([A-Z]+ /\S+)$", pages()["api.md"], re.MULTILINE)]
    known = [(method, re.compile(re.sub(r"\{[^}]+\}", "[^/?]+", path))) for method, path in operations]
    for method, address in re.findall(r"\boh ([A-Z]+) [\"']?(/[^\s\"'?`]*)", text):
        assert any(method == each and pattern.fullmatch(address) for each, pattern in known), f"{method} {address}"
    commands = set(re.findall(r"^## orderhouse (.+)$", pages()["commands.md"], re.MULTILINE))
    for command in re.findall(r"\.venv/bin/orderhouse ([a-z][a-z -]*[a-z])", text):
        assert any(f"{command} ".startswith(f"{each} ") for each in commands), command
    for link in re.findall(r"\]\(([^)#:]+)", text):
        assert (page.parent / link).exists(), link


def test_every_rule_of_the_books_is_explained() -> None:
    text = (reference.ROOT / "docs" / "how-to" / "prove-the-books.md").read_text(encoding="utf-8")
    rules = re.findall(r"^`exam\.(\w+)`", pages()["exam.md"], re.MULTILINE)
    assert len(rules) > 20
    assert [rule for rule in rules if f"`{rule}`" not in text] == []
