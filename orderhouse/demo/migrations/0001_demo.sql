-- What the demonstration has beside the business it runs: its clock, and where its goods are not what the books say. Empty elsewhere.

CREATE TABLE demo_pace (
  tenant_id bigint PRIMARY KEY REFERENCES people_tenant,
  seed text NOT NULL,                    -- what its customers are drawn from
  speed real NOT NULL DEFAULT 1 CHECK (speed > 0),
  paused boolean NOT NULL DEFAULT false,
  clock timestamptz NOT NULL,            -- the demo's own time, as it was at
  since timestamptz NOT NULL             -- this moment; from there it runs at the speed
);
SELECT protect('demo_pace');

-- Units that are gone from a bin though the book has them: the next who comes there finds it empty.
CREATE TABLE demo_loss (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  node_id bigint NOT NULL,
  bin text NOT NULL,
  sku text NOT NULL,
  lost_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, node_id, bin, sku)
);
SELECT protect('demo_loss');
