"""A business as it has grown: open orders up to a million, closed ones up to ten million, written by bare SQL.

Open orders are whole: order, three lines, reservations, movements with their balances, story, acknowledgment; the books hold over them.
Closed ones are what history weighs in every index a new order passes: order, line, movement with its balances; they have no releases
or parcels, so not every rule about what was shipped can be examined over them. Items are drawn with a skew, so hot accounts exist.
"""

from __future__ import annotations

import shutil

import psycopg

from bench.business import Business
from bench.ground import Ground

CHUNK = 100_000
MOST_BYTES = 25 * 2**30
"""Of databases; filling stops there."""
KEPT_FREE = 12 * 2**30
"""Bytes of the disk left to others, and to the write-ahead log."""

_OPEN_FROM, _CLOSED_FROM = 10**12, 2 * 10**12
"""Below any id the product makes, and apart from each other; lines and movements of order n are 8n, 8n + 1, 8n + 2."""

_SETTINGS = (
    "SET session_replication_role = replica",  # no foreign key is asked again for rows made of its own target
    "SET work_mem = '256MB'",
    "SET synchronous_commit = off",  # while filling only
)
_ACCOUNTS = """INSERT INTO ledger_account (tenant_id, id, book, node_id, place_id, item_id, lot_id, owner_id, state, outside, single)
  SELECT a.tenant_id, %(accounts)s + row_number() OVER (ORDER BY a.id), a.book, a.node_id, 0, a.item_id, 0, a.owner_id, %(state)s, %(outside)s, false
  FROM ledger_account a WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.state = 'available'
  ON CONFLICT DO NOTHING"""
_DRAWN = """CREATE TEMPORARY TABLE drawn AS
  SELECT %(base)s::bigint + n AS order_id, %(base)s::bigint * 8 + n * 8 + k AS line_id, k + 1 AS line_number, n,
    (%(nodes)s::bigint[])[1 + n %% %(node_count)s::int] AS node_id,
    (%(items)s::bigint[])[1 + floor(%(item_count)s::int * random() ^ 3)::int] AS item_id,
    now() - make_interval(secs => %(age)s::float8 + (%(last)s::bigint - n) * 0.4) AS at
  FROM generate_series(%(first)s::bigint, %(last)s::bigint) n, generate_series(0, %(lines)s::int - 1) k"""
_ORDERS = """INSERT INTO oms_order (tenant_id, id, number, channel_id, channel_order_id, state, priority, currency, service, ship_to, country,
    latitude, longitude, goods, placed_at, received_at, sourced_at, promised_at, ship_by)
  SELECT %(tenant)s, order_id, 'WEB-' || %(prefix)s::text || n, %(channel)s, %(prefix)s::text || n, %(state)s, 50, 'GBP', 'standard',
    jsonb_build_object('name', 'Customer ' || n, 'country', 'GB', 'city', 'London', 'postal_code', 'E1'), 'GB', 51.5, -0.05,
    12.5 * %(lines)s::int, at, at, at, at + interval '3 days', at + interval '1 day'
  FROM drawn WHERE line_number = 1"""
_LINES = """INSERT INTO oms_order_line (tenant_id, id, order_id, line_number, item_id, owner_id, ordered, reserved, shipped, unit_price)
  SELECT %(tenant)s, line_id, order_id, line_number, item_id, %(owner)s, 1, %(reserved)s::int, 1 - %(reserved)s::int, 12.5 FROM drawn"""
_RESERVATIONS = """INSERT INTO oms_reservation (tenant_id, order_line_id, node_id, order_id, quantity)
  SELECT %(tenant)s, line_id, node_id, order_id, 1 FROM drawn"""
_EVENTS = """INSERT INTO contract_event (tenant_id, id, subject_kind, subject_id, type, facts, actor, device, at)
  SELECT %(tenant)s, line_id, 'order', order_id, 'order-placed', '{"lines": 3, "source": "api"}', 'bench', '', at
  FROM drawn WHERE line_number = 1"""
_LETTERS = """INSERT INTO contract_outbox (tenant_id, id, source, destination, type, version, subject, payload, actor, created_at, state, delivered_at)
  SELECT %(tenant)s, line_id, 'oms', 'channel:WEB', 'OrderAcknowledged', 1, 'WEB-' || %(prefix)s::text || n,
    jsonb_build_object('channel', 'WEB', 'channel_order_id', %(prefix)s::text || n, 'order', 'WEB-' || %(prefix)s::text || n, 'state', 'reserved'),
    'bench', at, 'delivered', at FROM drawn WHERE line_number = 1"""
