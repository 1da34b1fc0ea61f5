-- The promise wing: channels, customers, orders, what was promised from where, what left, what came back.

CREATE TABLE oms_channel (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  code text NOT NULL CHECK (code ~ '^[A-Z0-9_]{1,24}$'),
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('web_shop', 'marketplace', 'store', 'b2b_portal', 'edi', 'manual')),
  owner_id bigint NOT NULL,              -- whose items its SKUs mean
  currency char(3) NOT NULL,
  priority smallint NOT NULL DEFAULT 50 CHECK (priority BETWEEN 0 AND 99),  -- 0 is served first
  when_short text NOT NULL DEFAULT 'backorder' CHECK (when_short IN ('backorder', 'cancel')),
  ships_partially boolean NOT NULL DEFAULT true,   -- false: an order waits until it is whole
  buffer integer NOT NULL DEFAULT 0 CHECK (buffer >= 0),      -- units of every item this channel never sees
  share_percent smallint NOT NULL DEFAULT 100 CHECK (share_percent BETWEEN 0 AND 100),
  service text NOT NULL DEFAULT 'standard',
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code),
  FOREIGN KEY (tenant_id, owner_id) REFERENCES catalog_owner (tenant_id, id)
);
SELECT protect('oms_channel');

CREATE TABLE oms_customer (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  reference text NOT NULL,               -- email in lower case, or the channel's customer number as CHANNEL/number
  name text NOT NULL DEFAULT '',
  email text NOT NULL DEFAULT '',
  phone text NOT NULL DEFAULT '',
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, reference)
);
CREATE INDEX oms_customer_email ON oms_customer (tenant_id, email) WHERE email <> '';
SELECT protect('oms_customer');

CREATE TABLE oms_order (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  number text NOT NULL,                  -- CHANNEL-channel_order_id
  channel_id bigint NOT NULL,
  channel_order_id text NOT NULL CHECK (length(channel_order_id) BETWEEN 1 AND 128),
  customer_id bigint,
  state text NOT NULL CHECK (state IN ('received', 'held', 'accepted', 'reserved', 'partly_reserved', 'backordered', 'released',
    'partly_shipped', 'shipped', 'delivered', 'closed', 'cancelled')),  -- derived from lines and holds by derive_orders.sql alone
  priority smallint NOT NULL,
  currency char(3) NOT NULL,
  service text NOT NULL,
  ship_to jsonb NOT NULL,
  country char(2) NOT NULL,
  latitude double precision,
  longitude double precision,
  goods numeric NOT NULL,                -- what the units ordered cost, cancelled ones too: lists are sorted by it
  placed_at timestamptz NOT NULL,        -- by the customer
  received_at timestamptz NOT NULL,      -- by us
  sourced_at timestamptz,                -- NULL until a node was looked for
  promised_at timestamptz,               -- the delivery we promised
  ship_by timestamptz,                   -- the latest dispatch that keeps the promise
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  UNIQUE (tenant_id, channel_id, channel_order_id),
  FOREIGN KEY (tenant_id, channel_id) REFERENCES oms_channel (tenant_id, id),
  FOREIGN KEY (tenant_id, customer_id) REFERENCES oms_customer (tenant_id, id)
) WITH (fillfactor = 85);
CREATE INDEX oms_order_queue ON oms_order (tenant_id, state, received_at) WHERE state NOT IN ('shipped', 'delivered', 'closed', 'cancelled');
CREATE INDEX oms_order_recent ON oms_order (tenant_id, received_at, id);
CREATE INDEX oms_order_goods ON oms_order (tenant_id, goods, id);
CREATE INDEX oms_order_due ON oms_order (tenant_id, ship_by) WHERE state NOT IN ('shipped', 'delivered', 'closed', 'cancelled');
CREATE INDEX oms_order_customer ON oms_order (tenant_id, customer_id) WHERE customer_id IS NOT NULL;
SELECT protect('oms_order');

