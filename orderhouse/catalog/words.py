"""The words an item is found by."""

from __future__ import annotations

import re

LONGEST = 60


def words_of(text: str) -> list[str]:
    """The words of a name as they are compared: without regard to case, two characters and more, each once."""
    return sorted({word[:LONGEST] for word in re.findall(r"\w+", text.casefold()) if len(word) > 1})
