"""Who commands: carried through every verb, written on every movement and event."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True)
class By:
    """The origin of a command.

    ``tenant_id`` whose business it is; ``actor`` the badge, user or API key that commands; ``device`` the scanner or
    process; ``at`` the moment (UTC) the command took place; ``command_id`` makes a repeat recognizable ("" when the
    command's own keys do).
    """

    tenant_id: int
    actor: str
    at: datetime
    device: str = ""
    command_id: str = ""

    def when(self, at: datetime) -> By:
        return replace(self, at=at)
