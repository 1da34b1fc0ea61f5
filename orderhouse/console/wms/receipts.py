"""Receipts: what is on its way, at the dock, being counted, closed; and returns with their grading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from orderhouse.catalog.queries import Node, owners
from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import asked
from orderhouse.console.wms import receipt_queries as queries
from orderhouse.console.wms.board_queries import node_of_page, work_waiting
from orderhouse.console.wms.pasted import Fault, read_lines
from orderhouse.contract.events import story
from orderhouse.contract.messages import ExpectedLine, ExpectReceipt
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import InvalidInput, Refusal
from orderhouse.wms.inbound.arrive_receipt import arrive_receipt
from orderhouse.wms.inbound.close_receipt import close_receipt
from orderhouse.wms.inbound.expect_receipts import expect_receipts
from orderhouse.wms.inbound.grade_returned import Grade, grade_returned
from orderhouse.wms.inbound.queries import NEWEST, ReceiptLineRow, receipt_lines, receipts
from orderhouse.wms.inbound.rules import DISPOSITIONS, STEPS, differences
from orderhouse.wms.outbound.store import known_items

PAGE = 50
COLUMNS = {
    "good": ("good", "hold"),
    "damaged": ("damaged", "expired", "quarantine", "scrapped", "supplier"),
    "ungraded": ("returned_ungraded",),
}
"""What a column of a line counts, as the states its movements went to. What was graded otherwise than restock counts as
damaged, and so does what came past its date."""


@allow(*SEE_FLOOR)
@require_GET
def receipt_list(request: DeskRequest) -> HttpResponse:
    """A node's receipts by state."""
    tenant_id, query = request.desk.tenant_id, request.GET
    with unit_of_work(tenant_id):
        every, node = node_of_page(tenant_id, query.get("node", ""))
        if node is None:
            return living(request, "wms/receipts", {"nodes": [], "node": None, "refresh": None})
        waiting = work_waiting(tenant_id, node.id).receipts
        first = next((state for state in ("counting", "arrived", "expected") if waiting.get(state)), "expected")
        tab = (asked.among([query.get("tab", "")], STEPS) or [first])[0]
        before = next(iter(asked.ids([query.get("before", "")])), NEWEST)
        rows = receipts(tenant_id, node.id, states=[tab], before=before, limit=PAGE if tab == "closed" else 500)
    context = {
        "nodes": every,
        "node": node,
        "tab": tab,
        "tabs": [
            {"code": code, "count": waiting.get(code), "href": asked.address("receipts", node=node.code, tab=code)}
            for code in STEPS
        ],
        "rows": rows,
        "older": asked.address("receipts", node=node.code, tab=tab, before=rows[-1].id) if len(rows) == PAGE else "",
        "may_act": request.desk.may("warehouse_manager"),
        "topics": (f"floor:{node.code}",),
        "refresh": None if tab == "closed" else 5,
    }
    return living(request, "wms/receipts", context)


@dataclass(frozen=True, slots=True)
class Line:
    """A line with what its closing would report, and the addresses of the movements behind its figures."""

    row: ReceiptLineRow
    over: int
    short: int
    reports: list[str]
    hrefs: dict[str, str]


def _lines(of: queries.Receipt, rows: list[ReceiptLineRow]) -> list[Line]:
    lines = []
    for row in rows:
        came = row.good + row.damaged + row.ungraded
        over = max(came - row.expected, 0) if of.kind != "blind" else 0
        short = max(row.expected - came, 0) if of.kind != "blind" else 0
        hrefs = {what: asked.address("receipt-movements", of.id, line=row.id, what=what) for what in COLUMNS}
        hrefs["came"] = asked.address("receipt-movements", of.id, line=row.id)
        lines.append(Line(row, over, short, differences(of.kind, row.expected, row.good, row.damaged), hrefs))
    return lines


