"""What the floor did with an order, for the pages of the other half of the house."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from orderhouse.console.desk import DeskRequest
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms.queries import FloorPick, floor_of_releases


@allow(*SEE_FLOOR)
@require_GET
def releases_fragment(request: DeskRequest) -> HttpResponse:
    """What the floor did with an order's releases, for the order's page."""
    by_release: dict[str, list[FloorPick]] = {}
    for pick in floor_of_releases(request.desk.tenant_id, request.GET.getlist("number")[:50]):
        by_release.setdefault(pick.release_number, []).append(pick)
    return render(request, "console/wms/releases.html", {"releases": list(by_release.values())})
