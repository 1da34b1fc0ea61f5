"""When it ships and arrives, and what the parcel costs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from orderhouse.kernel.errors import InvalidInput
from orderhouse.oms.freight.calendars import Calendar, next_ship, promise
from orderhouse.oms.freight.tariffs import Tariff, freight, great_circle_km
from orderhouse.oms.sourcing.tests.worlds import TARIFF

LONDON = ZoneInfo("Europe/London")
ENGLAND = Calendar(holidays_of="GB", subdivision="ENG")


def ship_date(calendar: Calendar, at: datetime, *, tz: str = "Europe/London") -> date:
    ships = next_ship(calendar, 15 * 60, tz, at)
    assert ships
    return ships[1]


def test_an_order_by_the_cut_off_leaves_the_same_day_and_after_it_the_next() -> None:
    assert ship_date(ENGLAND, datetime(2026, 11, 23, 15, 0, tzinfo=LONDON)) == date(2026, 11, 23)
    assert ship_date(ENGLAND, datetime(2026, 11, 23, 15, 1, tzinfo=LONDON)) == date(2026, 11, 24)


def test_weekends_holidays_and_closed_days_are_skipped() -> None:
    assert ship_date(ENGLAND, datetime(2026, 11, 27, 16, tzinfo=LONDON)) == date(2026, 11, 30)
    # Christmas 2026 is a Friday; Boxing Day, a Saturday, is given on Monday 28 December
    assert ship_date(ENGLAND, datetime(2026, 12, 24, 16, tzinfo=LONDON)) == date(2026, 12, 29)
    closed = Calendar(holidays_of="GB", subdivision="ENG", closed=frozenset({date(2026, 12, 29)}))
    assert ship_date(closed, datetime(2026, 12, 24, 16, tzinfo=LONDON)) == date(2026, 12, 30)


def test_the_cut_off_is_the_nodes_own_time_in_winter_and_summer() -> None:
    winter, summer = (
        next_ship(ENGLAND, 900, "Europe/London", datetime(2026, 1, 5, tzinfo=UTC)),
        next_ship(ENGLAND, 900, "Europe/London", datetime(2026, 7, 6, tzinfo=UTC)),
    )
    assert winter == (datetime(2026, 1, 5, 15, tzinfo=UTC), date(2026, 1, 5))
    assert summer == (datetime(2026, 7, 6, 14, tzinfo=UTC), date(2026, 7, 6))
    # 22:00 UTC on Monday is still before a 15:00 cut-off in Los Angeles
    assert ship_date(Calendar(), datetime(2026, 11, 23, 22, tzinfo=UTC), tz="America/Los_Angeles") == date(2026, 11, 23)


def test_transit_counts_the_carriers_days_and_a_node_that_never_works_promises_nothing() -> None:
    made = promise(
        calendar=ENGLAND,
        cutoff_minutes=900,
        tz="Europe/London",
        at=datetime(2026, 11, 26, 12, tzinfo=UTC),
        transit_days=2,
        delivery_days=ENGLAND,
    )
    assert made is not None
    assert (made.ship_date, made.deliver_date) == (date(2026, 11, 26), date(2026, 11, 30))
    assert next_ship(Calendar(frozenset()), 900, "UTC", datetime(2026, 11, 26, tzinfo=UTC)) is None


def test_freight_counts_started_kilograms_and_whole_parcels() -> None:
    assert [freight(TARIFF, "near", grams) for grams in (0, 1, 1000, 1001, 20_000, 20_001)] == [320, 320, 320, 350, 890, 1210]


def test_two_shipments_of_a_lane_never_cost_less_than_one() -> None:
    for a in range(1, 45_000, 1237):
        for b in range(1, 45_000, 1361):
            assert freight(TARIFF, "mid", a + b) <= freight(TARIFF, "mid", a) + freight(TARIFF, "mid", b)


def test_the_first_zone_that_fits_wins_by_distance_and_country() -> None:
    rate = {"service": "standard", "base": 1, "per_step": 1, "transit_days": 1}
    tariff = Tariff.from_dict(
        {
            "code": "x",
            "zones": [
                {"zone": "island", "to": ["IE"], "from": ["GB"]},
                {"zone": "near", "max_km": 100, "domestic": True},
                {"zone": "home", "domestic": True},
                {"zone": "abroad", "domestic": False},
            ],
            "rates": [rate | {"zone": zone} for zone in ("island", "near", "home", "abroad")],
        }
    )
    lanes = [("GB", "IE", 50.0), ("GB", "GB", 100.0), ("GB", "GB", 100.1), ("GB", "GB", None), ("GB", "FR", 90.0)]
    assert [tariff.zone(*lane) for lane in lanes] == ["island", "near", "home", "home", "abroad"]


def test_a_tariff_that_cannot_be_right_is_refused() -> None:
    good = {"code": "x", "zones": [{"zone": "a"}]}
    rate = {"service": "s", "zone": "a", "base": 1, "per_step": 1, "transit_days": 1}
    for wrong in (
        {"code": "x", "rates": [rate]},
        good | {"rates": [rate | {"zone": "b"}]},
        good | {"rates": [rate | {"base": -1}]},
        good | {"rates": [rate], "max_parcel_grams": 1500},
    ):
        with pytest.raises(InvalidInput):
            Tariff.from_dict(wrong)


def test_london_to_paris_is_344_km() -> None:
    assert great_circle_km(51.5074, -0.1278, 48.8566, 2.3522) == pytest.approx(343.6, abs=0.5)