@allow(*SEE_FLOOR)
@require_GET
def receipt_page(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """One receipt: its lines against what came, the work it made, its story."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        found = queries.receipt(tenant_id, receipt_id)
        rows = receipt_lines(tenant_id, receipt_id)
        context = {
            "receipt": found,
            "lines": _lines(found, rows),
            "totals": {name: sum(getattr(row, name) for row in rows) for name in ("expected", "good", "damaged", "ungraded")},
            "unknown": queries.unknown_units(tenant_id, found),
            "tasks": queries.tasks_of_receipt(tenant_id, found),
            "story": list(reversed(story(tenant_id, "receipt", receipt_id))),
            "may_act": request.desk.may("warehouse_manager"),
            "topics": (f"floor:{found.node}",),
            "refresh": 5 if found.state != "closed" else None,
        }
    context["close_why_not"] = _why_not_close(found, rows)
    return living(request, "wms/receipt", context)


def _why_not_close(of: queries.Receipt, rows: list[ReceiptLineRow]) -> str:
    if "closed" not in STEPS[of.state]:
        return _("It has not arrived yet.") if of.state == "expected" else _("It is closed.")
    if any(row.ungraded for row in rows):
        return _("Some units are not graded yet.")
    return ""


@allow(*SEE_FLOOR)
@require_GET
def receipt_movements(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """The movements behind a number of the receipt."""
    tenant_id, query = request.desk.tenant_id, request.GET
    what = (asked.among([query.get("what", "")], COLUMNS) or [""])[0]
    line = next(iter(asked.ids([query.get("line", "")])), None)
    with unit_of_work(tenant_id):
        found = queries.receipt(tenant_id, receipt_id)
        rows = queries.movements_of(tenant_id, found, line_id=line, states=COLUMNS.get(what, ()))
    context = {"receipt": found, "rows": rows, "what": what, "units": sum(row.quantity for row in rows)}
    return render(request, "console/wms/receipt_movements.html", context)


@allow("warehouse_manager")
@require_http_methods(["GET", "POST"])
def announce(request: DeskRequest) -> HttpResponse:
    """Announce a delivery by hand. ``add`` puts the chosen item into the lines and shows the form again."""
    tenant_id, form = request.desk.tenant_id, request.POST
    with unit_of_work(tenant_id):
        every, node = node_of_page(tenant_id, form.get("node", "") or request.GET.get("node", ""))
        owned = list(owners(tenant_id).values())
    typed = {name: form.get(name, "") for name in ("number", "supplier", "expected_at", "lines", "owner", "sku", "quantity")}
    faults: list[Fault] = []
    refusal: Refusal | None = None
    if request.method == "POST" and form.get("act") == "add":
        typed |= _with_line_added(typed)
    elif request.method == "POST" and node is not None:
        faults, refusal = _announce(request, node, typed)
        if not faults and refusal is None:
            toasts.say(request, _("Receipt %(number)s is expected.") % {"number": typed["number"].strip()})
            return HttpResponseRedirect(asked.address("receipts", node=node.code, tab="expected"))
    context = {"nodes": every, "node": node, "owners": owned, "typed": typed, "faults": faults, "refusal": refusal}
    return render(request, "console/wms/announce.html", context, status=422 if faults or refusal else 200)


def _with_line_added(typed: dict[str, str]) -> dict[str, str]:
    code, count = typed["sku"].strip(), typed["quantity"].strip() or "1"
    if not code:
        return {}
    lines = typed["lines"].rstrip()
    return {"lines": f"{lines}\n{code}\t{count}".lstrip("\n") + "\n", "sku": "", "quantity": ""}


def _announce(request: DeskRequest, node: Node, typed: dict[str, str]) -> tuple[list[Fault], Refusal | None]:
    """Announce what was typed; what is wrong with it instead, row by row, or the refusal."""
    rows, faults = read_lines(typed["lines"])
    owner = typed["owner"] or "OWN"
    with unit_of_work(request.desk.tenant_id):
        known = known_items(request.desk.tenant_id, {(owner, row.sku) for row in rows}) if rows else {}
    faults += [
        Fault(row.row, "SKU", _("the catalog has no item %(sku)s of owner %(owner)s") % {"sku": row.sku, "owner": owner})
        for row in rows
        if (found := known.get((owner, row.sku))) is None or found.item_id is None
    ]
    try:
        if not typed["number"].strip():
            raise InvalidInput(field="number", reason="is empty", remedy="Give the number on the delivery note.")
        if not rows and not faults:
            raise InvalidInput(field="lines", reason="is empty", remedy="Add at least one item.")
        due = _due(typed["expected_at"], node)
        if not faults:
            lines = tuple(ExpectedLine(n, row.sku, owner, row.quantity) for n, row in enumerate(rows, 1))
            number, supplier = typed["number"].strip()[:40], typed["supplier"].replace("\x00", "").strip()[:120]
            expect_receipts(by=request.desk.by(), messages=[ExpectReceipt(number, node.code, supplier, due, lines)])
    except Refusal as refusal:
        return sorted(faults), refusal
    return sorted(faults), None


def _due(text: str, node: Node) -> datetime:
    """A local time of the node, as a browser's field gives it."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            field="expected_at", reason=f"{text[:30]!r} is no time", remedy="Give day and hour, as 2026-01-31 09:00."
        ) from None
    return found.replace(tzinfo=ZoneInfo(node.time_zone)) if found.tzinfo is None else found


