-- The floor: where things lie, what comes in, what must go out, who does it, scan by scan.

CREATE TABLE wms_site (
  tenant_id bigint NOT NULL,
  node_id bigint NOT NULL,
  geometry jsonb NOT NULL,               -- aisles, cross aisles, depot in meters: routing.Geometry
  wall_key integer NOT NULL DEFAULT 1,   -- part of the signed address of its wall; one more closes the old ones
  PRIMARY KEY (tenant_id, node_id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id)
);
SELECT protect('wms_site');

CREATE TABLE wms_zone (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  code text NOT NULL,
  name text NOT NULL DEFAULT '',
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, code),
  FOREIGN KEY (tenant_id, node_id) REFERENCES wms_site (tenant_id, node_id)
);
SELECT protect('wms_zone');

CREATE TABLE wms_location (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  zone_id bigint NOT NULL,
  code text NOT NULL CHECK (length(code) BETWEEN 1 AND 32),
  kind text NOT NULL CHECK (kind IN ('bin', 'dock', 'staging', 'pack_bench')),
  aisle integer,                         -- index into the site's aisles; NULL off the pick path
  x double precision NOT NULL DEFAULT 0, -- meters
  y double precision NOT NULL DEFAULT 0,
  level integer NOT NULL DEFAULT 0,
  pick_order integer NOT NULL DEFAULT 0,
  travel double precision NOT NULL DEFAULT 0,             -- meters from the depot, a level counting as one
  capacity_units integer CHECK (capacity_units > 0),      -- NULL for no limit
  capacity_grams bigint CHECK (capacity_grams > 0),
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, code),
  FOREIGN KEY (tenant_id, zone_id) REFERENCES wms_zone (tenant_id, id),
  CHECK (kind <> 'bin' OR aisle IS NOT NULL)
);
SELECT protect('wms_location');

-- Anything that carries stock and moves: totes come back, parcels leave. A pallet or parcel is labelled with an SSCC.
CREATE TABLE wms_handling_unit (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('tote', 'cart', 'pallet', 'parcel')),
  code text NOT NULL,                    -- its label; an SSCC for pallets and parcels
  parent_id bigint,
  outbound_id bigint,                    -- the order a tote now carries; NULL when free
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, code),
  FOREIGN KEY (tenant_id, node_id) REFERENCES wms_site (tenant_id, node_id),
  CHECK (parent_id IS NULL OR parent_id <> id)
) WITH (fillfactor = 85);
CREATE INDEX wms_handling_unit_carries ON wms_handling_unit (tenant_id, outbound_id) WHERE outbound_id IS NOT NULL;
SELECT protect('wms_handling_unit');

-- The node's own total of good stock per item, and the sequence of its changes: what InventoryChanged tells.
CREATE TABLE wms_node_stock (
  tenant_id bigint NOT NULL,
  node_id bigint NOT NULL,
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  on_hand bigint NOT NULL CHECK (on_hand >= 0),
  sequence bigint NOT NULL,
  PRIMARY KEY (tenant_id, node_id, item_id, owner_id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
) WITH (fillfactor = 80);
SELECT protect('wms_node_stock');

CREATE TABLE wms_receipt (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  number text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('asn', 'blind', 'return')),
  supplier text NOT NULL DEFAULT '',
  reference text NOT NULL DEFAULT '',    -- a return's order number, a purchase order
  dock_id bigint,                        -- where it is unloaded; NULL until it arrives
  state text NOT NULL CHECK (state IN ('expected', 'arrived', 'counting', 'closed')),
  expected_at timestamptz,
  arrived_at timestamptz,
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, number),
  FOREIGN KEY (tenant_id, node_id) REFERENCES wms_site (tenant_id, node_id),
  FOREIGN KEY (tenant_id, dock_id) REFERENCES wms_location (tenant_id, id),
  CHECK (state = 'expected' OR dock_id IS NOT NULL)
);
SELECT protect('wms_receipt');

