"""What a planted bug is, and how it is planted."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple


class Edit(NamedTuple):
    """``old`` stands exactly once in ``file`` (below ``orderhouse/``) and becomes ``new``."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Bug:
    """One bug somebody could have written. ``says`` is what is broken, in a sentence.

    ``caught_by``: the tests that ought to catch it, as arguments of pytest, seconds of work; they were written for the
    behavior, not for the bug. ``wider``: where one would look next. ``also``: further edits, where a second line of defense
    stands behind the first and both had to be forgotten for anything to break.
    """

    name: str
    says: str
    edit: Edit
    caught_by: tuple[str, ...]
    wider: tuple[str, ...] = ()
    also: tuple[Edit, ...] = ()

    @property
    def edits(self) -> tuple[Edit, ...]:
        return (self.edit, *self.also)

    @property
    def changes_the_schema(self) -> bool:
        return any("/migrations/" in edit.file for edit in self.edits)


def stale(bug: Bug, root: Path) -> str:
    """Why the bug can no longer be planted in the sources at ``root``; empty where it can. To aim it anew, take the lines as
    they are now into ``old``."""
    for edit in bug.edits:
        path = root / "orderhouse" / edit.file
        if not path.is_file():
            return f"{edit.file} is gone"
        if (times := path.read_text().count(edit.old)) != 1:
            return f"{edit.file} has {times} times: {edit.old.strip().splitlines()[0][:100]}"
        if edit.old == edit.new:
            return f"{edit.file}: nothing would change"
    return ""
