"""Movements of both books: the latest that match a filter, and a period's as a file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import nodes
from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.console.trust.books import COLUMNS, OUTSIDE
from orderhouse.database import fetch_value, unit_of_work
from orderhouse.kernel import clock
from orderhouse.kernel.errors import InvalidInput, NotFound, Refusal
from orderhouse.ledger.movement_list import ListedMovement, MovementFilter, MovementPage, causes, every_movement, list_movements

PAGE = 50
LONGEST = timedelta(days=366)
FIELDS = ("book", "node", "state", "cause", "actor", "sku", "account", "movement", "from", "to")
COLUMNS_OF_FILE = (
    *("id", "at", "book", "node", "sku", "lot", "quantity", "from_state", "from_place_id", "to_state", "to_place_id"),
    *("cause", "cause_id", "actor", "device"),
)


@allow(*SEE_ORDERS)
@require_GET
def movement_list(request: DeskRequest) -> HttpResponse:
    """The latest movements of a filter, a page at a time."""
    tenant_id, given = request.desk.tenant_id, _given(request)
    refusal, page = None, MovementPage([], None)
    try:
        before = _number(request.GET.get("before", "")) or 2**63 - 1
        page = list_movements(tenant_id, _filter(tenant_id, given), before_id=before, limit=PAGE)
    except Refusal as told:
        refusal = told
    with unit_of_work(tenant_id):
        codes = sorted(node.code for node in nodes(tenant_id).values())
    today = clock.now().date()
    context = {
        "rows": [{"m": row, "cause_href": _cause_address(row)} for row in page.rows],
        "given": given,
        "narrowed": any(given.values()),
        "refusal": refusal,
        "nodes": codes,
        "states": sorted({*COLUMNS["promise"], *COLUMNS["physical"], *OUTSIDE["promise"], *OUTSIDE["physical"]}),
        "causes": sorted({*causes(tenant_id), *([given["cause"]] if given["cause"] else [])}),
        "more": urlencode({**_said(given), "before": page.before_id}) if page.before_id else "",
        "first": "before" in request.GET,
        "back": urlencode(_said(given)),
        "file_from": given["from"] or (today - timedelta(days=7)).isoformat(),
        "file_to": given["to"] or today.isoformat(),
    }
    return render(request, "console/trust/movements.html", context, status=refusal.status if refusal else 200)


@allow(*SEE_ORDERS)
@require_GET
def movement_file(request: DeskRequest) -> HttpResponseBase:
    """Every movement of a period (both days included) and filter as CSV, streamed: it holds no more than a piece in memory."""
    tenant_id, given = request.desk.tenant_id, _given(request)
    if not (given["from"] and given["to"]):
        raise InvalidInput(field="period", reason=_("a file needs its first and last day"), remedy=_("Choose both."))
    wanted = _filter(tenant_id, given)
    name = f"movements-{request.desk.business_code}-{given['from']}-{given['to']}.csv"
    answer = StreamingHttpResponse(_lines(tenant_id, wanted), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def quoted(value: Any) -> Any:
    """A value as a spreadsheet shows it: text that would be taken for a formula gets an apostrophe in front (OWASP, CSV injection)."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value.isoformat() if isinstance(value, datetime) else value


def _lines(tenant_id: int, wanted: MovementFilter) -> Iterator[str]:
    yield ",".join(COLUMNS_OF_FILE) + "\r\n"
    for rows in every_movement(tenant_id, wanted):
        page = StringIO()
        csv.writer(page).writerows([[quoted(getattr(row, name)) for name in COLUMNS_OF_FILE] for row in rows])
        yield page.getvalue()


def _given(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "").replace("\x00", "").strip()[:120] for name in FIELDS}


def _said(given: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value}


def _filter(tenant_id: int, given: dict[str, str]) -> MovementFilter:
    begins, last = _day(given, "from"), _day(given, "to")
    if begins and last and not begins <= last <= begins + LONGEST:
        raise InvalidInput(
            field="period", reason=_("it ends before it begins, or is longer than a year"), remedy=_("Choose other days.")
        )
    with unit_of_work(tenant_id):
        node_id = item_id = None
        if given["node"]:
            node_id = {node.code: node.id for node in nodes(tenant_id).values()}.get(given["node"])
            if node_id is None:
                raise NotFound(kind="node", code=given["node"])
        if given["sku"]:
            item_id = fetch_value(
                "SELECT id FROM catalog_item WHERE tenant_id = %s AND sku = %s ORDER BY id LIMIT 1", (tenant_id, given["sku"])
            )
            if item_id is None:
                raise NotFound(kind="item", code=given["sku"])
    return MovementFilter(
        book=given["book"],
        node_id=node_id,
        state=given["state"],
        account_id=_number(given["account"]),
        movement_id=_number(given["movement"]),
        item_id=item_id,
        cause=given["cause"],
        actor=given["actor"],
        begins=_midnight(begins),
        ends=_midnight(last + timedelta(days=1)) if last else None,
    )


def _day(given: dict[str, str], name: str) -> date | None:
    try:
        day = date.fromisoformat(given[name]) if given[name] else None
    except ValueError:
        day = date.max
    if day and not 1990 <= day.year <= 2200:
        raise InvalidInput(
            field=name, reason=_("%(text)s is no day") % {"text": given[name]}, remedy=_("Write it as 2026-03-31.")
        )
    return day


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:19]) < 2**63 and len(text) < 20 else None


def _cause_address(row: ListedMovement) -> str:
    """The document that caused a movement, where it has a page."""
    page = {"order": "console:order", "receipt": "console:receipt", "outbound": "console:outbound", "cancel": "console:outbound"}
    try:
        return reverse(page[row.cause], args=(row.cause_id,))
    except (KeyError, NoReverseMatch):
        return ""
