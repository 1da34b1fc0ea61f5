"""Home: how the business stands, in one glance."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpResponse
from django.views.decorators.http import require_GET

from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.oms.orders import TABS
from orderhouse.console.oms.queries import STAGES, day_began, latest_events, standing
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.kernel import clock

_TAB_OF = {
    "captured": "new",
    "held": "held",
    "reserved": "to-release",
    "released": "floor",
    "picking": "floor",
    "packed": "floor",
    "shipped": "shipped",
}
assert set(_TAB_OF.values()) <= TABS.keys()


@allow(*SEE_ORDERS)
@require_GET
def home(request: DeskRequest) -> HttpResponse:
    """The day's figures, each leading to its list; the river; the latest events; the proof of the books."""
    tenant_id, now = request.desk.tenant_id, clock.now()
    figures = standing(tenant_id, now=now, midnight=day_began(tenant_id, now))
    band = drawing.river([figures.stages[stage] for stage in STAGES], open_stages=len(STAGES) - 1)
    stages = [
        {"name": stage, "orders": figures.stages[stage], "flow": figures.flow.get(stage), "tab": _TAB_OF[stage]}
        for stage in STAGES
    ]
    return living(
        request,
        "oms/home",
        {
            "figures": figures,
            "river": band,
            "stages": stages,
            "events": latest_events(tenant_id, since=now - timedelta(days=2)),
            "refresh": 3,
        },
    )
