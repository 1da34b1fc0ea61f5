-- The ledger: accounts with their balances, and the movements between them. One door writes here (post_movements).
-- Physical book (WMS): where every unit lies. Promise book (OMS): what each node reported and what was promised of it.

CREATE TABLE ledger_lot (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  item_id bigint NOT NULL,
  lot_number text NOT NULL DEFAULT '',
  serial_number text NOT NULL DEFAULT '',
  expires_on date,
  held boolean NOT NULL DEFAULT false,   -- a held lot is never allocated
  first_received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, item_id, lot_number, serial_number),
  CHECK (lot_number <> '' OR serial_number <> ''),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
);
SELECT protect('ledger_lot');

CREATE TABLE ledger_account (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  book text NOT NULL CHECK (book IN ('physical', 'promise')),
  node_id bigint NOT NULL,
  place_id bigint NOT NULL,              -- physical: a location or handling unit; 0 where there is none
  item_id bigint NOT NULL,
  lot_id bigint NOT NULL,                -- 0 for stock without lot or serial
  owner_id bigint NOT NULL,
  state text NOT NULL,
  outside boolean NOT NULL,
  single boolean NOT NULL,               -- of a serial: never more than one unit
  balance bigint NOT NULL DEFAULT 0,
  version bigint NOT NULL DEFAULT 0,     -- rises by one with every batch that moved the account
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, book, node_id, item_id, state, place_id, lot_id, owner_id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id),
  FOREIGN KEY (tenant_id, owner_id) REFERENCES catalog_owner (tenant_id, id),
  CONSTRAINT balance_not_negative CHECK (outside OR balance >= 0),
  CONSTRAINT serial_is_single CHECK (NOT single OR outside OR balance <= 1),
  CONSTRAINT known_state CHECK (CASE book
    WHEN 'physical' THEN state IN ('good', 'allocated', 'picked', 'packed', 'damaged', 'quarantine', 'hold', 'returned_ungraded', 'expired')
      AND NOT outside OR state IN ('supplier', 'customer', 'found', 'lost', 'scrapped') AND outside
    ELSE state IN ('available', 'reserved', 'released', 'safety') AND NOT outside
      OR state IN ('node', 'customer', 'shortage') AND outside END),
  CONSTRAINT place_where_it_lies CHECK (outside = (place_id = 0) OR book = 'promise' AND place_id = 0)
) WITH (fillfactor = 80);
CREATE INDEX ledger_account_place ON ledger_account (tenant_id, place_id) WHERE place_id <> 0;
-- What is free of an item, over all nodes at once: availability is read hundreds of SKUs at a time. No balance stands in it, so that
-- a movement still updates no index.
CREATE INDEX ledger_account_free ON ledger_account (tenant_id, item_id, node_id) INCLUDE (owner_id) WHERE book = 'promise' AND state = 'available';
SELECT protect('ledger_account');

CREATE TABLE ledger_movement (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  item_id bigint NOT NULL,
  lot_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  quantity bigint NOT NULL CHECK (quantity > 0),
  from_account_id bigint NOT NULL,
  to_account_id bigint NOT NULL,
  cause text NOT NULL,                   -- the verb's document: order, release, receipt, pick_task, parcel, count ...
  cause_id bigint NOT NULL,
  cause_line_id bigint NOT NULL,         -- 0 for the whole document
  actor text NOT NULL,
  device text NOT NULL,
  at timestamptz NOT NULL,
  command_id text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  CHECK (from_account_id <> to_account_id),
  FOREIGN KEY (tenant_id, from_account_id) REFERENCES ledger_account (tenant_id, id),
  FOREIGN KEY (tenant_id, to_account_id) REFERENCES ledger_account (tenant_id, id)
);
CREATE INDEX ledger_movement_item ON ledger_movement (tenant_id, item_id, id) INCLUDE (from_account_id, to_account_id);
CREATE INDEX ledger_movement_receipt ON ledger_movement (tenant_id, cause_id) WHERE cause IN ('receipt', 'return');
SELECT protect('ledger_movement', immutable => true);

