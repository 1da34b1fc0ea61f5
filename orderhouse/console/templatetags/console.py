"""What templates write often: icons, states, times, money."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from orderhouse.console import looks, names, navigation, sentences, toasts
from orderhouse.kernel import clock

register = template.Library()

STATES = {
    "received": ("plain", "file-invoice", "received"),
    "accepted": ("plain", "file-invoice", "accepted"),
    "held": ("held", "hand-stop", "held"),
    "reserved": ("act", "circle-check", "reserved"),
    "partly_reserved": ("risk", "clock", "partly reserved"),
    "backordered": ("risk", "clock", "backordered"),
    "released": ("act", "arrow-right", "released"),
    "partly_shipped": ("act", "truck", "partly shipped"),
    "shipped": ("good", "truck-delivery", "shipped"),
    "delivered": ("good", "circle-check", "delivered"),
    "closed": ("good", "circle-check", "closed"),
    "cancelled": ("mute", "ban", "cancelled"),
    "sent": ("act", "arrow-right", "sent"),
    "waved": ("act", "route", "on a wave"),
    "picking": ("act", "user-scan", "picking"),
    "picked": ("act", "user-scan", "picked"),
    "packed": ("good", "package", "packed"),
    "labelled": ("good", "package", "labelled"),
    "manifested": ("good", "package", "manifested"),
    "shorted": ("bad", "alert-triangle", "shorted"),
    "rejected": ("bad", "alert-triangle", "rejected"),
    "planned": ("plain", "clock", "planned"),
    "done": ("good", "circle-check", "done"),
    "ready": ("plain", "clock", "ready"),
    "started": ("act", "user-scan", "under way"),
    "expected": ("plain", "clock", "expected"),
    "arrived": ("act", "forklift", "at the dock"),
    "counting": ("act", "forklift", "counting"),
    "open": ("risk", "alert-triangle", "open"),
    "replayed": ("good", "circle-check", "replayed"),
    "discarded": ("mute", "ban", "discarded"),
    "voided": ("mute", "ban", "voided"),
}
"""Never color alone: each state has its tone, its icon and its word."""

DOTS = {
    "received": 1,
    "accepted": 1,
    "held": 1,
    "backordered": 1,
    "partly_reserved": 2,
    "reserved": 2,
    "released": 3,
    "partly_shipped": 4,
    "shipped": 5,
    "delivered": 5,
    "closed": 5,
    "cancelled": 0,
}


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon of the vendored sprite; decorative, for a word always stands beside it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"></use></svg>', extra, static("vendor/icons.svg"), name
    )


@register.simple_tag
def state(code: str) -> SafeString:
    """A state with its tone, icon and word."""
    tone, name, word = STATES.get(code, ("plain", "clock", code.replace("_", " ")))
    return format_html('<span class="state tone-{}">{}{}</span>', tone, icon(name), word)


@register.simple_tag
def dots(code: str) -> SafeString:
    """How far an order is, as five dots: captured, reserved, released, shipping, shipped."""
    reached = DOTS.get(code, 0)
    tone = STATES.get(code, ("plain", "", ""))[0]
    marks = "".join("●" if n < reached else "○" for n in range(5))
    return format_html('<span class="dots tone-{}" aria-label="{} of 5 steps">{}</span>', tone, reached, marks)


@register.simple_tag
def ago(moment: datetime | None) -> SafeString | str:
    """A time relative to now, the exact one on hover."""
    if moment is None:
        return ""
    said = _span(int((clock.now() - moment).total_seconds()))
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), f"{moment:%Y-%m-%d %H:%M:%S %Z}", said)


def _span(seconds: int) -> str:
    far = abs(seconds)
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if far >= size:
            whole, rest = divmod(far, size)
            said = f"{whole} {unit}"
            if unit == "h" and rest >= 60 and whole < 10:
                said += f" {rest // 60} min"
            return f"{said} ago" if seconds >= 0 else f"in {said}"
    if far < 2:
        return "now"
    return f"{far} s ago" if seconds >= 0 else f"in {far} s"


@register.simple_tag
def money(amount: Decimal | int | str | None, currency: str = "") -> str:
    """Money with its currency, two places."""
    return "" if amount in (None, "") else f"{Decimal(amount):,.2f} {currency}".strip()


@register.simple_tag
def minor(amount: int | None) -> str:
    """Minor units as money of two places."""
    return "" if amount in (None, "") else f"{Decimal(amount) / 100:,.2f}"


@register.filter
def number(value: Any) -> str:
    """A whole number with its thousands set apart."""
    return "" if value is None else f"{value:,}"


@register.filter
def words(code: str) -> str:
    """A code as words: ``partly_reserved`` reads partly reserved."""
    return str(code).replace("_", " ").replace("-", " ")


@register.filter
def kilograms(grams: int) -> str:
    """Grams as kilograms of two places."""
    return f"{grams / 1000:.2f} kg"


@register.filter
def unlocalized(value: float | int) -> str:
    """A number as drawings need it: a point, and no thousands set apart, whatever the language."""
    return f"{value:g}" if isinstance(value, float) else str(value)


@register.filter
def tone_of(event: Any) -> str:
    """What an event means for its reader."""
    return sentences.tone(event.type)


@register.simple_tag
def told(event: Any) -> SafeString:
    """An event as a sentence in its tone."""
    return format_html(
        '<span class="told tone-{}">{}</span>', sentences.tone(event.type), sentences.sentence(event.type, event.facts)
    )


@register.simple_tag(takes_context=True)
def shell(context: template.Context) -> dict[str, Any]:
    """What frames a page: the rooms of this person, where they are, and how they like the console to look."""
    request = context.get("request")
    if request is None:
        return {"theme": "system", "rail": "", "rooms": [], "here": None}
    desk = getattr(request, "desk", None)
    found = navigation.rooms(desk, request.path) if desk else []
    return {
        "theme": looks.theme(request),
        "rail": looks.rail(request),
        "rooms": found,
        "here": next((room for room in found if room.here), None),
    }


@register.filter
def undo(message: Any) -> toasts.Undo | None:
    """The way back a message carries."""
    return toasts.undo_of(message)


@register.filter
def initials(name: str) -> str:
    """The first letters of a name's first and last word."""
    parts = str(name).split()
    return "".join(part[0] for part in (parts[:1] + parts[1:][-1:])).upper() or "?"


