"""The anticipated "no": every rule that says no raises a :class:`Refusal`, every edge turns it into its own words."""

from __future__ import annotations

import re
from typing import Any, ClassVar


class Refusal(Exception):
    """An anticipated "no", as speech: what was refused, the facts, and how to mend it.

    A subclass names the rule (``InsufficientStock``) and gives ``sentence`` and ``remedy`` as format strings over its
    facts. The API answers it as an RFC 9457 problem with ``status``; the scanner shows :meth:`__str__`.
    ``field`` names the input at fault where there is one (a JSON path such as ``lines[2].sku``).
    """

    sentence: ClassVar[str] = "This cannot be done."
    remedy: ClassVar[str] = ""
    status: ClassVar[int] = 409

    def __init__(self, *, field: str | None = None, **facts: Any) -> None:
        self.field = field
        self.facts = facts
        super().__init__(str(self))

    @property
    def code(self) -> str:
        """The class name in kebab case: ``InsufficientStock`` gives ``insufficient-stock``."""
        return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", type(self).__name__).lower()

    def __str__(self) -> str:
        return self.sentence.format_map(_Lenient(self.facts))

    @property
    def how_to_mend(self) -> str:
        return self.remedy.format_map(_Lenient(self.facts))

    def as_problem(self) -> dict[str, Any]:
        """The refusal as RFC 9457 problem members (without the HTTP layer's ``instance``)."""
        problem: dict[str, Any] = {
            "type": f"https://orderhouse.dev/problems/{self.code}",
            "title": re.sub("-", " ", self.code).capitalize(),
            "status": self.status,
            "detail": str(self),
            "code": self.code,
        }
        if self.field:
            problem["field"] = self.field
        if self.how_to_mend:
            problem["remedy"] = self.how_to_mend
        if self.facts:
            problem["facts"] = self.facts
        return problem


class NotFound(Refusal):
    """A named thing does not exist for this tenant."""

    sentence = "There is no {kind} {code}."
    remedy = "Check the {kind} code for a typing error, or create it first."
    status = 404


class InvalidInput(Refusal):
    """Input that can never be right, whatever the state: names the field and the reason."""

    sentence = "{field_label}: {reason}."
    status = 422

    def __init__(self, *, field: str, reason: str, remedy: str = "", **facts: Any) -> None:
        self._remedy = remedy
        super().__init__(field=field, field_label=field, reason=reason, **facts)

    @property
    def how_to_mend(self) -> str:
        return self._remedy


class _Lenient(dict[str, Any]):
    """A refusal must never fail to speak because one of its facts is missing."""

    def __missing__(self, key: str) -> str:
        return "?"
