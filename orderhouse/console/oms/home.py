"""Home: how the business stands, in one glance. Every figure is a filter: counted here, listed by the orders page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.names import ROLE_NAMES
from orderhouse.console.oms import queue
from orderhouse.console.oms.filters import STAGES, Filter
from orderhouse.console.oms.queries import Proof, Trouble, latest_events, next_cutoff, proof, troubles
from orderhouse.console.policies import SEE_ORDERS, allow
from orderhouse.contract.audit.violations import open_violations
from orderhouse.contract.mailbox import backlog
from orderhouse.contract.outbox import Backlog
from orderhouse.kernel import clock
from orderhouse.oms.orders.queries import invalid_count


@dataclass(frozen=True, slots=True)
class Figures:
    """The business at one moment: ``counts`` by figure, ``links`` to the very orders counted, and what else stands above."""

    counts: dict[str, int]
    links: dict[str, str]
    cutoff_at: datetime | None
    invalid: int
    proof: Proof | None
    slowest: Backlog | None

    @property
    def stages(self) -> dict[str, int]:
        """Orders standing at each stage now; at shipped those that left today."""
        return {stage: self.counts[f"stage:{stage}"] for stage in STAGES}

    @property
    def backordered(self) -> int:
        return self.counts["backordered"]


def questions(cutoff_at: datetime | None) -> dict[str, Filter]:
    """What each figure counts."""
    asked = {
        "today": Filter(received="today"),
        "late": Filter(tab="late", sort="ship_by"),
        "past": Filter(risk="late", sort="ship_by"),
        "held": Filter(tab="held"),
        "backordered": Filter(tab="backordered"),
        "waiting": Filter(stage="waiting"),
        **{f"stage:{stage}": Filter(stage=stage) for stage in STAGES[:-1]},
        "stage:shipped": Filter(shipped="today"),
        **{f"flow:{stage}": Filter(entered=stage) for stage in STAGES},
    }
    if cutoff_at:
        asked["cutoff"] = Filter(leaves_by=cutoff_at.isoformat(), sort="ship_by")
    return asked


def figures_at(at: queue.Moment) -> Figures:
    """Everything the home page counts; a fixed number of statements."""
    cutoff_at = next_cutoff(at.tenant_id, at.now)
    asked = questions(cutoff_at)
    waiting = [each for each in backlog(at.tenant_id) if each.waiting or each.dead]
    return Figures(
        queue.counts(at, asked),
        {name: f"{reverse('console:orders')}?{each.query}" for name, each in asked.items()},
        cutoff_at,
        invalid_count(at.tenant_id),
        proof(at.tenant_id),
        min(waiting, key=lambda each: each.oldest_at, default=None),
    )


@allow(*SEE_ORDERS)
@require_GET
def home(request: DeskRequest) -> HttpResponse:
    """The day's figures, the river, what went wrong and whose it is, the latest events."""
    at = queue.moment(request.desk.tenant_id, clock.now())
    figures = figures_at(at)
    band = drawing.river([figures.stages[stage] for stage in STAGES], open_stages=len(STAGES) - 1)
    names = _stage_names()
    stages = [
        {
            "name": stage,
            "label": names[stage],
            "orders": figures.stages[stage],
            "href": figures.links[f"stage:{stage}"],
            "flow": figures.counts[f"flow:{stage}"],
            "flow_href": figures.links[f"flow:{stage}"],
        }
        for stage in STAGES
    ]
    context = {
        "figures": figures,
        "river": band,
        "stages": stages,
        "troubles": [*_broken(at.tenant_id), *(_told(trouble) for trouble in troubles(at.tenant_id, now=at.now))],
        "floor_exceptions": _address("console:exceptions-fragment"),
        "connections": _address("console:connections"),
        "books": _address("console:books"),
        "events": latest_events(at.tenant_id, since=at.now - timedelta(days=2)),
        "may_act": request.desk.may("order_desk"),
        "topics": ("orders", "exceptions", "books"),
        "refresh": 3,
    }
    return living(request, "oms/home", context)


def _stage_names() -> dict[str, str]:
    return {
        "captured": _("captured"),
        "held": _("held"),
        "reserved": _("reserved"),
        "released": _("released"),
        "picking": _("picking"),
        "packed": _("packed"),
        "shipped": _("shipped"),
    }


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def _broken(tenant_id: int) -> list[dict[str, Any]]:
    """What the auditor found and is not right again, as one trouble of its owner's."""
    found = open_violations(tenant_id)
    if not found:
        return []
    said = ngettext("%(n)s row broke a rule of the books", "%(n)s rows broke a rule of the books", len(found)) % {"n": len(found)}
    owner = str(ROLE_NAMES.get(found[-1].owner, found[-1].owner))
    books = _address("console:books")
    return [{"said": said, "tone": "bad", "icon": "shield-check", "owner": owner, "href": books, "at": found[-1].found_at}]


def _told(trouble: Trouble) -> dict[str, Any]:
    """A trouble in words, with its owner and the list that shows it."""
    orders = reverse("console:orders")
    code = trouble.code.replace("_", " ")
    n = {"n": f"{trouble.count:,}", "code": code}
    desk, admin = str(ROLE_NAMES["order_desk"]), str(ROLE_NAMES["admin"])
    told: dict[str, tuple[str, str, str, str, str]] = {
        "late": (
            ngettext("%(n)s order is past its dispatch time", "%(n)s orders are past their dispatch time", trouble.count) % n,
            "bad",
            "alert-triangle",
            str(ROLE_NAMES["warehouse_manager"]),
            f"{orders}?{Filter(risk='late', sort='ship_by').query}",
        ),
        "dead-letter": (
            ngettext("%(n)s letter to %(code)s is given up", "%(n)s letters to %(code)s are given up", trouble.count) % n,
            "bad",
            "plug-connected",
            admin,
            _address("console:connections"),
        ),
        "refused-by-node": (
            ngettext(
                "%(n)s order waits that %(code)s refused or was short of",
                "%(n)s orders wait that %(code)s refused or was short of",
                trouble.count,
            )
            % n,
            "risk",
            "alert-triangle",
            desk,
            f"{orders}?{Filter(tab='backordered').query}",
        ),
        "held": (
            ngettext("%(n)s order is held: %(code)s", "%(n)s orders are held: %(code)s", trouble.count) % n,
            "held",
            "hand-stop",
            desk,
            f"{orders}?{Filter(tab='held', hold=trouble.code).query}",
        ),
        "invalid": (
            ngettext("%(n)s order of %(code)s cannot be read", "%(n)s orders of %(code)s cannot be read", trouble.count) % n,
            "risk",
            "file-invoice",
            desk,
            reverse("console:invalid-orders"),
        ),
        "waits-without-date": (
            ngettext(
                "%(n)s order waits for stock nobody announced", "%(n)s orders wait for stock nobody announced", trouble.count
            )
            % n,
            "risk",
            "clock",
            desk,
            f"{orders}?{Filter(tab='backordered').query}",
        ),
    }
    said, tone, icon, owner, href = told[trouble.kind]
    return {"said": said, "tone": tone, "icon": icon, "owner": owner, "href": href, "at": trouble.oldest_at}