CREATE TABLE oms_order_line (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  order_id bigint NOT NULL,
  line_number integer NOT NULL,
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  ordered integer NOT NULL CHECK (ordered > 0),
  cancelled integer NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
  backordered integer NOT NULL DEFAULT 0 CHECK (backordered >= 0),  -- not promised from any node yet
  reserved integer NOT NULL DEFAULT 0 CHECK (reserved >= 0),
  released integer NOT NULL DEFAULT 0 CHECK (released >= 0),
  shipped integer NOT NULL DEFAULT 0 CHECK (shipped >= 0),
  returned integer NOT NULL DEFAULT 0 CHECK (returned >= 0),
  cancel_wanted integer NOT NULL DEFAULT 0,   -- of the released units: asked back from their node, which has not answered yet
  unit_price numeric(14, 4) NOT NULL CHECK (unit_price >= 0),
  due_date date,                         -- when a receipt should serve what is backordered; NULL where none is expected
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, order_id, line_number),
  FOREIGN KEY (tenant_id, order_id) REFERENCES oms_order (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id),
  CONSTRAINT line_counts_add_up CHECK (ordered = cancelled + backordered + reserved + released + shipped),
  CONSTRAINT returned_at_most_shipped CHECK (returned <= shipped),
  CONSTRAINT wanted_back_at_most_released CHECK (cancel_wanted BETWEEN 0 AND released)
) WITH (fillfactor = 80);
CREATE INDEX oms_order_line_waiting ON oms_order_line (tenant_id, item_id) WHERE backordered > 0;
SELECT protect('oms_order_line');

CREATE TABLE oms_charge (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  order_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('shipping', 'fee', 'discount', 'tax', 'adjustment')),
  description text NOT NULL,
  amount numeric(14, 4) NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES oms_order (tenant_id, id)
);
CREATE INDEX oms_charge_order ON oms_charge (tenant_id, order_id);
SELECT protect('oms_charge');

CREATE TABLE oms_hold (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  order_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('payment', 'fraud', 'address', 'stock', 'price', 'manual', 'customer_request')),
  reason text NOT NULL,
  placed_by text NOT NULL,
  placed_at timestamptz NOT NULL,
  lifted_by text,
  lifted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES oms_order (tenant_id, id),
  CHECK ((lifted_by IS NULL) = (lifted_at IS NULL))
);
CREATE UNIQUE INDEX oms_hold_open ON oms_hold (tenant_id, order_id, kind) WHERE lifted_at IS NULL;
SELECT protect('oms_hold');

-- Orders that could not be captured: kept as they came, with every reason, until somebody mends and replays or discards them.
CREATE TABLE oms_invalid_order (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  source text NOT NULL,                  -- channel code, or where it came from when the channel is the fault
  channel_order_id text NOT NULL,        -- empty where it has none
  payload jsonb NOT NULL,
  reasons jsonb NOT NULL,                -- problems, each with field, detail and remedy
  received_at timestamptz NOT NULL,
  state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'replayed', 'discarded')),
  settled_by text,
  settled_at timestamptz,
  order_id bigint,                       -- what the replay made of it
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX oms_invalid_order_open ON oms_invalid_order (tenant_id, received_at) WHERE state = 'open';
CREATE INDEX oms_invalid_order_waiting ON oms_invalid_order (tenant_id, source, channel_order_id) WHERE state = 'open';
SELECT protect('oms_invalid_order');

-- A channel's cancellation that came before its order: the order is cancelled when it comes.
CREATE TABLE oms_early_cancel (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  channel text NOT NULL,
  channel_order_id text NOT NULL,
  reason text NOT NULL,
  lines jsonb NOT NULL,                  -- pairs of line number and quantity; empty for the whole order
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, channel, channel_order_id)
);
SELECT protect('oms_early_cancel');

-- Whose turn it is to capture a large batch: locked by who captures one, until it is committed. One row a tenant, made by the first.
CREATE TABLE oms_capture_turn (
  tenant_id bigint PRIMARY KEY REFERENCES people_tenant
);
SELECT protect('oms_capture_turn');

