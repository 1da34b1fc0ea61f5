"""Migrations are SQL files beside their number; this runs one."""

from __future__ import annotations

from pathlib import Path

from django.db.migrations.operations import RunSQL


def sql_file(migration: str) -> RunSQL:
    """``RunSQL`` of the ``.sql`` file with the migration's own name (pass ``__file__``). Forward only."""
    return RunSQL(Path(migration).with_suffix(".sql").read_text(encoding="utf-8"))