CREATE TABLE wms_receipt_line (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  receipt_id bigint NOT NULL,
  line_number integer NOT NULL,
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  expected integer NOT NULL DEFAULT 0 CHECK (expected >= 0),
  good integer NOT NULL DEFAULT 0 CHECK (good >= 0),
  damaged integer NOT NULL DEFAULT 0 CHECK (damaged >= 0),
  ungraded integer NOT NULL DEFAULT 0 CHECK (ungraded >= 0),  -- returned units that nobody has judged yet
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, receipt_id, line_number),
  FOREIGN KEY (tenant_id, receipt_id) REFERENCES wms_receipt (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
) WITH (fillfactor = 85);
SELECT protect('wms_receipt_line');

-- Something that went otherwise than planned, and who must look at it.
CREATE TABLE wms_exception (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('over', 'short', 'damaged', 'unknown', 'short_pick', 'count_variance', 'conflict')),
  subject_kind text NOT NULL,
  subject_id bigint NOT NULL,
  facts jsonb NOT NULL,
  owner text NOT NULL,                   -- the role, badge or person that must settle it
  raised_at timestamptz NOT NULL,
  noted text NOT NULL DEFAULT '',        -- the latest note; all of them stand in its story
  settled_at timestamptz,
  settled_by text,
  outcome text NOT NULL DEFAULT '',      -- what was done about it
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX wms_exception_open ON wms_exception (tenant_id, node_id, raised_at) WHERE settled_at IS NULL;
SELECT protect('wms_exception');

-- Goods on a dock, bench or tote that must go to a bin: receipts to put away, picks to put back.
CREATE TABLE wms_putaway_task (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  kind text NOT NULL CHECK (kind IN ('putaway', 'putback')),
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  lot_id bigint NOT NULL DEFAULT 0,
  quantity integer NOT NULL CHECK (quantity > 0),
  done integer NOT NULL DEFAULT 0 CHECK (done BETWEEN 0 AND quantity),
  source_place_id bigint NOT NULL,       -- dock location, tote or parcel
  location_id bigint NOT NULL,           -- suggested bin
  state text NOT NULL CHECK (state IN ('ready', 'done', 'cancelled')),
  badge text,                            -- who took it
  outbound_line_id bigint,               -- put back: the line whose stock is free again when it lies in its bin
  receipt_id bigint,
  created_at timestamptz NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES wms_site (tenant_id, node_id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id),
  FOREIGN KEY (tenant_id, location_id) REFERENCES wms_location (tenant_id, id)
) WITH (fillfactor = 85);
CREATE INDEX wms_putaway_task_ready ON wms_putaway_task (tenant_id, node_id, created_at) WHERE state = 'ready';
CREATE INDEX wms_putaway_task_line ON wms_putaway_task (tenant_id, outbound_line_id) WHERE outbound_line_id IS NOT NULL;
CREATE INDEX wms_putaway_task_bin ON wms_putaway_task (tenant_id, location_id) WHERE state = 'ready';
SELECT protect('wms_putaway_task');

-- A release this node accepted: the order as the floor knows it.
CREATE TABLE wms_outbound (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  release_number text NOT NULL,
  order_number text NOT NULL,
  state text NOT NULL CHECK (state IN ('accepted', 'waved', 'picking', 'picked', 'packed', 'shipped', 'shorted', 'cancelled')),  -- derived by derive_outbounds.sql
  priority smallint NOT NULL,
  carrier text NOT NULL,
  service text NOT NULL,
  ship_to jsonb NOT NULL,
  ship_by timestamptz NOT NULL,
  accepted_at timestamptz NOT NULL,
  wave_id bigint,
  picking_started_at timestamptz,        -- when the first picker set out for it
  cancel_wanted boolean NOT NULL DEFAULT false,   -- the next scan says stop
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, release_number),
  FOREIGN KEY (tenant_id, node_id) REFERENCES wms_site (tenant_id, node_id)
) WITH (fillfactor = 80);
CREATE INDEX wms_outbound_to_wave ON wms_outbound (tenant_id, node_id, priority, ship_by)
  WHERE state IN ('accepted', 'waved', 'picking', 'picked');
