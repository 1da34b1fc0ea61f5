"""What administrators did, as a chain that shows whether anybody touched it."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import allow
from orderhouse.contract.audit.state import CHAIN, audit_state
from orderhouse.contract.audit.violations import open_violations
from orderhouse.people.verify_changes import chain_head, links, verify_changes

PAGE = 50


@allow("admin", "auditor")
@require_GET
def deeds_page(request: DeskRequest) -> HttpResponse:
    """The chain's state as the auditor last saw it, or (``now=1``) as it is at this moment; its anchor; its rows, the latest first."""
    tenant_id = request.desk.tenant_id
    before = request.GET.get("before", "")
    rows = links(tenant_id, before=_position(before), limit=PAGE + 1)
    state = audit_state(tenant_id)
    fault: dict[str, Any] | None = next((each.facts for each in open_violations(tenant_id) if each.rule == CHAIN), None)
    length = state.chain_length if state else 0
    now = request.GET.get("now") == "1"
    if now:
        seen = verify_changes(tenant_id=tenant_id)
        fault = {"position": seen.fault.position, "said": seen.fault.said} if seen.fault else None
        length = seen.reached.position
    context = {
        "now": now,
        "checked_at": state.chain_at if state else None,
        "fault": fault,
        "length": length,
        "head": chain_head(tenant_id),
        "rows": [{"link": row, "hash": bytes(row.hash).hex()} for row in rows[:PAGE]],
        "more": rows[PAGE - 1].position if len(rows) > PAGE else None,
    }
    return render(request, "console/trust/deeds.html", context)


def _position(text: str) -> int:
    return min(int(text), 2**63 - 1) if text.isascii() and text.isdigit() and len(text) < 20 else 2**63 - 1
