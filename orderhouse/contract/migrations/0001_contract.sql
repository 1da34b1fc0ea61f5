-- What was said between wings and partners: every message out, every message in, once.

CREATE TABLE contract_outbox (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,                    -- the message id; a repeat carries the same
  source text NOT NULL,                  -- oms, wms, or an adapter's name
  destination text NOT NULL,             -- oms, node:CODE, channel:CODE
  type text NOT NULL,
  version smallint NOT NULL,
  subject text NOT NULL,                 -- what it is about: a release number, a node, an order number
  payload jsonb NOT NULL,
  actor text NOT NULL,
  created_at timestamptz NOT NULL,       -- when it was true for the sender
  state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'published', 'dead', 'dropped')),  -- published: kept for a partner who
                                         -- fetches; dropped: somebody gave it up for good, the story of the letter says who and why
  attempts integer NOT NULL DEFAULT 0,
  next_try_at timestamptz,
  claimed_until timestamptz,             -- a worker's lease; past it another may try
  aside boolean NOT NULL DEFAULT false,  -- it failed by itself: it is tried again, but no longer holds back what follows
  error text NOT NULL DEFAULT '',
  delivered_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  CHECK ((state = 'waiting') = (next_try_at IS NOT NULL))
);
CREATE INDEX contract_outbox_waiting ON contract_outbox (tenant_id, next_try_at, id) WHERE state = 'waiting';
CREATE INDEX contract_outbox_queue ON contract_outbox (tenant_id, destination, subject, id) WHERE state = 'waiting';
CREATE INDEX contract_outbox_feed ON contract_outbox (tenant_id, destination, id) WHERE state = 'published';
CREATE INDEX contract_outbox_dead ON contract_outbox (tenant_id, id) WHERE state = 'dead';
CREATE INDEX contract_outbox_subject ON contract_outbox (tenant_id, subject, id);
SELECT protect('contract_outbox');

CREATE TABLE contract_inbox (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  source text NOT NULL,                  -- the wing in this database, or the route its partner stands behind (node:BER)
  message_id bigint NOT NULL,
  destination text NOT NULL,
  type text NOT NULL,
  version smallint NOT NULL,
  subject text NOT NULL,
  received_at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('done', 'refused', 'dropped')),
  refusal jsonb,                         -- the problem, where the receiver said no
  payload jsonb,                         -- kept for refused messages, so that they can be shown and replayed
  PRIMARY KEY (tenant_id, source, message_id),
  CHECK ((state <> 'done') = (refusal IS NOT NULL))
);
CREATE INDEX contract_inbox_refused ON contract_inbox (tenant_id, received_at) WHERE state = 'refused';
SELECT protect('contract_inbox');

-- How a destination is reached when its wing does not stand in this database.
CREATE TABLE contract_route (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  destination text NOT NULL,             -- oms, node:BER, or node:* for all nodes not named
  url text NOT NULL,                     -- the other side's /contract/v1/inbox
  sealed_secret bytea NOT NULL,          -- Standard Webhooks signing secret (whsec_...), sealed under a key that is not in the database
  PRIMARY KEY (tenant_id, destination)
);
SELECT protect('contract_route');

-- The story of an order, a release, a receipt: what happened, who, why. Append only.
CREATE TABLE contract_event (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  subject_kind text NOT NULL,            -- order, release, receipt, wave, parcel, item, return
  subject_id bigint NOT NULL,
  type text NOT NULL,                    -- in the past tense: order-placed, line-backordered
  facts jsonb NOT NULL,
  actor text NOT NULL,
  device text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX contract_event_subject ON contract_event (tenant_id, subject_kind, subject_id, id);
SELECT protect('contract_event', immutable => true);

CREATE VIEW exam.outbox_delivered_or_waiting WITH (security_invoker = true) AS
  SELECT tenant_id, id AS message_id, type, error FROM contract_outbox WHERE state = 'dead';

-- What the page of connections reads: which ways letters go, the latest of each, how long they took. Covers its figures.
CREATE INDEX contract_outbox_way ON contract_outbox (tenant_id, source, destination, created_at, id)
  INCLUDE (state, delivered_at);
CREATE INDEX contract_inbox_way ON contract_inbox (tenant_id, source, destination, received_at, message_id) INCLUDE (state);
-- Letters another installation's receiver said no to: they lie refused over there, and show here.
CREATE INDEX contract_outbox_refused_there ON contract_outbox (tenant_id, source, destination) WHERE state = 'delivered' AND error <> '';
CREATE INDEX contract_inbox_trouble ON contract_inbox (tenant_id, source, destination, received_at, message_id) WHERE state <> 'done';

-- The auditor's findings: each rule's latest look, how far a business is proven, and every violation with who must see to it.
CREATE TABLE contract_examined (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  rule text NOT NULL,
  at timestamptz NOT NULL,
  seconds double precision NOT NULL,
  violations integer NOT NULL,
  PRIMARY KEY (tenant_id, rule)
) WITH (fillfactor = 80);
SELECT protect('contract_examined');

CREATE TABLE contract_auditor (
  tenant_id bigint PRIMARY KEY REFERENCES people_tenant,
  proven_at timestamptz NOT NULL,        -- the snapshot in which every balance was last seen to be what moved
  movements bigint NOT NULL,             -- how many movements that snapshot held
  last_movement_id bigint NOT NULL,      -- the highest id among them
  next_item_id bigint NOT NULL,          -- where the recount of the whole history goes on
  round_began_at timestamptz NOT NULL,
  round_ended_at timestamptz,            -- when the whole history was last recounted to its end
  aged_out_at timestamptz,               -- when the night's work of forgetting was last done to its end
  chain_at timestamptz,                  -- the last look at the chain of what administrators did
  chain_length bigint NOT NULL DEFAULT 0 -- how many of its rows were right then
) WITH (fillfactor = 50);
SELECT protect('contract_auditor');

CREATE TABLE contract_violation (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  rule text NOT NULL,
  key text NOT NULL,                     -- which row breaks it: its ids, as canonical JSON
  facts jsonb NOT NULL,                  -- the row as it was found
  found_at timestamptz NOT NULL,
  raised_at timestamptz,                 -- NULL while a rule that letters on their way may break for a while is given its time
  owner text NOT NULL,                   -- the role or person that must see to it
  cleared_at timestamptz,                -- when it was seen to be right again
  PRIMARY KEY (tenant_id, id)
);
CREATE UNIQUE INDEX contract_violation_open ON contract_violation (tenant_id, rule, key) WHERE cleared_at IS NULL;
SELECT protect('contract_violation');
