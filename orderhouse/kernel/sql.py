"""SQL lives in ``sql/<name>.sql`` beside the room that owns the tables; this loads it once."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def load(room: str, name: str) -> str:
    """The text of ``sql/<name>.sql`` next to the module file ``room`` (pass ``__file__``)."""
    return (Path(room).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