@register.filter
def role_name(role: str) -> str:
    """A role as a person reads it."""
    return str(names.ROLE_NAMES.get(role, role))


STEPS = {"captured": 1, "held": 1, "waiting": 1, "reserved": 2, "released": 3, "picking": 4, "packed": 4, "shipped": 5}


@register.simple_tag
def steps(stage: str, state: str) -> SafeString:
    """Where an order stands as five dots: captured, reserved, released, picked and packed, shipped."""
    reached = STEPS.get(stage, DOTS.get(state, 0))
    tone, _, word = STATES.get(stage if stage in STATES else state, ("plain", "", stage))
    dots = "".join("●" if n < reached else "○" for n in range(5))
    return format_html(
        '<span class="dots tone-{}" role="img" aria-label="{}" title="{}">{}</span>',
        tone,
        f"{word}: step {reached} of 5",
        word,
        dots,
    )


CHANNEL_MARKS = {
    "web_shop": "shopping-cart",
    "marketplace": "building-store",
    "store": "building-store",
    "b2b_portal": "users",
    "edi": "plug-connected",
    "manual": "keyboard",
}


@register.simple_tag
def channel_mark(kind: str) -> SafeString:
    """What sort of channel it is; its code stands beside it."""
    return icon(CHANNEL_MARKS.get(kind, "plug-connected"))


@register.filter
def deed_name(deed: str) -> str:
    """An administrator's deed as a person reads it."""
    return str(names.DEEDS.get(deed, deed.replace("-", " ")))


UNIT_KINDS = {
    "ordered": _("ordered"),
    "backordered": _("backordered"),
    "reserved": _("reserved"),
    "released": _("released"),
    "waved": _("on a wave"),
    "picking": _("being picked"),
    "picked": _("picked"),
    "packed": _("packed"),
    "shipped": _("shipped"),
    "returned": _("returned"),
    "asked_back": _("asked back"),
    "cancelled": _("cancelled"),
}
COST_PARTS = {
    "freight": _("freight"),
    "handling": _("handling"),
    "split": _("split"),
    "lateness": _("lateness"),
    "scarcity": _("scarcity"),
}


@register.filter
def unit_kind(code: str) -> str:
    """Where units stand, in words."""
    return str(UNIT_KINDS.get(code, code.replace("_", " ")))


@register.filter
def cost_part(code: str) -> str:
    """A part of a sourcing cost, in words."""
    return str(COST_PARTS.get(code, code))


@register.filter
def as_json(value: Any) -> str:
    """A message as people read it."""
    return json.dumps(value, indent=2, ensure_ascii=False)


@register.filter
def less(value: float, by: float) -> float:
    """A number less another: for drawings."""
    return round(value - by, 1)


@register.simple_tag
def uuid() -> str:
    """A fresh id for a form that must be done once, however often it is sent."""
    return str(uuid4())


@register.filter
def split_words(text: str) -> list[str]:
    """The words of a text, for a list written in a template."""
    return text.split()
