"""Why an order ships from where it does, every decision there was, and what another choice would cost now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import Node, nodes
from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.oms.order_answers import OVER, day, units
from orderhouse.console.oms.order_frame import frame
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock
from orderhouse.oms.orders.queries import OrderDetail, SourcingDecision, order_detail
from orderhouse.oms.sourcing.store import NoTariff
from orderhouse.oms.sourcing.what_if import Answer, Question, as_it_is, ask_about, what_if

PARTS = ("freight", "handling", "split", "lateness", "scarcity")
MOST_LINES_TO_CHOOSE = 40
"""Beyond it a choice is made for the whole order at once."""


@dataclass(frozen=True, slots=True)
class Row:
    """A candidate: ``parts`` in minor units in the order of :data:`PARTS`, None where it cannot carry all."""

    node: str
    km: float | None
    carries: int | None
    of: int | None
    parts: Sequence[int | None]
    total: int | None
    chosen: bool
    refused: str
    arrives: Any = None


@allow(*SEE_ORDERS)
@require_GET
def order_why(request: DeskRequest, order_id: int) -> HttpResponse:
    """Candidates with their costs, all decisions over time, the map, and the question what another choice would mean."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        order = order_detail(tenant_id, order_id)
        known = nodes(tenant_id)
        question = _ask(tenant_id, order)
    decided = [(decision, decision_rows(decision), _cost_parts(decision.explanation)) for decision in reversed(order.decisions)]
    now_rows = candidates_now(question) if question else []
    context = frame(request, order) | {
        "tab": "why",
        "decided": decided,
        "rows": now_rows or (decided[0][1] if decided else []),
        "live_rows": bool(now_rows),
        "parts": PARTS,
        "map": _map(order, known, now_rows or (decided[0][1] if decided else [])),
        "question": question,
        "what_if": _what_if_context(request, order, question) if question else None,
        "refresh": None,
    }
    return render(request, "console/oms/order_why.html", context)


