"""What may be done with an order: each act previewed by rehearsing it, then done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.oms.order_answers import units
from orderhouse.console.oms.order_changes import consequences
from orderhouse.console.oms.order_queries import returnable
from orderhouse.console.policies import allow
from orderhouse.kernel.actors import By
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.desk.hold_order import hold_order
from orderhouse.oms.desk.lift_hold import lift_hold
from orderhouse.oms.desk.rehearse import rehearse
from orderhouse.oms.desk.resend_advice import resend_advice
from orderhouse.oms.orders.add_note import add_note, withdraw_note
from orderhouse.oms.orders.parse_order import HOLD_KINDS
from orderhouse.oms.orders.queries import OrderDetail, order_detail
from orderhouse.oms.releases.release_orders import release_orders
from orderhouse.oms.returns.authorize_returns import ReturnRequest, authorize_returns
from orderhouse.oms.sourcing.move_order import move_order

REASON = "asked for at the desk"
"""Stands in where a rehearsal needs a reason nobody has typed yet."""


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed: ``lines`` are units by line number, None where the form named no line at all."""

    reason: str = ""
    kind: str = "manual"
    kinds: tuple[str, ...] = ()
    release: bool = True
    text: str = ""
    lines: Mapping[int, int] | None = None
    nodes: Mapping[int, str] = field(default_factory=dict)


def read_form(sent: QueryDict) -> Form:
    """The form as sent; refuses what is no number of units."""
    lines: dict[int, int] = {}
    for name, value in sent.items():
        if name.startswith("line-"):
            try:
                lines[int(name[5:])] = int(str(value) or 0)
            except ValueError:
                raise InvalidInput(field=name, reason=f"{value!r} is no number of units", remedy="Give a whole number.") from None
    return Form(
        reason=sent.get("reason", "").strip(),
        kind=sent.get("kind", "manual"),
        kinds=tuple(sent.getlist("kinds")),
        release=sent.get("release", "1") != "0",
        text=sent.get("text", ""),
        lines=lines if any(name.startswith("line-") for name in sent) else None,
        nodes={int(n[5:]): str(value) for n, value in sent.items() if n.startswith("node-") and n[5:].isdigit() and value},
    )


@dataclass(frozen=True, slots=True)
class Act:
    """One act: ``run`` does it, ``says`` tells it when it is done, ``label`` is the button that does it."""

    name: str
    icon: str
    title: Any
    explains: Any
    fields: tuple[str, ...]
    run: Callable[[By, OrderDetail, Form], Any]
    says: Callable[[OrderDetail, OrderDetail, Any], str]
    label: Callable[[OrderDetail, OrderDetail | None], str]
    undo: Callable[[OrderDetail, Form, Any], tuple[str, dict[str, Any]] | None] = lambda order, form, result: None
    danger: bool = False


def perform(request: DeskRequest, order_id: int, act: Act) -> HttpResponse:
    """Show the act with its exact consequences; on POST do it, and go back to the order."""
    tenant_id = request.desk.tenant_id
    order = order_detail(tenant_id, order_id)
    refusal: Refusal | None = None
    form = Form()
    try:
        form = read_form(request.POST)
        if request.method == "POST" and "preview" not in request.POST:
            result = act.run(request.desk.by(), order, form)
            done = act.says(order, order_detail(tenant_id, order_id), result)
            toasts.say(request, done, undo=act.undo(order, form, result))
            return HttpResponseRedirect(reverse("console:order", args=[order_id]))
    except Refusal as said:
        refusal = said
    return _show(request, act, order, form, refusal)