CREATE TABLE oms_tariff (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  carrier text NOT NULL,
  service text NOT NULL,
  zones jsonb NOT NULL,                  -- see freight.tariffs: bands by distance and country, base and rate per started kg, days
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, carrier, service)
);
SELECT protect('oms_tariff');

CREATE TABLE oms_safety_stock (
  tenant_id bigint NOT NULL,
  node_id bigint NOT NULL,
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity >= 0),
  PRIMARY KEY (tenant_id, node_id, item_id, owner_id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
);
SELECT protect('oms_safety_stock');

-- The last figure each node reported for an item, with its sequence there: what heals a lost message, and shows any gap.
CREATE TABLE oms_reported_stock (
  tenant_id bigint NOT NULL,
  node_id bigint NOT NULL,
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  on_hand bigint NOT NULL CHECK (on_hand >= 0),
  sequence bigint NOT NULL,
  reported_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, node_id, item_id, owner_id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
) WITH (fillfactor = 80);
SELECT protect('oms_reported_stock');

CREATE TABLE oms_incoming (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  receipt_number text NOT NULL,
  node_id bigint NOT NULL,
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  due_at timestamptz NOT NULL,
  settled_at timestamptz,                -- received, or given up
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, receipt_number, item_id, owner_id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
);
CREATE INDEX oms_incoming_open ON oms_incoming (tenant_id, item_id) WHERE settled_at IS NULL;
SELECT protect('oms_incoming');

CREATE TABLE oms_sourcing_decision (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  order_id bigint NOT NULL,
  rule text NOT NULL,
  explanation jsonb NOT NULL,            -- candidates, costs, reasons: sourcing.rules.explain
  decided_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES oms_order (tenant_id, id)
);
CREATE INDEX oms_sourcing_decision_order ON oms_sourcing_decision (tenant_id, order_id);
SELECT protect('oms_sourcing_decision', immutable => true);

-- A promise: units of a line at a node. Released units leave the reservation for a release line.
CREATE TABLE oms_reservation (
  tenant_id bigint NOT NULL,
  order_line_id bigint NOT NULL,
  node_id bigint NOT NULL,
  order_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity >= 0),
  PRIMARY KEY (tenant_id, order_line_id, node_id),
  FOREIGN KEY (tenant_id, order_line_id) REFERENCES oms_order_line (tenant_id, id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id)
) WITH (fillfactor = 80);
CREATE INDEX oms_reservation_order ON oms_reservation (tenant_id, order_id) WHERE quantity > 0;
SELECT protect('oms_reservation');

-- A node that rejected or shorted a line is not asked for it again; one that was short may be, once it has got new stock of the item.
CREATE TABLE oms_node_refusal (
  tenant_id bigint NOT NULL,
  order_line_id bigint NOT NULL,
  node_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('rejected', 'short')),
  reason text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, order_line_id, node_id),
  FOREIGN KEY (tenant_id, order_line_id) REFERENCES oms_order_line (tenant_id, id)
);
SELECT protect('oms_node_refusal');

CREATE TABLE oms_release (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  number text NOT NULL,                  -- order number/1, /2 ...
  order_id bigint NOT NULL,
  node_id bigint NOT NULL,
  state text NOT NULL CHECK (state IN ('sent', 'accepted', 'rejected', 'waved', 'picking', 'picked', 'packed', 'shipped', 'shorted', 'cancelled')),
  sent_at timestamptz NOT NULL,
  ship_by timestamptz NOT NULL,
  rejection text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, order_id) REFERENCES oms_order (tenant_id, id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id)
) WITH (fillfactor = 85);
CREATE INDEX oms_release_order ON oms_release (tenant_id, order_id);
SELECT protect('oms_release');

