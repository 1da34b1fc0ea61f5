"""The stack of empty totes beside the aisles."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence

from orderhouse.kernel.errors import Refusal


class NoToteLeft(Refusal):
    """Every tote carries an order."""

    sentence = "All {count} totes of the crew carry orders."
    remedy = "Pack what is picked, or bring more totes into use."


class Totes:
    """A node's totes as its crew sees them: those in the stack are empty, as far as the crew knows."""

    def __init__(self, codes: Sequence[str]) -> None:
        self._stack = deque(codes)
        self._known = len(codes)

    def take(self) -> str:
        """The tote on top; refuses (:class:`NoToteLeft`) where none is left."""
        if not self._stack:
            raise NoToteLeft(count=self._known)
        return self._stack.popleft()

    def give_back(self, codes: Iterable[str]) -> None:
        """Put emptied totes under the stack; cartons that were unpacked are not totes."""
        self._stack.extend(code for code in codes if not code.isdigit())

    def __len__(self) -> int:
        return len(self._stack)