def _show(request: DeskRequest, act: Act, order: OrderDetail, form: Form, refusal: Refusal | None) -> HttpResponse:
    tenant_id = request.desk.tenant_id
    after, will = None, []
    if refusal is None and act.name != "note":
        typed = form if form.reason else Form(REASON, form.kind, form.kinds, form.release, form.text, form.lines, form.nodes)
        try:
            result, after = rehearse(
                tenant_id, lambda: (act.run(request.desk.by(), order, typed), order_detail(tenant_id, order.id))
            )
            will = consequences(order, after, recalled=getattr(result, "recalled", ()))
        except Refusal as said:
            refusal = said
    context = {
        "act": act,
        "order": order,
        "form": form,
        "lines": _lines(tenant_id, act, order, form),
        "kinds": HOLD_KINDS,
        "open_holds": [hold for hold in order.holds if hold.lifted_at is None],
        "refusal": refusal,
        "will": will,
        "label": act.label(order, after),
        "here": request.path,
    }
    status = refusal.status if refusal is not None and request.method == "POST" and "preview" not in request.POST else 200
    return render(request, "console/oms/order_act.html", context, status=status)


def _lines(tenant_id: int, act: Act, order: OrderDetail, form: Form) -> list[tuple[Any, int, int]]:
    """Lines the act can name: the line, the most units of it, and the units typed (all, where nothing was)."""
    if "lines" not in act.fields:
        return []
    if act.name == "return":
        most = returnable(tenant_id, order)
    else:
        most = {line.line_number: line.ordered - line.cancelled - line.shipped - line.cancel_wanted for line in order.lines}
    typed = form.lines
    return [
        (line, most[line.line_number], most[line.line_number] if typed is None else typed.get(line.line_number, 0))
        for line in order.lines
        if most.get(line.line_number, 0) > 0
    ]


def _some(form: Form) -> dict[int, int]:
    return {number: count for number, count in (form.lines or {}).items() if count}


def _cancel(by: By, order: OrderDetail, form: Form) -> Any:
    wanted = _some(form)
    if form.lines is not None and not wanted:
        raise InvalidInput(field="lines", reason="no unit is named", remedy="Give at least one unit of a line.")
    most = {line.line_number: line.ordered - line.cancelled - line.shipped - line.cancel_wanted for line in order.lines}
    whole = form.lines is None or wanted == {number: count for number, count in most.items() if count > 0}
    return cancel_order(by=by, order_id=order.id, reason=form.reason or REASON, lines=None if whole else wanted)


def _return(by: By, order: OrderDetail, form: Form) -> Any:
    wanted = returnable(by.tenant_id, order) if form.lines is None else _some(form)
    if not wanted:
        raise InvalidInput(field="lines", reason="no unit is named", remedy="Give at least one unit of a line.")
    if not form.reason:
        raise InvalidInput(field="reason", reason="is empty", remedy="Say why it comes back.")
    return authorize_returns(by=by, requests=[ReturnRequest(order.id, wanted, form.reason)])


def _release(by: By, order: OrderDetail, form: Form) -> list[str]:
    released = release_orders(by=by, order_ids=[order.id])
    if not released:
        reason = "nothing of the order is ready: a hold is open, or its channel wants it whole and units still wait"
        raise InvalidInput(field="order", reason=reason, remedy="Lift the hold, or wait for the stock.")
    return released


def _release_label(order: OrderDetail, after: OrderDetail | None) -> str:
    new = _new_releases(order, after)
    if not new:
        return _("Release")
    count = sum(line.quantity for release in new for line in release.lines)
    return _("Release %(units)s to %(nodes)s") % {"units": units(count), "nodes": _(" and ").join(sorted({r.node for r in new}))}


def _new_releases(order: OrderDetail, after: OrderDetail | None) -> list[Any]:
    known = {release.id for release in order.releases}
    return [release for release in after.releases if release.id not in known and release.number not in known] if after else []


def _lost(order: OrderDetail, after: OrderDetail | None, name: str) -> int:
    return sum(getattr(line, name) for line in after.lines) - sum(getattr(line, name) for line in order.lines) if after else 0


