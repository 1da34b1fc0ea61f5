"""The manager's board: what must leave when, where it stands, who works, what went wrong. Every figure opens its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from orderhouse.catalog.queries import Node
from orderhouse.console import drawing
from orderhouse.console.desk import DeskRequest
from orderhouse.console.fragments import living
from orderhouse.console.policies import SEE_FLOOR, allow
from orderhouse.console.wms import board_queries as queries
from orderhouse.console.wms.asked import address
from orderhouse.console.wms.exception_queries import exceptions
from orderhouse.console.wms.exceptions import in_words
from orderhouse.console.wms.pace import Cutoff, at_risk_of, cutoffs
from orderhouse.database import unit_of_work
from orderhouse.kernel import clock

SHOWN = 8
AT_WORK = timedelta(minutes=10)
"""Who scanned within this time is at work."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, and the address of the rows it counts."""

    count: int
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """A cut-off with its figures: all orders, and those at each stage in the order of ``STAGES``."""

    cutoff: Cutoff
    orders: Figure
    stages: list[Figure]


@dataclass(frozen=True, slots=True)
class Standing:
    """A node at one moment, for board and wall."""

    node: Node
    at: datetime
    rows: list[Row]
    stages: list[tuple[str, Figure]]
    river: drawing.River
    open: Figure
    late: Figure
    risk: Figure
    packed: Figure
    shipped: Figure
    people: list[queries.AtWork]
    since: datetime
    waiting: queries.Waiting

    @property
    def next_cutoff(self) -> Row | None:
        """The first cut-off that is not past."""
        return next((row for row in self.rows if row.cutoff.ship_by >= self.at), None)


def standing(tenant_id: int, node: Node) -> Standing:
    """All figures of a node. Four statements."""
    now = clock.now()
    hour_ago, midnight = now - timedelta(hours=1), queries.day_of_node(node, now)
    with unit_of_work(tenant_id):
        left = queries.backlog_by_cutoff(tenant_id, node.id)
        packed, shipped = queries.done_counts(tenant_id, node.id, packed_since=hour_ago, shipped_since=midnight, until=now)
        people = queries.people_of_node(tenant_id, node.id, since=hour_ago, until=now)
        waiting = queries.work_waiting(tenant_id, node.id)
    found = cutoffs(left, now=now, packed_last_hour=packed)
    by_stage = {stage: sum(row.orders for row in left if row.stage == stage) for stage in queries.STAGES}
    risky = at_risk_of(found)
    at_risk = sum(row.orders for row in left if row.ship_by in risky)

    def outbounds(**fields: object) -> str:
        return address("outbounds", node=node.code, **fields)

    def done(what: str, since: datetime) -> str:
        return address("outbounds-done", what=what, node=node.code, since=since, until=now)

    return Standing(
        node=node,
        at=now,
        rows=[_row(each, outbounds) for each in found],
        stages=[(stage, Figure(count, outbounds(stage=stage))) for stage, count in by_stage.items()],
        river=drawing.river([*by_stage.values(), shipped], open_stages=len(by_stage)),
        open=Figure(sum(by_stage.values()), outbounds()),
        late=Figure(sum(row.orders for row in left if row.ship_by < now), outbounds(before=now)),
        risk=Figure(at_risk, outbounds(risk="now")),
        packed=Figure(packed, done("packed", hour_ago)),
        shipped=Figure(shipped, done("shipped", midnight)),
        people=people,
        since=hour_ago,
        waiting=waiting,
    )


def _row(cutoff: Cutoff, outbounds: object) -> Row:
    key = {"cutoff": cutoff.ship_by, "carrier": cutoff.carrier, "service": cutoff.service}
    to = outbounds
    assert callable(to)
    stages = [Figure(cutoff.stages.get(stage, 0), to(**key, stage=stage)) for stage in queries.STAGES]
    return Row(cutoff, Figure(cutoff.orders, to(**key)), stages)


@allow(*SEE_FLOOR)
@require_GET
def board(request: DeskRequest, node_code: str = "") -> HttpResponse:
    """One node's day; the first warehouse where none is named."""
    tenant_id = request.desk.tenant_id
    with unit_of_work(tenant_id):
        every, node = queries.node_of_page(tenant_id, node_code)
        if node is None:
            return living(request, "wms/board", {"nodes": [], "node": None, "refresh": None})
        found = standing(tenant_id, node)
        wrong = exceptions(tenant_id, node_id=node.id, limit=SHOWN)
    waiting = found.waiting
    people = [
        (each, _scans(node, each.badge, found.since, found.at)) for each in found.people if each.last_at >= found.at - AT_WORK
    ]
    context = {
        "nodes": every,
        "node": node,
        "now": found,
        "stage_names": queries.STAGES,
        "rows": found.rows[:12],
        "more_rows": found.rows[12:],
        "people": people,
        "people_href": address("people-at-work", node=node.code, since=found.at - AT_WORK, until=found.at),
        "exception_rows": in_words(wrong),
        "exceptions_figure": Figure(sum(waiting.exceptions.values()), address("exceptions", node=node.code)),
        "figures": _waiting_figures(node, waiting),
        "topics": (f"floor:{node.code}", "exceptions"),
        "refresh": 5,
    }
    return living(request, "wms/board", context)


def _scans(node: Node, badge: str, since: datetime, until: datetime) -> str:
    return address("scans", node=node.code, badge=badge, since=since, until=until)


def _waiting_figures(node: Node, waiting: queries.Waiting) -> list[tuple[str, str, Figure, str]]:
    """Icon, words, figure and what is counted, for the strip of other work."""

    def tasks(kind: str) -> Figure:
        return Figure(waiting.tasks.get(kind, 0), address("putaways", node=node.code, kind=kind))

    def receipts(tab: str) -> Figure:
        return Figure(waiting.receipts.get(tab, 0), address("receipts", node=node.code, tab=tab))

    def counts(tab: str, state: str) -> Figure:
        return Figure(waiting.counts.get(state, 0), address("counts", node=node.code, tab=tab))

    away, back = waiting.task_units.get("putaway", 0), waiting.task_units.get("putback", 0)
    bins, expected = waiting.counts.get("ready", 0), waiting.receipts.get("counting", 0)
    return [
        (
            "forklift",
            _("To put away"),
            tasks("putaway"),
            ngettext("%(n)s unit waiting", "%(n)s units waiting", away) % {"n": f"{away:,}"},
        ),
        (
            "arrow-back-up",
            _("To put back"),
            tasks("putback"),
            ngettext("%(n)s unit in totes", "%(n)s units in totes", back) % {"n": f"{back:,}"},
        ),
        ("clock", _("Receipts expected"), receipts("expected"), _("on their way")),
        ("truck", _("At the dock"), receipts("arrived"), _("not counted yet")),
        (
            "package-import",
            _("Being counted"),
            receipts("counting"),
            ngettext("receipt under way", "receipts under way", expected),
        ),
        ("clipboard-list", _("Counts to make"), counts("ready", "ready"), ngettext("bin waiting", "bins waiting", bins)),
        ("clipboard-check", _("Variances"), counts("variances", "counted"), _("wait for your word")),
    ]


@allow(*SEE_FLOOR)
@require_GET
def to_the_board(request: HttpRequest, node_code: str = "") -> HttpResponse:
    """Floor control stood here once: its board is the way on."""
    return HttpResponseRedirect(address("board-of-node", node_code) if node_code else address("board"))
