"""The books: proven when, up to which movement, by which rules; and what stands in them, each figure one click from its movements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from orderhouse.console import toasts
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.names import ROLE_NAMES
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.console.trust import proving
from orderhouse.console.trust.rules import sentence
from orderhouse.contract.audit.assign_violations import assign_violations
from orderhouse.contract.audit.state import CHAIN, audit_state, examined
from orderhouse.contract.audit.violations import Violation, open_violations
from orderhouse.contract.proofs import PastProof, proofs, rows_looked_at
from orderhouse.database import unit_of_work
from orderhouse.kernel.errors import Refusal
from orderhouse.ledger.prove_balances import look_at_rule, proof_under_way, rules_of_books
from orderhouse.ledger.queries import StateFigure, units_by_state
from orderhouse.people.define_person import ROLES
from orderhouse.people.owners import people_to_ask

PAGE = 30
COLUMNS = {
    "promise": ("available", "reserved", "released", "safety", "shortage"),
    "physical": ("good", "allocated", "picked", "packed", "damaged", "quarantine", "hold", "returned_ungraded", "expired"),
}
GOOD = {
    "promise": ("available", "reserved", "released", "safety", "shortage"),
    "physical": ("good", "allocated", "picked", "packed"),
}
"""The states that make up a node's good stock on hand. What is owed (shortage) counts as negative already."""
ALWAYS = {"available", "reserved", "released", "good", "allocated", "picked", "packed", "damaged"}
OUTSIDE = {"promise": ("node", "customer"), "physical": ("supplier", "customer", "found", "lost", "scrapped")}
TITLES = {"promise": gettext_lazy("Promise book"), "physical": gettext_lazy("Physical book")}
TOLD = {
    "promise": gettext_lazy("what each node reported, and what of it is promised"),
    "physical": gettext_lazy("where every unit lies"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and the movements that make it; ``good`` says it counts as good stock."""

    state: str
    units: int
    href: str
    good: bool


@dataclass(frozen=True, slots=True)
class BookRow:
    """A node in one book: its states, its good stock, and how far that is from what the other book says (None where it is absent)."""

    node: str
    cells: list[Cell]
    outside: list[Cell]
    good: int
    apart: int | None


@dataclass(frozen=True, slots=True)
class Book:
    """One book as a table."""

    name: str
    title: str
    told: str
    states: list[str]
    rows: list[BookRow]
    totals: list[int]
    good: int


@allow(*SEE_ORDERS)
@require_GET
def books_page(request: DeskRequest) -> HttpResponse:
    """The last proof rule by rule, both books side by side, the proofs before."""
    tenant_id = request.desk.tenant_id
    history = proofs(tenant_id, limit=12)
    with unit_of_work(tenant_id):
        figures = units_by_state(tenant_id)
    last = history[0] if history else None
    under_way = proof_under_way(tenant_id)
    context = {
        "last": last,
        "history": history[:10],
        "more": history[9].id if len(history) > 10 else None,
        "under_way": under_way,
        "audit": audit_state(tenant_id),
        "violations": [_violation(each) for each in open_violations(tenant_id)],
        "rules": _rules(tenant_id, last),
        "books": books(figures),
        "may_prove": request.desk.may("auditor"),
        "may_assign": request.desk.may("admin"),
        "roles": sorted(ROLES),
        "people": people_to_ask(tenant_id),
        "topics": ("books",),
        "refresh": 2 if under_way else 10,
    }
    return living(request, "trust/books", context)


@allow(*SEE_ORDERS)
@require_GET
def proofs_page(request: DeskRequest) -> HttpResponse:
    """Every proof that was made, the latest first."""
    before = request.GET.get("before", "")
    before_id = int(before) if before.isascii() and before.isdigit() and len(before) < 20 else 2**63 - 1
    found = proofs(request.desk.tenant_id, before_id=min(before_id, 2**63 - 1), limit=PAGE + 1)
    context = {"history": found[:PAGE], "more": found[PAGE - 1].id if len(found) > PAGE else None}
    return render(request, "console/trust/proofs.html", context)


@allow(*SEE_ORDERS)
@require_GET
def rule_page(request: DeskRequest, rule: str) -> HttpResponse:
    """One rule: the rows that broke it at the last proof, or (``now=1``) those that break it at this moment."""
    tenant_id = request.desk.tenant_id
    last = next(iter(proofs(tenant_id, limit=1)), None)
    context: dict[str, Any] = {
        "rule": rule,
        "view": f"exam.{rule}",
        "said": sentence(rule),
        "last": last,
        "now": request.GET.get("now") == "1",
    }
    if context["now"]:
        found = look_at_rule(tenant_id, rule)
        if found is None:
            raise Http404
        context |= {"violations": found[0], "rows": found[1]}
    elif not (last and rule in last.broken) and rule not in rules_of_books(tenant_id):
        raise Http404
    elif last is None:
        context |= {"violations": None, "rows": []}
    else:
        context |= {"violations": last.broken.get(rule, 0), "rows": last.examples.get(rule, [])}
    context["heads"] = [name for name in (context["rows"][0] if context["rows"] else {}) if name != "tenant_id"]
    context["table"] = [[_value(name, row.get(name)) for name in context["heads"]] for row in context["rows"]]
    return render(request, "console/trust/rule.html", context)


@allow("auditor", own=True)  # an auditor's one act: it reads the books and writes nothing but the note that they were examined
@require_POST
def prove(request: DeskRequest) -> HttpResponse:
    """Examine the books of this business now."""
    if getattr(request.user, "must_change_password", False):  # ``own`` lets such a person in; here they have no business yet
        return HttpResponseRedirect(reverse("console:change-password"))
    examination = proving.begin(request.desk.by())
    if examination.refusal:
        toasts.refuse(request, examination.refusal)
    elif examination.proof:
        broken = sum(finding.violations for finding in examination.proof.findings)
        if broken:
            text = ngettext("%(n)s row breaks a rule: look below.", "%(n)s rows break a rule: look below.", broken)
            toasts.say(request, text % {"n": f"{broken:,}"}, tone="error")
        else:
            text = _("The books hold: %(rules)s rules, %(movements)s movements recounted.")
            figures = {"rules": len(examination.proof.findings), "movements": f"{examination.proof.movements:,}"}
            toasts.say(request, text % figures)
    elif examination.is_alive():
        toasts.say(request, _("The books are being examined; what comes out will show here."), tone="info")
    else:
        toasts.say(request, _("The examination broke off. The server's log says why; nothing was changed."), tone="error")
    return HttpResponseRedirect(reverse("console:books"))


@allow("admin")
@require_POST
def assign_violations_page(request: DeskRequest) -> HttpResponse:
    """Take, or give to somebody, what the auditor found, as the button pressed says."""
    chosen = [int(each) for each in request.POST.getlist("violation") if each.isascii() and each.isdigit() and len(each) < 19]
    owner = request.desk.email if request.POST.get("act") == "take" else request.POST.get("owner", "")
    try:
        if not chosen:
            toasts.say(request, _("Nothing was chosen: tick the rows first."), tone="warning")
        else:
            given = assign_violations(by=request.desk.by(), ids=chosen, owner=owner)
            said = ngettext("%(count)d row is %(owner)s's now.", "%(count)d rows are %(owner)s's now.", given)
            toasts.say(request, said % {"count": given, "owner": ROLE_NAMES.get(owner, owner)})
    except Refusal as refusal:
        toasts.refuse(request, refusal)
    return HttpResponseRedirect(reverse("console:books"))


def books(figures: list[StateFigure]) -> list[Book]:
    """Both books as tables, or the one that stands here."""
    units = {(f.book, f.node, f.state): f.units for f in figures}
    nodes = {book: sorted({f.node for f in figures if f.book == book}) for book in COLUMNS}
    good = {
        (book, node): sum(units.get((book, node, state), 0) for state in GOOD[book]) for book in COLUMNS for node in nodes[book]
    }
    found = []
    for book, other in (("promise", "physical"), ("physical", "promise")):
        if not nodes[book]:
            continue
        states = [s for s in COLUMNS[book] if s in ALWAYS or any(units.get((book, node, s)) for node in nodes[book])]
        rows = [
            BookRow(
                node,
                [_cell(book, node, state, units) for state in states],
                [_cell(book, node, state, units) for state in OUTSIDE[book] if units.get((book, node, state))],
                good[book, node],
                good[book, node] - good[other, node] if (other, node) in good else None,
            )
            for node in nodes[book]
        ]
        totals = [sum(row.cells[n].units for row in rows) for n in range(len(states))]
        found.append(Book(book, str(TITLES[book]), str(TOLD[book]), states, rows, totals, sum(row.good for row in rows)))
    return found


def movements_address(**filters: Any) -> str:
    """The list of these movements."""
    return f"{reverse('console:book-movements')}?{urlencode({name: value for name, value in filters.items() if value != ''})}"


def _cell(book: str, node: str, state: str, units: dict[tuple[str, str, str], int]) -> Cell:
    href = movements_address(book=book, node=node, state=state)
    return Cell(state, units.get((book, node, state), 0), href, state in GOOD[book])


def _rules(tenant_id: int, last: PastProof | None) -> list[dict[str, Any]]:
    """Every rule, the broken first, with what the latest look at it found, the auditor's or a person's, and the rows the last proof
    that counted them looked at; ``violations`` is None where nobody looked yet."""
    looked, audited = rows_looked_at(tenant_id), examined(tenant_id)
    found: dict[str, int | None] = {}
    for rule in {*rules_of_books(tenant_id), *(last.broken if last else ())}:
        latest = audited.get(rule)
        if latest and not (last and last.at > latest.at):
            found[rule] = latest.violations
        else:
            found[rule] = last.broken.get(rule, 0) if last else None
    return [
        {
            "rule": rule,
            "said": sentence(rule),
            "looked": looked.get(rule),
            "violations": found[rule],
            "audited_at": audited[rule].at if rule in audited else None,
        }
        for rule in sorted(found, key=lambda rule: (-(found[rule] or 0), rule))
    ]


def _violation(violation: Violation) -> dict[str, Any]:
    """What the auditor found, with the row it is about and the page that shows more of it."""
    chain = violation.rule == CHAIN
    return {
        "id": violation.id,
        "rule": violation.rule,
        "said": sentence(violation.rule),
        "href": reverse("console:book-deeds") if chain else f"{reverse('console:book-rule', args=[violation.rule])}?now=1",
        "row": [(name, _value(name, value)) for name, value in violation.facts.items() if name != "tenant_id"],
        "found_at": violation.found_at,
        "owner": ROLE_NAMES.get(violation.owner, violation.owner),
    }


def _value(name: str, value: Any) -> dict[str, Any]:
    """A value of an offending row, with the page it leads to where there is one."""
    href = ""
    if name == "account_id":
        href = movements_address(account=value)
    elif name == "movement_id":
        href = movements_address(movement=value)
    elif name == "order_id":
        href = _address("console:order", value)
    elif name == "item_id":
        href = _address("console:item", value)
    return {"text": "" if value is None else value, "href": href, "number": isinstance(value, int) and not name.endswith("_id")}


def _address(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