CREATE TABLE oms_release_line (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  release_id bigint NOT NULL,
  line_number integer NOT NULL,          -- as in the order
  order_line_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  shipped integer NOT NULL DEFAULT 0 CHECK (shipped >= 0),
  shorted integer NOT NULL DEFAULT 0 CHECK (shorted >= 0),     -- rejected by the node counts as shorted
  cancelled integer NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
  asked_back integer NOT NULL DEFAULT 0, -- ever, for whatever reason: what of it is not cancelled yet is on its way back
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, release_id, line_number),
  FOREIGN KEY (tenant_id, release_id) REFERENCES oms_release (tenant_id, id),
  FOREIGN KEY (tenant_id, order_line_id) REFERENCES oms_order_line (tenant_id, id),
  CONSTRAINT release_line_adds_up CHECK (shipped + shorted + cancelled <= quantity),
  CONSTRAINT no_more_asked_back_than_sent CHECK (asked_back BETWEEN 0 AND quantity)
) WITH (fillfactor = 80);
CREATE INDEX oms_release_line_order_line ON oms_release_line (tenant_id, order_line_id);
SELECT protect('oms_release_line');

CREATE TABLE oms_shipment (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  number text NOT NULL,                  -- the node's
  release_id bigint NOT NULL,
  order_id bigint NOT NULL,
  node_id bigint NOT NULL,
  carrier text NOT NULL,
  service text NOT NULL,
  shipped_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, number),
  FOREIGN KEY (tenant_id, release_id) REFERENCES oms_release (tenant_id, id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES oms_order (tenant_id, id)
);
CREATE INDEX oms_shipment_order ON oms_shipment (tenant_id, order_id);
SELECT protect('oms_shipment');

CREATE TABLE oms_parcel (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  shipment_id bigint NOT NULL,
  sscc char(18) NOT NULL,
  tracking text NOT NULL,
  weight_grams integer NOT NULL CHECK (weight_grams >= 0),
  delivered_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, shipment_id) REFERENCES oms_shipment (tenant_id, id)
);
CREATE INDEX oms_parcel_shipment ON oms_parcel (tenant_id, shipment_id);
CREATE INDEX oms_parcel_tracking ON oms_parcel (tenant_id, tracking);
SELECT protect('oms_parcel');

CREATE TABLE oms_parcel_line (
  tenant_id bigint NOT NULL,
  parcel_id bigint NOT NULL,
  position integer NOT NULL,
  release_line_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  lot_number text NOT NULL DEFAULT '',
  serial_number text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, parcel_id, position),
  FOREIGN KEY (tenant_id, parcel_id) REFERENCES oms_parcel (tenant_id, id),
  FOREIGN KEY (tenant_id, release_line_id) REFERENCES oms_release_line (tenant_id, id)
);
SELECT protect('oms_parcel_line');

CREATE TABLE oms_return (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  number text NOT NULL,
  order_id bigint NOT NULL,
  node_id bigint NOT NULL,               -- where it goes back to
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('requested', 'authorized', 'declined', 'in_transit', 'received', 'graded', 'refunded', 'exchanged', 'closed')),
  authorized_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, number),
  FOREIGN KEY (tenant_id, order_id) REFERENCES oms_order (tenant_id, id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id)
);
CREATE INDEX oms_return_order ON oms_return (tenant_id, order_id);
SELECT protect('oms_return');

CREATE TABLE oms_return_line (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  return_id bigint NOT NULL,
  line_number integer NOT NULL,
  order_line_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  received integer NOT NULL DEFAULT 0 CHECK (received BETWEEN 0 AND quantity),
  restocked integer NOT NULL DEFAULT 0 CHECK (restocked BETWEEN 0 AND received),
  refund_amount numeric(14, 4) NOT NULL DEFAULT 0 CHECK (refund_amount >= 0),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, return_id, line_number),
  FOREIGN KEY (tenant_id, return_id) REFERENCES oms_return (tenant_id, id),
  FOREIGN KEY (tenant_id, order_line_id) REFERENCES oms_order_line (tenant_id, id)
);
CREATE INDEX oms_return_line_order_line ON oms_return_line (tenant_id, order_line_id);
SELECT protect('oms_return_line');