CREATE INDEX wms_outbound_wave ON wms_outbound (tenant_id, wave_id) WHERE wave_id IS NOT NULL;
SELECT protect('wms_outbound');

CREATE TABLE wms_outbound_line (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  outbound_id bigint NOT NULL,
  line_number integer NOT NULL,
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  waiting integer NOT NULL CHECK (waiting >= 0),               -- not allocated to bins yet
  allocated integer NOT NULL DEFAULT 0 CHECK (allocated >= 0),
  picked integer NOT NULL DEFAULT 0 CHECK (picked >= 0),       -- in a tote
  packed integer NOT NULL DEFAULT 0 CHECK (packed >= 0),       -- in a parcel
  shipped integer NOT NULL DEFAULT 0 CHECK (shipped >= 0),
  shorted integer NOT NULL DEFAULT 0 CHECK (shorted >= 0),
  putting_back integer NOT NULL DEFAULT 0 CHECK (putting_back >= 0),  -- cancelled, on the way back to a bin
  cancelled integer NOT NULL DEFAULT 0 CHECK (cancelled >= 0),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, outbound_id, line_number),
  FOREIGN KEY (tenant_id, outbound_id) REFERENCES wms_outbound (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id),
  CONSTRAINT outbound_line_adds_up
    CHECK (quantity = waiting + allocated + picked + packed + shipped + shorted + putting_back + cancelled)
) WITH (fillfactor = 75);
SELECT protect('wms_outbound_line');

-- A cancellation that arrived before its release: the release is cancelled on arrival.
CREATE TABLE wms_early_cancel (
  tenant_id bigint NOT NULL,
  node_id bigint NOT NULL,
  release_number text NOT NULL,
  lines jsonb,                           -- NULL for the whole release; else [[line_number, quantity], ...]
  received_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, node_id, release_number),
  FOREIGN KEY (tenant_id, node_id) REFERENCES catalog_node (tenant_id, id)
);
SELECT protect('wms_early_cancel');

CREATE TABLE wms_wave (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  number text NOT NULL,
  state text NOT NULL CHECK (state IN ('planned', 'released', 'done', 'cancelled')),
  strategy text NOT NULL,
  cutoff_at timestamptz,
  planned_at timestamptz NOT NULL,
  released_at timestamptz,
  done_at timestamptz,
  orders integer NOT NULL DEFAULT 0,
  lines integer NOT NULL DEFAULT 0,
  units bigint NOT NULL DEFAULT 0,
  meters double precision NOT NULL DEFAULT 0,          -- of its tours
  meters_order_by_order double precision NOT NULL DEFAULT 0,  -- S-shape, one order a tour
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, number),
  FOREIGN KEY (tenant_id, node_id) REFERENCES wms_site (tenant_id, node_id)
);
SELECT protect('wms_wave');

-- One walk of one picker.
CREATE TABLE wms_tour (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  wave_id bigint NOT NULL,
  node_id bigint NOT NULL,
  number text NOT NULL,
  strategy text NOT NULL,
  badge text,                            -- who walks it
  state text NOT NULL CHECK (state IN ('ready', 'started', 'done')),
  meters double precision NOT NULL,
  path jsonb NOT NULL,                   -- way points in meters, for the map
  started_at timestamptz,
  done_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, number),
  FOREIGN KEY (tenant_id, wave_id) REFERENCES wms_wave (tenant_id, id)
);
CREATE INDEX wms_tour_open ON wms_tour (tenant_id, node_id, id) WHERE state <> 'done';
CREATE UNIQUE INDEX wms_tour_walked ON wms_tour (tenant_id, badge) WHERE state = 'started';  -- nobody walks two tours at once
SELECT protect('wms_tour');