@allow("warehouse_manager")
@require_GET
def items_fragment(request: DeskRequest) -> HttpResponse:
    """Items that begin with what is being typed, as the options of a field."""
    found = queries.items_like(request.desk.tenant_id, request.GET.get("sku", "")[:64])
    return render(request, "console/wms/item_options.html", {"items": found})


@allow("warehouse_manager")
@require_POST
def arrive(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """The truck is here."""
    try:
        arrive_receipt(by=request.desk.by(), receipt_id=receipt_id)
        toasts.say(request, _("It stands at the dock; the floor can count it now."))
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(asked.address("receipt", receipt_id))


@allow("warehouse_manager")
@require_http_methods(["GET", "POST"])
def close(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """Show what closing will report; with POST, close."""
    tenant_id = request.desk.tenant_id
    if request.method == "POST":
        try:
            closed = close_receipt(by=request.desk.by(), receipt_id=receipt_id)
            toasts.say(request, _closed(closed.exceptions))
        except Refusal as refusal:
            toasts.refuse(request, refusal)
        return HttpResponseRedirect(asked.address("receipt", receipt_id))
    with unit_of_work(tenant_id):
        found = queries.receipt(tenant_id, receipt_id)
        rows = receipt_lines(tenant_id, receipt_id)
    lines = _lines(found, rows)
    context: dict[str, Any] = {
        "receipt": found,
        "lines": lines,
        "raised": sum(len(line.reports) for line in lines),
        "good": sum(row.good for row in rows),
        "damaged": sum(row.damaged for row in rows),
        "why_not": _why_not_close(found, rows),
    }
    return render(request, "console/wms/receipt_close.html", context)


@allow("warehouse_manager")
@require_POST
def grade(request: DeskRequest, receipt_id: int) -> HttpResponse:
    """Judge returned units of a line."""
    form = request.POST
    line, units = asked.whole(form, "line", 0), asked.whole(form, "quantity", 0)
    verdict = form.get("disposition", "")
    try:
        if verdict not in DISPOSITIONS:
            raise InvalidInput(field="disposition", reason=f"{verdict[:20]!r} is none", remedy="Choose one of the list.")
        judged = Grade(line, units, verdict, form.get("lot", "").strip(), form.get("serial", "").strip())
        tasks = grade_returned(by=request.desk.by(), receipt_id=receipt_id, grades=[judged])
        said = ngettext("%(units)s unit: %(verdict)s.", "%(units)s units: %(verdict)s.", units) % {
            "units": units,
            "verdict": verdict.replace("_", " "),
        }
        toasts.say(request, said + (" " + _("A putaway task was made.") if tasks else ""))
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(asked.address("receipt", receipt_id))


def _closed(raised: int) -> str:
    return ngettext("Closed; %(count)s exception was raised.", "Closed; %(count)s exceptions were raised.", raised) % {
        "count": raised
    }
