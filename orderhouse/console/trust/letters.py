"""Letters one by one: what they said, what became of them; replayed or dropped, never edited."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.console.trust.connections import letters_address, partner_name
from orderhouse.contract.connections import STATES, LetterKey, keys_of, letter, letters, read_key
from orderhouse.contract.drop_letters import drop_letters
from orderhouse.contract.events import story
from orderhouse.contract.outbox import MOST_TRIES
from orderhouse.contract.replay_letters import Replayed, portions, replay_letters
from orderhouse.http.attend import patiently
from orderhouse.kernel.errors import InvalidInput, Refusal

PAGE = 50
OPEN = ("dead", "refused")
TABS = ("", "waiting", "dead", "refused", "dropped", "published", "delivered", "done")
TONES = {
    "waiting": ("act", "clock"),
    "dead": ("bad", "alert-octagon"),
    "refused": ("bad", "alert-triangle"),
    "refused there": ("bad", "alert-triangle"),
    "dropped": ("mute", "ban"),
    "published": ("plain", "mail"),
    "delivered": ("good", "circle-check"),
    "done": ("good", "circle-check"),
}


def words(state: str) -> str:
    """A state as people say it."""
    said = {
        "": _("All"),
        "waiting": _("waiting"),
        "dead": _("dead"),
        "refused": _("refused"),
        "refused there": _("refused there"),
        "dropped": _("dropped"),
        "published": _("to be fetched"),
        "delivered": _("delivered"),
        "done": _("taken in"),
    }
    return said.get(state, state)


@allow(*SEE_ORDERS)
@require_GET
def letter_list(request: DeskRequest) -> HttpResponse:
    """The letters of one way, or of all, by state."""
    tenant_id, query = request.desk.tenant_id, request.GET
    source, destination = (query.get(name, "").replace("\x00", "")[:200] for name in ("source", "destination"))
    state = query.get("state", "") if query.get("state", "") in STATES else ""
    rows = letters(
        tenant_id, source=source, destination=destination, state=state, before=_before(query.get("before", "")), limit=PAGE + 1
    )
    way = {"source": source, "destination": destination}
    open_keys = keys_of(tenant_id, **way, states=(state,) if state in OPEN else OPEN)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    context = {
        "source": source,
        "destination": destination,
        "from": partner_name(source) if source else "",
        "to": partner_name(destination) if destination else "",
        "state": state,
        "tabs": [{"label": words(each), "href": letters_address(**way, state=each), "here": each == state} for each in TABS],
        "rows": [
            {"letter": row, "word": words(row.state), "look": TONES.get(row.state, ("plain", "mail"))} for row in rows[:PAGE]
        ],
        "open_count": len(open_keys),
        "may_act": request.desk.may("admin"),
        "more": f"{letters_address(**way, state=state)}&{urlencode({'before': f'{last.at.isoformat()}~{last.message_id}'})}"
        if last
        else "",
        "back": request.get_full_path(),
    }
    return render(request, "console/trust/letters.html", context)


@allow(*SEE_ORDERS)
@require_GET
def letter_page(request: DeskRequest, source: str, message_id: int) -> HttpResponse:
    """One letter: what it says, how it went, why not."""
    tenant_id = request.desk.tenant_id
    found = letter(tenant_id, LetterKey(source, min(message_id, 2**63 - 1)))
    tone, icon = TONES.get(found.state, ("plain", "mail"))
    context = {
        "letter": found,
        "from": partner_name(found.source),
        "to": partner_name(found.destination),
        "word": words(found.state),
        "tone": tone,
        "icon": icon,
        "most_tries": MOST_TRIES,
        "story": list(
            reversed(
                [event for event in story(tenant_id, "letter", found.message_id) if event.facts.get("source") == found.source]
            )
        ),
        "open": found.state in OPEN,
        "may_act": request.desk.may("admin"),
        "way": letters_address(source=found.source, destination=found.destination),
        "back": request.get_full_path(),
    }
    return render(request, "console/trust/letter.html", context)


@allow("admin")
@require_POST
def replay(request: DeskRequest) -> HttpResponse:
    """Replay the letters chosen, or every open one of a way."""
    by = request.desk.by()
    try:
        chosen = _chosen(request)
        done = Replayed()
        for some in portions(chosen):
            done += patiently(by.tenant_id, lambda some=some: replay_letters(by=by, letters=some), repeatable=True)  # type: ignore[misc]
        _say_replayed(request, done)
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(_back(request))


@allow("admin")
@require_POST
def drop(request: DeskRequest) -> HttpResponse:
    """Drop the letters chosen, with the reason given."""
    try:
        dropped = drop_letters(by=request.desk.by(), letters=_chosen(request), reason=request.POST.get("reason", ""))
        said = ngettext("%(n)d letter is dropped; it stays listed.", "%(n)d letters are dropped; they stay listed.", dropped)
        toasts.say(request, said % {"n": dropped})
    except Refusal as refusal:
        toasts.refuse(request, refusal)
        return HttpResponseRedirect(_back(request, reason=request.POST.get("reason", "")))
    return HttpResponseRedirect(_back(request))


def _chosen(request: HttpRequest) -> Sequence[LetterKey]:
    if request.POST.get("all") == "1":
        state = request.POST.get("state", "")
        tenant_id: int = request.desk.tenant_id  # type: ignore[attr-defined]
        source, destination = (request.POST.get(name, "").replace("\x00", "") for name in ("source", "destination"))
        return keys_of(tenant_id, source=source, destination=destination, states=(state,) if state in OPEN else OPEN)
    found = [read_key(text) for text in request.POST.getlist("letter")[:1000]]
    if not found:
        raise InvalidInput(field=_("Letters"), reason=_("nothing was chosen"), remedy=_("Tick the letters first."))
    return found


def _say_replayed(request: HttpRequest, done: Replayed) -> None:
    parts = [
        (done.sent, ngettext("%(n)d letter is sent again", "%(n)d letters are sent again", done.sent)),
        (done.taken, ngettext("%(n)d was taken in", "%(n)d were taken in", done.taken)),
        (done.refused, ngettext("%(n)d was refused once more", "%(n)d were refused once more", done.refused)),
        (done.failed, ngettext("%(n)d failed and stays refused", "%(n)d failed and stay refused", done.failed)),
    ]
    text = "; ".join(said % {"n": n} for n, said in parts if n)
    bad = done.refused or done.failed
    toasts.say(
        request, f"{text}." if text else _("None of them is dead or refused any more."), tone="warning" if bad else "success"
    )


def _before(text: str) -> tuple[datetime, int] | None:
    at, _tilde, number = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(number)) if moment.tzinfo and 0 < int(number) < 2**63 else None
    except ValueError:
        return None


def _back(request: HttpRequest, **kept: str) -> str:
    to = request.POST.get("back", "")
    address = to if url_has_allowed_host_and_scheme(to, {request.get_host()}) else reverse("console:connections")
    if not kept:
        return address
    return f"{address}{'&' if '?' in address else '?'}{urlencode(kept)}"
