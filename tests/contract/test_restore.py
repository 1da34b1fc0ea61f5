"""The OMS is restored from a backup while the warehouse has gone on: what heals by itself, and what an operator does, is all it takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from orderhouse.kernel.postgres import back_up_database, restore_database
from tests.contract.test_two_servers import ANNOUNCE, CAPTURE, OMS_SETUP, PROVE, WAITING, WMS_SETUP, WORK, settled
from tests.contract.two_servers import TENANT, TwoServers, two_servers, wait_until

RESEND = """
from datetime import datetime
from orderhouse.catalog.open_business import find_business
from orderhouse.contract.resend_letters import resend_letters
from orderhouse.kernel import clock
from orderhouse.kernel.actors import By
by = By(find_business({tenant!r}).tenant_id, "operator", clock.now())
print(resend_letters(by=by, since=datetime.fromisoformat({since!r}), destination="oms"))
"""
STOCK = """SELECT i.sku, sum(a.balance)::int FROM ledger_account a JOIN catalog_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
  WHERE a.book = %s AND a.state = ANY (%s) GROUP BY 1 ORDER BY 1"""
ORDERS = 12


@pytest.fixture
def pair() -> Iterator[TwoServers]:
    with two_servers() as pair:
        pair.oms.run(OMS_SETUP)
        pair.wms.run(WMS_SETUP)
        yield pair


def test_after_a_restore_the_same_ids_are_sent_again_and_both_books_come_to_agree(pair: TwoServers, tmp_path: Path) -> None:
    pair.oms.run(ANNOUNCE)
    wait_until(
        lambda: pair.wms.rows("SELECT count(*) FROM wms_receipt") == [(1,)], "the warehouse hears of the goods", seconds=60
    )
    pair.wms.run(WORK)
    wait_until(lambda: settled(pair), "the promise book hears of the stock", seconds=60)

    # Orders are released while nobody carries letters; then the backup; then all of it is carried, picked, packed and shipped.
    pair.oms.kill("worker")
    pair.oms.run(CAPTURE.replace("FIRST", "0").replace("COUNT", str(ORDERS)))
    ((before,),) = pair.oms.rows("SELECT clock_timestamp()::text")
    file = tmp_path / "oms.backup"
    back_up_database(url=pair.cluster.url("oms", "postgres"), file=file)
    unsent = {row[0] for row in pair.oms.rows("SELECT id FROM contract_outbox WHERE state = 'waiting'")}
    assert unsent
    pair.oms.start()
    wait_until(lambda: settled(pair), "the warehouse has the releases", seconds=60)
    pair.wms.run(WORK)
    wait_until(lambda: settled(pair), "the order desk hears what shipped", seconds=90)
    shipped = pair.oms.rows("SELECT sum(shipped)::int FROM oms_order_line")
    assert shipped[0][0] > 0
    known = {row[0] for row in pair.wms.rows("SELECT message_id FROM contract_inbox")}
    assert unsent <= known

    pair.oms.stop()
    restore_database(url=pair.oms.url, file=file, keep_old=False)
    assert pair.oms.rows("SELECT sum(shipped)::int FROM oms_order_line") == [(0,)]
    taken = pair.wms.rows("SELECT count(*) FROM contract_inbox")
    pair.oms.start()

    # By itself: what the backup still held goes out again under its ids, and the warehouse, which knows them, does nothing.
    wait_until(lambda: pair.oms.rows(WAITING) == [(0,)], "the restored outbox is delivered again", seconds=60)
    assert pair.wms.rows("SELECT count(*) FROM contract_inbox") == taken
    assert pair.wms.rows("SELECT count(*) FROM wms_outbound WHERE state <> 'shipped' AND state <> 'cancelled'") == [(0,)]

    # An operator: the warehouse says again what it said since the backup.
    resent = int(pair.wms.run(RESEND.format(tenant=TENANT, since=before)))
    assert resent > 0
    wait_until(lambda: settled(pair), "the order desk hears again what it had forgotten", seconds=90)

    assert pair.oms.rows("SELECT sum(shipped)::int FROM oms_order_line") == shipped
    assert pair.oms.run(PROVE) == "{}"
    assert pair.wms.run(PROVE) == "{}"
    promised = pair.oms.rows(STOCK, ("promise", ["available", "reserved", "released", "safety", "shortage"]))
    assert promised == pair.wms.rows(STOCK, ("physical", ["good", "allocated", "picked", "packed"]))
    assert int(pair.wms.run(RESEND.format(tenant=TENANT, since=before))) == resent  # once more does no harm
    wait_until(lambda: settled(pair), "nothing is left to say", seconds=90)
    assert pair.oms.rows("SELECT sum(shipped)::int FROM oms_order_line") == shipped
    assert pair.oms.run(PROVE) == "{}"
