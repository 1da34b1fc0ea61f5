"""One order's way through a real floor, as its page tells it: the picture always holds every unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.test import Client

from orderhouse.console.oms.order_units import in_total
from orderhouse.oms.desk.cancel_order import cancel_order
from orderhouse.oms.releases.release_orders import release_orders
from tests.journeys.house import build_house


def test_the_picture_follows_the_floor_and_a_cancel_after_the_pick(business: Any, browser: Callable[..., Client]) -> None:
    house = build_house(business)
    house.receive("MAIN", {"A": 5})
    order_id = house.order({"A": 6})
    desk = browser("order_desk")

    def picture() -> dict[str, int]:
        found = desk.get(f"/orders/{order_id}").context["by_line"][1]
        total = in_total(found)
        assert sum(total.values()) == 6
        return total

    assert picture() == {"reserved": 5, "backordered": 1}
    release_orders(by=house.by, order_ids=[order_id])
    assert picture() == {"released": 5, "backordered": 1}
    house.crews["MAIN"].run_waves(pack=False)
    assert picture() == {"picked": 5, "backordered": 1}
    page = desk.get(f"/orders/{order_id}")
    assert "after they are put back" in page.content.decode()
    assert {"release-waved", "picking-started", "release-picked"} <= {each.type for each in page.context["told"]}
    assert "2 units asked back" in desk.post(f"/orders/{order_id}/cancel", {"preview": "1", "line-1": "3"}).content.decode()
    cancel_order(by=house.by, order_id=order_id, lines={1: 3}, reason="two too many")
    assert picture() == {"picked": 3, "asked_back": 2, "cancelled": 1}
    floor = desk.get("/floor/releases", {"number": page.context["order"].releases[0].number}).content.decode()
    assert "MAIN-T" in floor
    assert house.violations() == {}