def cancel_label(order: OrderDetail, after: OrderDetail | None) -> str:
    """What the button that cancels does, with its counts."""
    if after is None:
        return _("Cancel")
    was = {line.line_number: line for line in order.lines}
    now = _lost(order, after, "cancelled")
    back = _lost(order, after, "cancel_wanted")
    freed = -_lost(order, after, "reserved")
    lines = sum(
        line.cancelled + line.cancel_wanted > was[line.line_number].cancelled + was[line.line_number].cancel_wanted
        for line in after.lines
    )
    facts = {"lines": lines, "units": units(now + back), "freed": units(max(0, freed)), "back": units(back)}
    if back and now:
        return _("Cancel %(units)s, %(back)s of them by asking the floor") % facts
    if back:
        return _("Ask the floor to give back %(back)s") % facts
    if freed > 0:
        return (_("Cancel 1 line and free %(freed)s") if lines == 1 else _("Cancel %(lines)s lines and free %(freed)s")) % facts
    return _("Cancel %(units)s") % facts


def _cancel_said(order: OrderDetail, after: OrderDetail, outcome: Any) -> str:
    facts = {"now": units(outcome.cancelled_now), "back": units(outcome.wanted_back)}
    if outcome.wanted_back:
        return _("Cancelled %(now)s now, asked the floor for %(back)s.") % facts
    return _("Cancelled %(now)s.") % facts


def _lift_label(order: OrderDetail, after: OrderDetail | None) -> str:
    new = _new_releases(order, after)
    if not new:
        return _("Lift the hold")
    count = sum(line.quantity for release in new for line in release.lines)
    return _("Lift the hold and release %(units)s") % {"units": units(count)}


def _hold_label(order: OrderDetail, after: OrderDetail | None) -> str:
    open_units = sum(line.released - line.cancel_wanted for line in order.lines)
    return _("Hold and recall %(units)s") % {"units": units(open_units)} if open_units else _("Hold the order")


def _undo_hold(order: OrderDetail, form: Form, outcome: Any) -> tuple[str, dict[str, Any]] | None:
    if not outcome.held or outcome.recalled:
        return None  # what a floor has been asked to put back is not undone by a click
    return reverse("console:lift-holds", args=[order.id]), {"kinds": form.kind, "release": "0", "reason": _("hold undone")}


def _undo_lift(order: OrderDetail, form: Form, outcome: Any) -> tuple[str, dict[str, Any]] | None:
    held = [hold for hold in order.holds if hold.lifted_at is None]
    if form.release or len(held) != 1:
        return None
    fields = {"kind": held[0].kind, "reason": held[0].reason}
    return reverse("console:hold-order", args=[order.id]), fields