CREATE TABLE wms_pick_task (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  tour_id bigint NOT NULL,
  sequence integer NOT NULL,             -- along the tour
  outbound_id bigint NOT NULL,
  outbound_line_id bigint NOT NULL,
  item_id bigint NOT NULL,
  owner_id bigint NOT NULL,
  lot_id bigint NOT NULL DEFAULT 0,
  location_id bigint NOT NULL,
  quantity integer NOT NULL CHECK (quantity > 0),
  picked integer NOT NULL DEFAULT 0 CHECK (picked BETWEEN 0 AND quantity),
  state text NOT NULL CHECK (state IN ('ready', 'started', 'picked', 'short', 'cancelled')),
  tote_id bigint,                        -- where it went
  badge text,
  done_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, tour_id) REFERENCES wms_tour (tenant_id, id),
  FOREIGN KEY (tenant_id, outbound_line_id) REFERENCES wms_outbound_line (tenant_id, id),
  FOREIGN KEY (tenant_id, location_id) REFERENCES wms_location (tenant_id, id),
  CHECK (state <> 'picked' OR picked = quantity)
) WITH (fillfactor = 80);
CREATE INDEX wms_pick_task_tour ON wms_pick_task (tenant_id, tour_id, sequence);
CREATE INDEX wms_pick_task_line ON wms_pick_task (tenant_id, outbound_line_id);
CREATE INDEX wms_pick_task_done ON wms_pick_task (tenant_id, done_at) INCLUDE (location_id) WHERE done_at IS NOT NULL;  -- heat of picks
CREATE INDEX wms_pick_task_open ON wms_pick_task (tenant_id, location_id, item_id) WHERE state IN ('ready', 'started');
SELECT protect('wms_pick_task');

-- A parcel is a handling unit that leaves. Its id is the handling unit's.
CREATE TABLE wms_parcel (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  outbound_id bigint NOT NULL,
  node_id bigint NOT NULL,
  sscc char(18) NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'packed', 'labelled', 'manifested', 'shipped', 'voided')),
  weight_grams integer NOT NULL DEFAULT 0 CHECK (weight_grams >= 0),
  carrier text NOT NULL,
  service text NOT NULL,
  tracking text NOT NULL DEFAULT '',
  cost_minor integer NOT NULL DEFAULT 0,
  manifest_id bigint,
  packed_by text NOT NULL DEFAULT '',
  carton text NOT NULL DEFAULT '',       -- a wms_carton's code, as it was when it was packed
  packed_at timestamptz,
  shipped_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, sscc),
  FOREIGN KEY (tenant_id, id) REFERENCES wms_handling_unit (tenant_id, id),
  FOREIGN KEY (tenant_id, outbound_id) REFERENCES wms_outbound (tenant_id, id),
  CHECK (state NOT IN ('labelled', 'manifested', 'shipped') OR tracking <> '')
) WITH (fillfactor = 80);
CREATE INDEX wms_parcel_outbound ON wms_parcel (tenant_id, outbound_id);
CREATE INDEX wms_parcel_to_ship ON wms_parcel (tenant_id, node_id) WHERE state IN ('labelled', 'manifested');
SELECT protect('wms_parcel');

CREATE TABLE wms_parcel_line (
  tenant_id bigint NOT NULL,
  parcel_id bigint NOT NULL,
  outbound_line_id bigint NOT NULL,
  lot_id bigint NOT NULL DEFAULT 0,
  quantity integer NOT NULL CHECK (quantity >= 0),   -- 0 once unpacked
  PRIMARY KEY (tenant_id, parcel_id, outbound_line_id, lot_id),
  FOREIGN KEY (tenant_id, parcel_id) REFERENCES wms_parcel (tenant_id, id),
  FOREIGN KEY (tenant_id, outbound_line_id) REFERENCES wms_outbound_line (tenant_id, id)
);
SELECT protect('wms_parcel_line');