-- One action on many orders: rehearsed first, then done to exactly the orders that were shown, as they were shown.
CREATE TABLE oms_bulk (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  verb text NOT NULL CHECK (verb IN ('release', 'recall', 'hold', 'lift', 'cancel', 'source_again')),
  arguments jsonb NOT NULL,              -- kind, reason, release: what the verb asks for
  asked_by text NOT NULL,
  asked_at timestamptz NOT NULL,
  started_at timestamptz,                -- when somebody said: do it; NULL while it is only a rehearsal
  finished_at timestamptz,
  undoes bigint,                         -- the action this one takes back
  PRIMARY KEY (tenant_id, id)
);
SELECT protect('oms_bulk');

CREATE TABLE oms_bulk_order (
  tenant_id bigint NOT NULL,
  bulk_id bigint NOT NULL,
  place integer NOT NULL,                -- in the order they were listed
  order_id bigint NOT NULL,
  seen jsonb,                            -- the order as it stood when it was rehearsed; NULL until then
  foreseen jsonb,                        -- as the rehearsal left it; NULL where it was refused
  why_not text NOT NULL DEFAULT '',      -- why it was refused, in the rehearsal or when it was done
  done jsonb,                            -- as the action left it
  outcome text NOT NULL DEFAULT '' CHECK (outcome IN ('', 'done', 'changed', 'refused')),
  PRIMARY KEY (tenant_id, bulk_id, place),
  FOREIGN KEY (tenant_id, bulk_id) REFERENCES oms_bulk (tenant_id, id),
  FOREIGN KEY (tenant_id, order_id) REFERENCES oms_order (tenant_id, id)
);
SELECT protect('oms_bulk_order');

CREATE VIEW exam.promises_equal_lines WITH (security_invoker = true) AS
  SELECT tenant_id, item_id, owner_id, sum(promised) AS promised, sum(wanted) AS wanted FROM (
    SELECT tenant_id, item_id, owner_id, balance AS promised, 0 AS wanted FROM ledger_account
      WHERE book = 'promise' AND state IN ('reserved', 'released')
    UNION ALL SELECT tenant_id, item_id, owner_id, 0, reserved + released FROM oms_order_line) both_sides
  GROUP BY tenant_id, item_id, owner_id HAVING sum(promised) <> sum(wanted);

CREATE VIEW exam.reservations_equal_lines WITH (security_invoker = true) AS
  SELECT l.tenant_id, l.id AS order_line_id, l.reserved, coalesce(r.quantity, 0) AS promised
  FROM oms_order_line l
  LEFT JOIN (SELECT tenant_id, order_line_id, sum(quantity) AS quantity FROM oms_reservation GROUP BY tenant_id, order_line_id) r
    ON r.tenant_id = l.tenant_id AND r.order_line_id = l.id
  WHERE l.reserved <> coalesce(r.quantity, 0);

CREATE VIEW exam.releases_equal_lines WITH (security_invoker = true) AS
  SELECT l.tenant_id, l.id AS order_line_id, l.released, l.shipped, coalesce(r.open, 0) AS open, coalesce(r.shipped, 0) AS shipped_by_releases
  FROM oms_order_line l
  LEFT JOIN (SELECT tenant_id, order_line_id, sum(quantity - shipped - shorted - cancelled) AS open, sum(shipped) AS shipped
             FROM oms_release_line GROUP BY tenant_id, order_line_id) r
    ON r.tenant_id = l.tenant_id AND r.order_line_id = l.id
  WHERE l.released <> coalesce(r.open, 0) OR l.shipped <> coalesce(r.shipped, 0);

CREATE VIEW exam.line_counts_add_up WITH (security_invoker = true) AS
  SELECT tenant_id, id AS order_line_id FROM oms_order_line
  WHERE ordered <> cancelled + backordered + reserved + released + shipped OR returned > shipped OR shipped > ordered;