_MOVEMENTS = """INSERT INTO ledger_movement (tenant_id, id, item_id, lot_id, owner_id, quantity, from_account_id, to_account_id, cause, cause_id,
    cause_line_id, actor, device, at, command_id)
  SELECT %(tenant)s, d.line_id, d.item_id, 0, %(owner)s, 1, f.id, t.id, 'order', d.order_id, d.line_id, 'bench', '', d.at, ''
  FROM drawn d
  JOIN ledger_account f ON f.tenant_id = %(tenant)s AND f.book = 'promise' AND f.node_id = d.node_id AND f.item_id = d.item_id AND f.state = 'available'
  JOIN ledger_account t ON t.tenant_id = %(tenant)s AND t.book = 'promise' AND t.node_id = d.node_id AND t.item_id = d.item_id AND t.state = %(to)s"""
_BALANCES = """UPDATE ledger_account a SET balance = a.balance + s.delta, version = a.version + 1
  FROM (SELECT node_id, item_id, v.state, sum(v.delta) AS delta FROM drawn, (VALUES ('available', -1), (%(to)s::text, 1)) v (state, delta)
        GROUP BY 1, 2, 3) s
  WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.node_id = s.node_id AND a.item_id = s.item_id AND a.state = s.state"""


class Growth:
    """Fills the product's database; nobody else may be at work in it."""

    def __init__(self, ground: Ground, shop: Business) -> None:
        self.ground, self.shop = ground, shop
        self.open = self.closed = 0
        self.stopped = ""

    def open_orders(self, wanted: int) -> None:
        """Bring the open orders to ``wanted``."""
        self.open = self._fill(self.open, wanted, closed=False)

    def closed_orders(self, wanted: int) -> None:
        """Bring the closed orders to ``wanted``, or as far as the disk allows: ``stopped`` says why it stopped."""
        self.closed = self._fill(self.closed, wanted, closed=True)

    def _fill(self, now: int, wanted: int, *, closed: bool) -> int:
        with psycopg.connect(self.ground.admin_url(), autocommit=True) as admin:
            for setting in _SETTINGS:
                admin.execute(setting.encode())
            given = self._given(admin, closed)
            for n, (state, outside) in enumerate((("reserved", False), ("customer", True)), 1):
                admin.execute(_ACCOUNTS.encode(), given | {"state": state, "outside": outside, "accounts": n * 10**11})
            while now < wanted and not self._is_full():
                last = min(now + CHUNK, wanted)
                self._chunk(admin, given | {"first": now + 1, "last": last}, closed)
                now = last
            admin.execute("VACUUM ANALYZE")
            admin.execute("CHECKPOINT")
        return now

    def _chunk(self, admin: psycopg.Connection, given: dict[str, object], closed: bool) -> None:
        statements = [_DRAWN, _ORDERS, _LINES, _MOVEMENTS, _BALANCES]
        statements += [] if closed else [_RESERVATIONS, _EVENTS, _LETTERS]
        with admin.transaction():
            for statement in [*statements, "DROP TABLE drawn"]:
                admin.execute(statement.encode(), given if "%(" in statement else None)

    def _given(self, admin: psycopg.Connection, closed: bool) -> dict[str, object]:
        tenant = self.shop.tenant_id
        channel, owner = admin.execute(
            "SELECT id, owner_id FROM oms_channel WHERE tenant_id = %s AND code = 'WEB'", (tenant,)
        ).fetchone() or (0, 0)
        items = [row[0] for row in admin.execute("SELECT id FROM catalog_item WHERE tenant_id = %s ORDER BY sku", (tenant,))]
        return {
            "tenant": tenant, "channel": channel, "owner": owner, "items": items, "item_count": len(items),
            "nodes": list(self.shop.nodes.values()), "node_count": len(self.shop.nodes),
            "base": _CLOSED_FROM if closed else _OPEN_FROM, "prefix": "closed" if closed else "open", "lines": 1 if closed else 3,
            "reserved": 0 if closed else 1, "state": "shipped" if closed else "reserved", "to": "customer" if closed else "reserved",
            "age": 5_000_000 if closed else 3_600,
        }  # fmt: skip

    def _is_full(self) -> bool:
        used = self.ground.value("SELECT sum(pg_database_size(oid))::bigint FROM pg_database")
        free = shutil.disk_usage(self.ground.state).free
        if used > MOST_BYTES or free < KEPT_FREE:
            self.stopped = f"filling stopped: {used / 2**30:.0f} GB used, {free / 2**30:.0f} GB of the disk free"
        return bool(self.stopped)
