"""A client's own journal: what it was about to ask is on disk before it asks, what it was told before it goes on.

Whatever dies, the journal knows of each command that it was intended, and whether it was acknowledged. It is the oracle's
only witness, and never reads the database.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Entry:
    """One command: its id, what was asked (``facts``), and the answers that came, each a status and what it said.

    A status of 0 means that no answer came.
    """

    id: str
    kind: str
    facts: dict[str, Any]
    answers: list[tuple[int, Any]] = field(default_factory=list)

    @property
    def said(self) -> Any:
        """What the acknowledgment said; None where there is none."""
        return next((said for status, said in self.answers if 200 <= status < 300), None)

    @property
    def is_acknowledged(self) -> bool:
        return any(200 <= status < 300 for status, _ in self.answers)

    @property
    def is_refused(self) -> bool:
        """Whether it was told "no" and nothing else: then nothing must have taken effect."""
        return bool(self.answers) and all(400 <= status < 500 for status, _ in self.answers)

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows what became of it: neither yes nor no was the last word."""
        return not self.is_acknowledged and not (self.answers and 400 <= self.answers[-1][0] < 500)


class Journal:
    """An append-only file, synced at every line. One writer."""

    def __init__(self, path: Path) -> None:
        self.path = path
        _end_torn_line(path)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)

    def intend(self, id: str, kind: str, **facts: Any) -> None:
        """Before asking."""
        self._write({"id": id, "kind": kind, "facts": facts})

    def answered(self, id: str, status: int, said: Any = None) -> None:
        """After the answer, or after it was clear that none would come (status 0)."""
        self._write({"id": id, "status": status, "said": said})

    def close(self) -> None:
        os.close(self._file)

    def _write(self, line: dict[str, Any]) -> None:
        os.write(self._file, json.dumps(line, default=str).encode() + b"\n")
        os.fdatasync(self._file)


def read_journal(path: Path) -> list[Entry]:
    """Every command of a journal in its order. A last line torn by a kill was never synced, so nobody relied on it."""
    entries: dict[str, Entry] = {}
    for line in _lines(path):
        if "kind" in line:
            entries.setdefault(line["id"], Entry(line["id"], line["kind"], line["facts"]))
        else:
            entries[line["id"]].answers.append((line["status"], line["said"]))
    return list(entries.values())


def read_journals(folder: Path) -> list[Entry]:
    """The commands of all journals in a folder."""
    return [entry for path in sorted(folder.glob("*.journal")) for entry in read_journal(path)]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for raw in path.read_bytes().splitlines():
        try:
            yield json.loads(raw)
        except json.JSONDecodeError:
            continue


def _end_torn_line(path: Path) -> None:
    if path.exists() and (written := path.read_bytes()) and not written.endswith(b"\n"):
        with path.open("ab") as file:
            file.write(b"\n")