-- Labels bought: the key makes a repeated purchase find the first, so that one parcel pays once.
CREATE TABLE wms_label (
  tenant_id bigint NOT NULL,
  purchase_key text NOT NULL,            -- parcel id and attempt
  parcel_id bigint NOT NULL,
  carrier text NOT NULL,
  tracking text NOT NULL,
  zpl text NOT NULL,
  cost_minor integer NOT NULL,
  bought_at timestamptz NOT NULL,
  void_wanted_at timestamptz,            -- no longer on its parcel; the carrier is to be told
  voided_at timestamptz,                 -- the carrier said it is void
  PRIMARY KEY (tenant_id, purchase_key),
  FOREIGN KEY (tenant_id, parcel_id) REFERENCES wms_parcel (tenant_id, id)
);
CREATE INDEX wms_label_parcel ON wms_label (tenant_id, parcel_id);
CREATE INDEX wms_label_to_void ON wms_label (tenant_id, void_wanted_at) WHERE void_wanted_at IS NOT NULL AND voided_at IS NULL;
SELECT protect('wms_label');

CREATE TABLE wms_manifest (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  number text NOT NULL,
  carrier text NOT NULL,
  state text NOT NULL CHECK (state IN ('open', 'closed')),
  closed_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, node_id, number),
  FOREIGN KEY (tenant_id, node_id) REFERENCES wms_site (tenant_id, node_id)
);
SELECT protect('wms_manifest');

CREATE TABLE wms_count_task (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  location_id bigint NOT NULL,
  item_id bigint NOT NULL,
  reason text NOT NULL,
  state text NOT NULL CHECK (state IN ('ready', 'counted', 'approved', 'cancelled')),
  expected integer,                      -- in the book when it was counted; the count itself is blind
  counted integer CHECK (counted >= 0),
  assigned_to text,                      -- the badge asked to count; NULL for anybody
  badge text,                            -- who counted
  created_at timestamptz NOT NULL,
  counted_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, location_id) REFERENCES wms_location (tenant_id, id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
);
CREATE UNIQUE INDEX wms_count_task_one ON wms_count_task (tenant_id, location_id, item_id) WHERE state = 'ready';
SELECT protect('wms_count_task');

-- A person at work on one device in one flow; the flow's state lives here, so any scanner can go on with it.
CREATE TABLE wms_floor_session (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  node_id bigint NOT NULL,
  badge text NOT NULL,
  device text NOT NULL,
  flow text NOT NULL,
  state jsonb NOT NULL,
  serial bigint NOT NULL DEFAULT 0,      -- scans taken
  opened_at timestamptz NOT NULL,
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, node_id) REFERENCES wms_site (tenant_id, node_id)
) WITH (fillfactor = 70);
CREATE INDEX wms_floor_session_open ON wms_floor_session (tenant_id, node_id, badge) WHERE ended_at IS NULL;
SELECT protect('wms_floor_session');

CREATE TABLE wms_scan (
  tenant_id bigint NOT NULL,
  scan_id uuid NOT NULL,                 -- made by the scanner: the same id is answered, not done, a second time
  session_id bigint NOT NULL,
  serial bigint NOT NULL,
  text text NOT NULL,
  quantity integer,
  at timestamptz NOT NULL,               -- by the scanner's clock, for people; order is the serial
  refused boolean NOT NULL,
  answer jsonb NOT NULL,
  PRIMARY KEY (tenant_id, scan_id),
  FOREIGN KEY (tenant_id, session_id) REFERENCES wms_floor_session (tenant_id, id)
);
CREATE INDEX wms_scan_session ON wms_scan (tenant_id, session_id, serial);
SELECT protect('wms_scan', immutable => true);
GRANT DELETE ON wms_scan TO orderhouse_app;  -- never changed; forgotten with its session long after nobody sends it again

-- Serial references of SSCCs: 10^10 of them (extension digit and nine digits) before one could come again.
CREATE SEQUENCE wms_sscc_serial MINVALUE 0 MAXVALUE 9999999999 CYCLE;
GRANT USAGE ON SEQUENCE wms_sscc_serial TO orderhouse_app;

-- Numbers people read on waves, tours, manifests and blind receipts, counted by node.
CREATE TABLE wms_counter (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  node_id bigint NOT NULL,
  kind text NOT NULL,
  last bigint NOT NULL,
  PRIMARY KEY (tenant_id, node_id, kind)
);
SELECT protect('wms_counter');