HOLD = Act(
    "hold",
    "hand-stop",
    gettext_lazy("Hold the order"),
    gettext_lazy("Nothing of it reaches a warehouse until the hold is lifted; what was released is asked back."),
    ("kind", "reason"),
    lambda by, order, form: hold_order(by=by, order_id=order.id, kind=form.kind, reason=form.reason),
    lambda order, after, outcome: _("The order is held.") if outcome.held else _("It had that hold already."),
    _hold_label,
    _undo_hold,
)
LIFT = Act(
    "lift",
    "player-play",
    gettext_lazy("Lift holds"),
    gettext_lazy("The order goes on."),
    ("kinds", "release", "note-reason"),
    lambda by, order, form: lift_hold(
        by=by, order_id=order.id, kinds=form.kinds or None, reason=form.reason or REASON, release=form.release
    ),
    lambda order, after, outcome: _("The hold is lifted.") if outcome.lifted else _("No such hold was open."),
    _lift_label,
    _undo_lift,
)
RELEASE = Act(
    "release",
    "arrow-right",
    gettext_lazy("Release now"),
    gettext_lazy("What is reserved goes to its nodes, to be picked, packed and shipped."),
    (),
    _release,
    lambda order, after, numbers: _("Released: %(numbers)s.") % {"numbers": ", ".join(numbers)},
    _release_label,
)
SOURCE = Act(
    "source",
    "route",
    gettext_lazy("Source again"),
    gettext_lazy("Every unit that no node was told to ship is decided anew by the same rules, with the stock there is now."),
    ("reason",),
    lambda by, order, form: move_order(by=by, order_id=order.id, reason=form.reason),
    lambda order, after, moved: (
        (_("It stays where it is: %(nodes)s.") if moved.before == moved.after else _("It ships from %(nodes)s now."))
        % {"nodes": ", ".join(moved.after) or _("no node yet")}
    ),
    lambda order, after: (
        _("Decide again for %(units)s") % {"units": units(sum(line.reserved + line.backordered for line in order.lines))}
    ),
)
MOVE = Act(
    "move",
    "route",
    gettext_lazy("Move to another node"),
    gettext_lazy("The lines named here leave their reservation for the node you chose."),
    ("reason", "nodes"),
    lambda by, order, form: move_order(
        by=by, order_id=order.id, nodes={number: [code] for number, code in form.nodes.items()}, reason=form.reason
    ),
    SOURCE.says,
    lambda order, after: _("Move the lines"),
)
CANCEL = Act(
    "cancel",
    "ban",
    gettext_lazy("Cancel"),
    gettext_lazy("Units nobody works on are cancelled at once; what a floor has is asked back. What has shipped stays."),
    ("lines", "reason"),
    _cancel,
    _cancel_said,
    cancel_label,
    danger=True,
)
RETURN = Act(
    "return",
    "truck-return",
    gettext_lazy("Authorize a return"),
    gettext_lazy("The node is told to expect these units; they are graded and refunded when they come."),
    ("lines", "reason"),
    _return,
    lambda order, after, numbers: _("Return %(numbers)s is authorized.") % {"numbers": ", ".join(numbers)},
    lambda order, after: (
        _("Authorize the return of %(units)s")
        % {"units": units(sum(each.units for each in after.returns) - sum(each.units for each in order.returns))}
        if after
        else _("Authorize the return")
    ),
)
NOTE = Act(
    "note",
    "message",
    gettext_lazy("Add a note"),
    gettext_lazy("It stands in the order's story, with your name."),
    ("text",),
    lambda by, order, form: add_note(by=by, order_id=order.id, text=form.text),
    lambda order, after, note: _("The note is kept."),
    lambda order, after: _("Add the note"),
    lambda order, form, note: (reverse("console:withdraw-note", args=[order.id]), {"note": note}),
)
ADVISE = Act(
    "advise",
    "send",
    gettext_lazy("Tell the channel again"),
    gettext_lazy("Messages that were given up are tried again from now on."),
    (),
    lambda by, order, form: resend_advice(by=by, order_id=order.id),
    lambda order, after, sent: _("Sent again."),
    lambda order, after: _("Send them again"),
)


def _view(act: Act) -> Any:
    @allow("order_desk")
    @require_http_methods(["GET", "POST"])
    def view(request: DeskRequest, order_id: int) -> HttpResponse:
        return perform(request, order_id, act)

    view.__name__ = view.__qualname__ = act.name
    view.__doc__ = str(act.explains)
    return view


hold, lift, release, source, move = _view(HOLD), _view(LIFT), _view(RELEASE), _view(SOURCE), _view(MOVE)
cancel, authorize_return, note, advise = _view(CANCEL), _view(RETURN), _view(NOTE), _view(ADVISE)


@allow("order_desk")
@require_POST
def take_note_back(request: DeskRequest, order_id: int) -> HttpResponse:
    """Withdraw a note; the story keeps it, struck through."""
    sent = request.POST.get("note", "")
    try:
        withdraw_note(by=request.desk.by(), order_id=order_id, note_id=int(sent) if sent.isdigit() else 0)
        toasts.say(request, _("The note is withdrawn."))
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(reverse("console:order", args=[order_id]))
