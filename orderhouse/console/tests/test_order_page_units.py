"""Where units stand: each exactly once, whatever happened to the order."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderhouse.console.oms.order_tracking import tracking_page
from orderhouse.console.oms.order_units import KINDS, STEP_OF, in_total, standings, way
from orderhouse.oms.orders.queries import Line, Release, ReleaseLine, Reservation, order_detail
from orderhouse.oms.releases.note_progress import STEPS as OPEN_STATES
from orderhouse.oms.releases.release_orders import release_orders

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
few = st.integers(0, 6)


@st.composite
def lines_with_releases(draw: st.DrawFn) -> tuple[Line, list[Release]]:
    """A line as the books may hold it, with releases that agree with it, or do not."""
    cancelled, backordered, reserved, released, shipped = (draw(few) for _ in range(5))
    ordered = cancelled + backordered + reserved + released + shipped
    releases = []
    for n in range(draw(st.integers(0, 3))):
        gone, short, off, open_ = (draw(few) for _ in range(4))
        row = ReleaseLine(draw(st.sampled_from([1, 2])), gone + short + off + open_, gone, short, off)
        state = draw(st.sampled_from([*OPEN_STATES, "shipped", "shorted", "cancelled", "rejected"]))
        releases.append(Release(n, f"WEB-1/{n}", f"N{n}", state, NOW, NOW, "", (row,)))
    line = Line(
        1,
        1,
        1,
        "A",
        "Item",
        ordered,
        cancelled,
        backordered,
        reserved,
        released,
        shipped,
        draw(st.integers(0, shipped)),
        draw(st.integers(0, released)),
        Decimal(1),
        None,
        tuple(Reservation(f"N{n}", draw(few)) for n in range(draw(st.integers(0, 2)))),
    )
    return line, releases


@given(lines_with_releases(), st.booleans())
def test_every_ordered_unit_stands_in_exactly_one_place(drawn: tuple[Line, list[Release]], sourced: bool) -> None:
    line, releases = drawn
    found = standings(line, releases, sourced=sourced)
    assert sum(each.units for each in found) == line.ordered
    assert all(each.units > 0 for each in found)
    total = in_total(found)
    assert total.get("asked_back", 0) == line.cancel_wanted
    assert total.get("returned", 0) == line.returned
    assert sum(step.units for step in way(found)) == line.ordered - line.cancelled
    assert {each.kind for each in found} <= set(KINDS) == {*STEP_OF, "cancelled"}


def progressed(shop: Any, order_id: int, state: str) -> dict[str, int]:
    from orderhouse.contract.messages import ReleaseProgressed
    from orderhouse.oms.releases.note_progress import note_progress

    (release,) = order_detail(shop.business.tenant_id, order_id).releases
    note_progress(by=shop.by, messages=[ReleaseProgressed(release.number, "MAIN", state)])
    order = order_detail(shop.business.tenant_id, order_id)
    return in_total(standings(order.lines[0], order.releases))


def test_units_go_with_their_release_step_by_step_and_never_back(shop: Any) -> None:
    shop.report("MAIN", "A", 3)
    order_id = shop.order({"A": 4})
    release_orders(by=shop.by, order_ids=[order_id])
    seen = [progressed(shop, order_id, state) for state in ("waved", "picking", "picked", "packed", "picked")]
    kinds = [next(kind for kind in total if kind != "backordered") for total in seen]
    assert kinds == ["waved", "picking", "picked", "packed", "packed"]
    assert all(total["backordered"] == 1 and sum(total.values()) == 4 for total in seen)


def test_tracking_leads_to_the_carriers_page_where_it_has_one() -> None:
    assert tracking_page("royal_mail", "AB 1/2").endswith("/AB%201%2F2")
    assert tracking_page("UPS", "1Z").startswith("https://www.ups.com/")
    assert tracking_page("own_fleet", "X1") == ""
    assert tracking_page("dhl", "") == ""