CREATE VIEW exam.shipped_units_have_parcels WITH (security_invoker = true) AS
  SELECT l.tenant_id, l.id AS release_line_id, l.shipped, coalesce(p.quantity, 0) AS in_parcels
  FROM oms_release_line l
  LEFT JOIN (SELECT tenant_id, release_line_id, sum(quantity) AS quantity FROM oms_parcel_line GROUP BY tenant_id, release_line_id) p
    ON p.tenant_id = l.tenant_id AND p.release_line_id = l.id
  WHERE l.shipped <> coalesce(p.quantity, 0);

CREATE VIEW exam.order_worth_equals_lines WITH (security_invoker = true) AS
  SELECT o.tenant_id, o.id AS order_id, o.goods, coalesce(l.goods, 0) AS goods_of_lines
  FROM oms_order o
  LEFT JOIN (SELECT tenant_id, order_id, sum(ordered * unit_price) AS goods FROM oms_order_line GROUP BY tenant_id, order_id) l
    ON l.tenant_id = o.tenant_id AND l.order_id = o.id
  WHERE o.goods <> coalesce(l.goods, 0);

CREATE VIEW exam.one_order_per_channel_order WITH (security_invoker = true) AS
  SELECT tenant_id, channel_id, channel_order_id, count(*) AS orders FROM oms_order
  GROUP BY tenant_id, channel_id, channel_order_id HAVING count(*) > 1;

CREATE VIEW exam.held_order_has_no_open_release WITH (security_invoker = true) AS
  SELECT h.tenant_id, h.order_id, r.id AS release_id
  FROM oms_hold h JOIN oms_release r ON r.tenant_id = h.tenant_id AND r.order_id = h.order_id
  WHERE h.lifted_at IS NULL AND r.state IN ('sent', 'accepted', 'waved') AND r.sent_at > h.placed_at;

CREATE VIEW exam.refunds_at_most_paid WITH (security_invoker = true) AS
  SELECT l.tenant_id, l.id AS order_line_id, sum(r.refund_amount) AS refunded
  FROM oms_order_line l JOIN oms_return_line r ON r.tenant_id = l.tenant_id AND r.order_line_id = l.id
  GROUP BY l.tenant_id, l.id, l.unit_price, l.ordered HAVING sum(r.refund_amount) > l.unit_price * l.ordered;

-- What the node's own ledger last reported against our projection of it. In one quiet database every row is a defect;
-- while messages are on their way a gap is their size, and closes when they arrive.
CREATE VIEW exam.promise_book_equals_report WITH (security_invoker = true) AS
  SELECT s.tenant_id, s.node_id, s.item_id, s.owner_id, s.on_hand AS reported, coalesce(a.on_hand, 0) AS projected
  FROM oms_reported_stock s
  LEFT JOIN (SELECT tenant_id, node_id, item_id, owner_id, sum(balance) AS on_hand FROM ledger_account
             WHERE book = 'promise' AND state IN ('available', 'reserved', 'released', 'safety', 'shortage')
             GROUP BY tenant_id, node_id, item_id, owner_id) a USING (tenant_id, node_id, item_id, owner_id)
  WHERE s.on_hand <> coalesce(a.on_hand, 0);

-- What the console's search finds orders by. A phone number is compared from its end: 07700 900123 and +44 7700 900123 are one.
CREATE INDEX oms_customer_phone ON oms_customer (tenant_id, (reverse(regexp_replace(phone, '[^0-9]', '', 'g')))) WHERE phone <> '';
CREATE INDEX oms_parcel_sscc ON oms_parcel (tenant_id, sscc);

-- What nodes owe: read when somebody catches up with what a dead process left (ADR 11).
CREATE INDEX ledger_account_owed ON ledger_account (tenant_id, node_id, item_id, owner_id) WHERE state = 'shortage';

-- The orders behind an item's figures.
CREATE INDEX oms_order_line_item ON oms_order_line (tenant_id, item_id, id);