-- Cartons of the pack benches: inner edges, what one weighs, what it may weigh with its contents (0: no limit).
CREATE TABLE wms_carton (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  code text NOT NULL CHECK (length(code) BETWEEN 1 AND 32),
  name text NOT NULL DEFAULT '',
  length_mm integer NOT NULL CHECK (length_mm > 0),
  width_mm integer NOT NULL CHECK (width_mm > 0),
  height_mm integer NOT NULL CHECK (height_mm > 0),
  tare_grams integer NOT NULL DEFAULT 0 CHECK (tare_grams >= 0),
  max_grams integer NOT NULL DEFAULT 0 CHECK (max_grams >= 0),
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, code)
);
SELECT protect('wms_carton');

CREATE VIEW exam.allocations_equal_pick_tasks WITH (security_invoker = true) AS
  SELECT tenant_id, place_id, item_id, lot_id, sum(allocated) AS allocated, sum(open) AS open FROM (
    SELECT tenant_id, place_id, item_id, lot_id, balance AS allocated, 0 AS open FROM ledger_account
      WHERE book = 'physical' AND state = 'allocated'
    UNION ALL SELECT tenant_id, location_id, item_id, lot_id, 0, quantity - picked FROM wms_pick_task
      WHERE state IN ('ready', 'started')) both_sides
  GROUP BY tenant_id, place_id, item_id, lot_id HAVING sum(allocated) <> sum(open);

CREATE VIEW exam.outbound_lines_equal_books WITH (security_invoker = true) AS
  SELECT tenant_id, item_id, state, sum(counted) AS counted, sum(booked) AS booked FROM (
    SELECT tenant_id, item_id, 'allocated' AS state, allocated AS counted, 0 AS booked FROM wms_outbound_line
    UNION ALL SELECT tenant_id, item_id, 'in hand', picked + packed + putting_back, 0 FROM wms_outbound_line
    UNION ALL SELECT tenant_id, item_id, CASE state WHEN 'allocated' THEN 'allocated' ELSE 'in hand' END, 0, balance FROM ledger_account
      WHERE book = 'physical' AND state IN ('allocated', 'picked', 'packed')) both_sides
  GROUP BY tenant_id, item_id, state HAVING sum(counted) <> sum(booked);

CREATE VIEW exam.node_stock_equals_book WITH (security_invoker = true) AS
  SELECT tenant_id, node_id, item_id, owner_id, sum(told) AS told, sum(booked) AS booked FROM (
    SELECT tenant_id, node_id, item_id, owner_id, on_hand AS told, 0 AS booked FROM wms_node_stock
    UNION ALL SELECT tenant_id, node_id, item_id, owner_id, 0, balance FROM ledger_account
      WHERE book = 'physical' AND state IN ('good', 'allocated', 'picked', 'packed')) both_sides
  GROUP BY tenant_id, node_id, item_id, owner_id HAVING sum(told) <> sum(booked);

CREATE VIEW exam.shipped_units_picked_and_packed WITH (security_invoker = true) AS
  SELECT l.tenant_id, l.id AS outbound_line_id, l.shipped, coalesce(t.picked, 0) AS picked, coalesce(p.packed, 0) AS packed
  FROM wms_outbound_line l
  LEFT JOIN (SELECT tenant_id, outbound_line_id, sum(picked) AS picked FROM wms_pick_task GROUP BY tenant_id, outbound_line_id) t
    ON t.tenant_id = l.tenant_id AND t.outbound_line_id = l.id
  LEFT JOIN (SELECT tenant_id, outbound_line_id, sum(quantity) AS packed FROM wms_parcel_line GROUP BY tenant_id, outbound_line_id) p
    ON p.tenant_id = l.tenant_id AND p.outbound_line_id = l.id
  WHERE l.shipped > coalesce(t.picked, 0) OR l.shipped > coalesce(p.packed, 0);

