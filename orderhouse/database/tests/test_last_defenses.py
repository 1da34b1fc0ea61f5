"""What the database refuses by itself, should every line of the program before it be wrong."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from orderhouse.database import execute, fetch_value, unit_of_work
from orderhouse.oms.tests.shop import open_shop

REFUSED = {
    "a balance below zero": "UPDATE ledger_account SET balance = -1 WHERE tenant_id = %s AND NOT outside",
    "a serial that is two units": "UPDATE ledger_account SET single = true, balance = 2 WHERE tenant_id = %s AND NOT outside",
    "a line whose counts do not add up": "UPDATE oms_order_line SET reserved = reserved + 1 WHERE tenant_id = %s",
    "more units back than were shipped": "UPDATE oms_order_line SET returned = shipped + 1 WHERE tenant_id = %s",
    "more units wanted back than a node has": "UPDATE oms_order_line SET cancel_wanted = released + 1 WHERE tenant_id = %s",
    "a line of no units": "UPDATE oms_order_line SET ordered = 0, reserved = 0 WHERE tenant_id = %s",
    "a second order under one of its channel's ids": """INSERT INTO oms_order (tenant_id, id, number, channel_id, channel_order_id, state,
        priority, currency, service, ship_to, country, goods, placed_at, received_at)
      SELECT tenant_id, id + 1, number || '-2', channel_id, channel_order_id, state, priority, currency, service, ship_to, country, goods,
        placed_at, received_at FROM oms_order WHERE tenant_id = %s""",
    "a second order of one number": """INSERT INTO oms_order (tenant_id, id, number, channel_id, channel_order_id, state,
        priority, currency, service, ship_to, country, goods, placed_at, received_at)
      SELECT tenant_id, id + 1, number, channel_id, channel_order_id || '-2', state, priority, currency, service, ship_to, country, goods,
        placed_at, received_at FROM oms_order WHERE tenant_id = %s""",
    "a state nobody knows": "UPDATE oms_order SET state = 'lost' WHERE tenant_id = %s",
    "a reservation below zero": "UPDATE oms_reservation SET quantity = -1 WHERE tenant_id = %s",
}


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_the_database_itself_refuses(business: Any, statement: str) -> None:
    from orderhouse.contract.receivers import registered

    with registered("node:", None):
        shop = open_shop(business)
        shop.report("MAIN", "A", 5)
        shop.order({"A": 2})
    tenant_id = business.tenant_id
    with unit_of_work(tenant_id):
        assert fetch_value("SELECT count(*) FROM oms_order_line WHERE tenant_id = %s AND reserved = 2", (tenant_id,)) == 1
    with pytest.raises(psycopg.errors.IntegrityError), unit_of_work(tenant_id):
        execute(statement, (tenant_id,))
    assert shop.violations() == {}
