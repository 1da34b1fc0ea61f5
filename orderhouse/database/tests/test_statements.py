"""Every statement names its tenant for every table it reads: row-level security is the second line of defense, not the first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOMS = Path(__file__).parents[2]
ONE_FOR_TWO: dict[str, int] = {"console/sql/stock_history.sql": 1}
"""Files with a condition that their caller writes in, tenant and all."""


def tables() -> set[str]:
    """The tables that hold rows of tenants."""
    return {
        name
        for path in ROOMS.glob("*/migrations/*.sql")
        for name, columns in re.findall(r"CREATE TABLE (\w+) \((.*?)\n\)", path.read_text(), re.DOTALL)
        if "tenant_id" in columns
    }


@pytest.mark.parametrize(
    "room", sorted({path.parent for path in ROOMS.rglob("sql/*.sql")}), ids=lambda room: str(room.relative_to(ROOMS))
)
def test_a_statement_names_the_tenant_as_often_as_it_names_tables(room: Path) -> None:
    known = tables()
    assert "oms_order" in known
    for path in sorted(room.glob("*.sql")):
        text = "\n".join(line for line in path.read_text().splitlines() if not line.lstrip().startswith("--"))
        named = [name for name in re.findall(r"\b(?:FROM|JOIN|UPDATE|INTO|USING)\s+(\w+)", text) if name in known]
        saved = ONE_FOR_TWO.get(str(path.relative_to(ROOMS)), 0)
        assert len(re.findall(r"\btenant_id\b", text)) >= len(named) - saved, f"{path.relative_to(ROOMS)} reads {named}"
