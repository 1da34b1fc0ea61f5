"""What was just done, said at the edge of the next page, with a way back where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from django.contrib import messages
from django.http import HttpRequest

from orderhouse.kernel.errors import Refusal

LEVELS = {"success": messages.SUCCESS, "info": messages.INFO, "warning": messages.WARNING, "error": messages.ERROR}


@dataclass(frozen=True, slots=True)
class Undo:
    """The form that takes an action back: where it is sent, and its fields."""

    url: str
    fields: dict[str, str]


def say(request: HttpRequest, text: str, *, undo: tuple[str, Mapping[str, Any]] | None = None, tone: str = "success") -> None:
    """Say ``text`` on the next page this person sees.

    ``tone`` is success, info, warning or error (an error stays until it is closed). ``undo`` is the address and the fields of
    the POST that takes the action back; it is offered as a button beside the text.
    """
    extra = orjson.dumps([undo[0], {name: str(value) for name, value in undo[1].items()}]).decode() if undo else ""
    messages.add_message(request, LEVELS[tone], text, extra_tags=extra)


def refuse(request: HttpRequest, refusal: Refusal) -> None:
    """Say a refusal: its sentence and how to mend it."""
    say(request, f"{refusal} {refusal.how_to_mend}".strip(), tone="error")


def undo_of(message: Any) -> Undo | None:
    """The way back a message carries, if any. Messages are signed, so it is one the house wrote."""
    if not (message.extra_tags or "").startswith("["):
        return None
    url, fields = orjson.loads(message.extra_tags)
    return Undo(url, fields)
