"""What the manager's pages write often: figures that open their rows, times in the site's zone, verdicts on a cut-off."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from orderhouse.console.templatetags.console import icon
from orderhouse.kernel import clock

register = template.Library()


@register.simple_tag
def fig(figure: Any, name: str = "") -> SafeString:
    """A figure as the link to the rows it counts; ``name`` says for readers of the screen what it is."""
    kind = "" if figure.count else " zero"
    label = format_html(' aria-label="{}: {}"', name, figure.count) if name else ""
    return format_html(
        '<a class="fig{}" href="{}" data-figure="{}"{}>{}</a>', kind, figure.href, figure.count, label, f"{figure.count:,}"
    )


@register.filter
def clock_in(moment: datetime | None, zone: str) -> str:
    """The hour at a site, with the weekday where it is not today's and the date where it is not this week's."""
    if moment is None:
        return ""
    local, today = moment.astimezone(ZoneInfo(zone)), clock.now().astimezone(ZoneInfo(zone)).date()
    days = abs((local.date() - today).days)
    day = "" if not days else date_format(local, "D ") if days < 7 else date_format(local, "j M Y ")
    return f"{day}{local:%H:%M}"


@register.simple_tag
def left_until(moment: datetime) -> str:
    """The time left until a moment, hours and minutes; how long it is past, with a minus."""
    seconds = int((moment - clock.now()).total_seconds())
    hours, rest = divmod(abs(seconds), 3600)
    sign = "−" if seconds < 0 else ""
    if hours >= 48:
        return sign + _("%(days)d d %(hours)d h") % {"days": hours // 24, "hours": hours % 24}
    if hours:
        return sign + _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": rest // 60}
    return sign + _("%(minutes)d min") % {"minutes": rest // 60}


@register.simple_tag
def verdict(of: str) -> SafeString:
    """Whether a cut-off will be made, as a state: tone, icon, word."""
    tone, name, word = {
        "late": ("bad", "alert-triangle", _("late")),
        "risk": ("risk", "clock", _("at risk")),
        "idle": ("plain", "clock", _("not begun")),
        "good": ("good", "circle-check", _("on track")),
    }[of]
    return format_html('<span class="state tone-{}" data-verdict="{}">{}{}</span>', tone, of, icon(name), word)


@register.filter
def signed(count: int) -> str:
    """A difference with its sign; the minus is a real one."""
    return f"{count:+,}".replace("-", "−")


@register.filter
def get(mapping: dict[Any, Any], key: Any) -> Any:
    """A value of a mapping by a key that is itself a variable."""
    return mapping.get(key)