CREATE VIEW exam.shipped_units_went_to_the_customer WITH (security_invoker = true) AS
  SELECT tenant_id, item_id, sum(shipped) AS shipped, sum(moved) AS moved FROM (
    SELECT tenant_id, item_id, shipped::bigint AS shipped, 0::bigint AS moved FROM wms_outbound_line
    UNION ALL
    SELECT m.tenant_id, m.item_id, 0, m.quantity FROM ledger_movement m
      JOIN ledger_account a ON a.tenant_id = m.tenant_id AND a.id = m.to_account_id
      WHERE a.book = 'physical' AND a.state = 'customer') both_sides
  GROUP BY tenant_id, item_id HAVING sum(shipped) <> sum(moved);

CREATE VIEW exam.expired_or_held_lot_on_no_open_task WITH (security_invoker = true) AS
  SELECT t.tenant_id, t.id AS pick_task_id, t.lot_id FROM wms_pick_task t
  JOIN ledger_lot l ON l.tenant_id = t.tenant_id AND l.id = t.lot_id
  WHERE t.state IN ('ready', 'started') AND l.held;

CREATE VIEW exam.handling_unit_not_inside_itself WITH (security_invoker = true) AS
  WITH RECURSIVE tree AS (
    SELECT tenant_id, id AS root, parent_id, 1 AS depth FROM wms_handling_unit WHERE parent_id IS NOT NULL
    UNION ALL
    SELECT t.tenant_id, t.root, h.parent_id, t.depth + 1 FROM tree t
      JOIN wms_handling_unit h ON h.tenant_id = t.tenant_id AND h.id = t.parent_id
      WHERE h.parent_id IS NOT NULL AND t.depth < 64)
  SELECT DISTINCT tenant_id, root AS handling_unit_id FROM tree WHERE parent_id = root;

CREATE VIEW exam.sscc_used_once WITH (security_invoker = true) AS
  SELECT tenant_id, sscc, count(*) AS parcels FROM wms_parcel GROUP BY tenant_id, sscc HAVING count(*) > 1;

-- The manager's day: what is open, and where it stands. One definition for every figure of a board and for the rows it counts.
CREATE INDEX wms_outbound_open ON wms_outbound (tenant_id, node_id, ship_by)
  WHERE state IN ('accepted', 'waved', 'picking', 'picked', 'packed');
CREATE INDEX wms_count_task_open ON wms_count_task (tenant_id, node_id) WHERE state IN ('ready', 'counted');
CREATE INDEX wms_count_task_place ON wms_count_task (tenant_id, location_id, id);
CREATE INDEX wms_receipt_open ON wms_receipt (tenant_id, node_id, id) WHERE state <> 'closed';

-- An outbound that has not left, at the stage of its least advanced parcel once all of it is packed.
CREATE VIEW wms_open_outbound WITH (security_invoker = true) AS
  SELECT o.tenant_id, o.id, o.node_id, o.release_number, o.order_number, o.priority, o.carrier, o.service, o.ship_by,
    o.accepted_at, o.wave_id, o.cancel_wanted,
    CASE WHEN o.state <> 'packed' THEN o.state ELSE coalesce((
      SELECT CASE min(CASE p.state WHEN 'manifested' THEN 2 WHEN 'shipped' THEN 2 WHEN 'labelled' THEN 1 ELSE 0 END)
        WHEN 2 THEN 'manifested' WHEN 1 THEN 'labelled' ELSE 'packed' END
      FROM wms_parcel p WHERE p.tenant_id = o.tenant_id AND p.outbound_id = o.id AND p.state <> 'voided'), 'packed') END AS stage
  FROM wms_outbound o
  WHERE o.state IN ('accepted', 'waved', 'picking', 'picked', 'packed');
GRANT SELECT ON wms_open_outbound TO orderhouse_app;

-- What the console's search finds parcels by.
CREATE INDEX wms_parcel_tracking ON wms_parcel (tenant_id, tracking) WHERE tracking <> '';

-- Where a lot went: the recall list.
CREATE INDEX wms_parcel_line_lot ON wms_parcel_line (tenant_id, lot_id) WHERE lot_id <> 0;