@allow(*SEE_ORDERS)
@require_GET
def order_what_if(request: DeskRequest, order_id: int) -> HttpResponse:
    """The comparison alone, as the choice changes."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        order = order_detail(tenant_id, order_id)
        question = _ask(tenant_id, order)
    context = {"order": order, "may_act": request.desk.may("order_desk"), "parts": PARTS}
    return render(
        request,
        "console/oms/order_what_if.html",
        context | {"what_if": _what_if_context(request, order, question) if question else None},
    )


def _ask(tenant_id: int, order: OrderDetail) -> Question | None:
    if order.state in OVER:
        return None
    try:
        return ask_about(tenant_id, order.id, clock.now())
    except NoTariff:
        return None


def decision_rows(decision: SourcingDecision) -> list[Row]:
    """The candidates as a decision kept them."""
    told = decision.explanation
    chosen = {shipment["node"] for shipment in told.get("shipments", ())}
    whole = {"parts": told["parts"]} if len(chosen) == 1 and "parts" in told and not told.get("backordered") else {}
    kept = [{**(whole if each["node"] in chosen else {}), **each} for each in told.get("candidates", ())]
    return [
        Row(
            each["node"],
            each.get("km"),
            each.get("carries"),
            each.get("of"),
            [each["parts"].get(part, 0) for part in PARTS] if "parts" in each else [None] * len(PARTS),
            each.get("alone"),
            each["node"] in chosen,
            each.get("refused", ""),
        )
        for each in kept
    ]


def candidates_now(question: Question) -> list[Row]:
    """Every node as it stands now, as if all that is not released yet should ship from there alone; the cheapest first."""
    free = what_if(question, as_it_is(question))
    using = {code for takes in free.takes.values() for code in takes}
    rows = []
    for each in free.decision.candidates:
        rows.append(_row_now(question, each.node_id, each.code, each.distance_km, using))
    return sorted(rows, key=lambda row: (bool(row.refused), row.total is None, row.total or 0, row.node))


def _row_now(question: Question, node_id: int, code: str, km: float | None, using: set[str]) -> Row:
    answer = what_if(question, {need.line_number: [node_id] for need in question.needs})
    own = next(each for each in answer.decision.candidates if each.node_id == node_id)
    parts: Sequence[int | None] = [None] * len(PARTS)
    total = None
    if answer.waits == 0:
        parts, total = [getattr(answer.decision.parts, part) for part in PARTS], answer.decision.cost
    return Row(
        code, km, own.can_carry_lines, own.lines_total, parts, total, code in using, own.refused_reason or "", answer.arrives
    )


def _cost_parts(told: Mapping[str, Any]) -> list[tuple[str, int]]:
    return [(part, told["parts"][part]) for part in PARTS if told.get("parts", {}).get(part)]


def _chosen(sent: QueryDict, question: Question) -> dict[int, str]:
    """The node asked about, by line number: one for all, or line by line."""
    codes = {node.code for node in question.nodes.values()}
    if (everywhere := sent.get("all", "")) in codes:
        return {need.line_number: everywhere for need in question.needs}
    return {
        need.line_number: str(sent[f"node-{need.line_number}"])
        for need in question.needs
        if sent.get(f"node-{need.line_number}", "") in codes
    }


def _what_if_context(request: DeskRequest, order: OrderDetail, question: Question) -> dict[str, Any]:
    chosen = _chosen(request.GET, question)
    ids = {node.code: node.id for node in question.nodes.values()}
    kept = as_it_is(question)
    before = what_if(question, kept)
    reserved = bool(question.own)
    then = what_if(question, {**kept, **{number: {ids[code]} for number, code in chosen.items()}}) if chosen else None
    skus = {line.line_number: line for line in order.lines}
    return {
        "nodes": sorted(ids),
        "lines": [
            (
                skus[need.line_number],
                need.backordered,
                chosen.get(need.line_number, ""),
                sorted(before.takes.get(need.line_number, {})),
            )
            for need in question.needs
        ]
        if len(question.needs) <= MOST_LINES_TO_CHOOSE
        else [],
        "all": request.GET.get("all", ""),
        "chosen": sorted(chosen.items()),
        "before": before,
        "reserved": reserved,
        "then": then,
        "rows": _compare(before, then) if then else [],
        "difference": then.decision.cost - before.decision.cost if then else 0,
        "said": explained(before, then) if then else "",
        "why_not": _why_not(order, before, then, chosen) if then else "",
        "units": question.units,
    }


def _compare(before: Answer, then: Answer) -> list[tuple[str, int, int, int]]:
    rows = []
    for part in PARTS:
        was, would = getattr(before.decision.parts, part), getattr(then.decision.parts, part)
        if was or would:
            rows.append((part, was, would, would - was))
    return rows


def explained(before: Answer, then: Answer) -> str:
    """The difference in a sentence: dearer or cheaper and by what, later or sooner, and what would wait."""
    said = []
    difference = then.decision.cost - before.decision.cost
    changes = sorted(_compare(before, then), key=lambda row: -abs(row[3]))
    because = ", ".join(
        (_("%(amount)s more %(part)s") if by > 0 else _("%(amount)s less %(part)s"))
        % {"amount": f"{abs(by) / 100:,.2f}", "part": part}
        for part, _was, _would, by in changes
        if by
    )
    if difference:
        text = _("It costs %(amount)s more: %(because)s.") if difference > 0 else _("It costs %(amount)s less: %(because)s.")
        said.append(text % {"amount": f"{abs(difference) / 100:,.2f}", "because": because})
    else:
        said.append(_("It costs the same."))
    if before.arrives and then.arrives and before.arrives.date() != then.arrives.date():
        said.append(_("It arrives on %(then)s instead of %(now)s.") % {"then": day(then.arrives), "now": day(before.arrives)})
    if then.waits > before.waits:
        said.append(_("%(units)s more would wait for stock.") % {"units": units(then.waits - before.waits)})
    return " ".join(said)


def _why_not(order: OrderDetail, before: Answer, then: Answer, chosen: Mapping[int, str]) -> str:
    if then.waits > before.waits:
        return _("%(nodes)s cannot promise %(units)s of it") % {
            "nodes": ", ".join(sorted(set(chosen.values()))),
            "units": units(then.waits - before.waits),
        }
    if all(set(then.takes.get(number, {})) == set(before.takes.get(number, {})) for number in chosen):
        return _("it ships from there already")
    return ""


def _map(order: OrderDetail, known: Mapping[int, Node], rows: Sequence[Row]) -> drawing.PlacesMap | None:
    at = {row.node: row for row in rows}
    shipped = {shipment.node for shipment in order.shipments} | {release.node for release in order.releases}
    places = []
    for node in known.values():
        if node.active:
            row = at.get(node.code)
            note = f"{row.km:,.0f} km" if row and row.km is not None else ""
            places.append((node.code, node.latitude, node.longitude, note, bool(row and row.chosen) or node.code in shipped))
    latitude, longitude = order.ship_to.get("latitude"), order.ship_to.get("longitude")
    target = None if latitude is None or longitude is None else (order.ship_to.get("city") or order.country, latitude, longitude)
    return drawing.places_map(places, target)