-- How far the auditor counted: what each account had moved up to a movement id under which nothing can appear any more. A balance must be
-- this and what moved since. Both are made from the movements and may be thrown away: the auditor counts anew.
CREATE TABLE ledger_mark (
  tenant_id bigint PRIMARY KEY REFERENCES people_tenant,
  upto_id bigint NOT NULL DEFAULT 0,     -- movements up to here are summed in ledger_proven
  movements bigint NOT NULL DEFAULT 0    -- how many they are
);
SELECT protect('ledger_mark');

CREATE TABLE ledger_proven (
  tenant_id bigint NOT NULL,
  account_id bigint NOT NULL,
  balance bigint NOT NULL,
  PRIMARY KEY (tenant_id, account_id)
) WITH (fillfactor = 80);
SELECT protect('ledger_proven');

-- The examination: each view lists what breaks one rule of the books, so an honest business sees every one of them empty.
CREATE SCHEMA exam;
GRANT USAGE ON SCHEMA exam TO orderhouse_app;
ALTER DEFAULT PRIVILEGES IN SCHEMA exam GRANT SELECT ON TABLES TO orderhouse_app;

CREATE VIEW exam.movements_sum_to_zero WITH (security_invoker = true) AS
  SELECT tenant_id, item_id, owner_id, lot_id, sum(balance) AS total FROM ledger_account
  WHERE book = 'physical' GROUP BY tenant_id, item_id, owner_id, lot_id HAVING sum(balance) <> 0
  UNION ALL
  SELECT tenant_id, item_id, owner_id, lot_id, sum(balance) FROM ledger_account
  WHERE book = 'promise' GROUP BY tenant_id, item_id, owner_id, lot_id HAVING sum(balance) <> 0;

CREATE VIEW exam.balance_equals_recount WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.id AS account_id, a.balance, coalesce(m.recount, 0) AS recount
  FROM ledger_account a
  LEFT JOIN (
    SELECT tenant_id, account_id, sum(delta) AS recount FROM (
      SELECT tenant_id, to_account_id AS account_id, quantity AS delta FROM ledger_movement
      UNION ALL SELECT tenant_id, from_account_id, -quantity FROM ledger_movement) legs
    GROUP BY tenant_id, account_id) m ON m.tenant_id = a.tenant_id AND m.account_id = a.id
  WHERE a.balance <> coalesce(m.recount, 0);

CREATE VIEW exam.no_inside_balance_negative WITH (security_invoker = true) AS
  SELECT tenant_id, id AS account_id, balance FROM ledger_account WHERE NOT outside AND balance < 0;

CREATE VIEW exam.movement_keeps_its_item WITH (security_invoker = true) AS
  SELECT m.tenant_id, m.id AS movement_id
  FROM ledger_movement m
  JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
  JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
  WHERE (f.item_id, f.owner_id, f.lot_id, f.book) IS DISTINCT FROM (t.item_id, t.owner_id, t.lot_id, t.book)
     OR (f.item_id, f.owner_id, f.lot_id) IS DISTINCT FROM (m.item_id, m.owner_id, m.lot_id);

CREATE VIEW exam.serial_in_one_place WITH (security_invoker = true) AS
  SELECT a.tenant_id, a.lot_id, sum(a.balance) AS units FROM ledger_account a
  WHERE a.book = 'physical' AND a.single AND NOT a.outside
  GROUP BY a.tenant_id, a.lot_id HAVING sum(a.balance) > 1;

-- What the console's search finds lots by.
CREATE INDEX ledger_lot_number ON ledger_lot (tenant_id, lot_number) WHERE lot_number <> '';
CREATE INDEX ledger_lot_serial ON ledger_lot (tenant_id, serial_number) WHERE serial_number <> '';

-- What stands aside (damaged, held ...) over all items: few accounts among many.
CREATE INDEX ledger_account_aside ON ledger_account (tenant_id, item_id)
  WHERE book = 'physical' AND state IN ('damaged', 'quarantine', 'hold', 'returned_ungraded', 'expired');
CREATE INDEX ledger_lot_expires ON ledger_lot (tenant_id, expires_on) WHERE expires_on IS NOT NULL;

-- A period's movements: rows lie in the order of their time, so a summary of each block range finds them at almost no cost to writers.
CREATE INDEX ledger_movement_at ON ledger_movement USING brin (tenant_id, at);
