-- What is sold and kept, whose it is, and where it may be shipped from.

CREATE TABLE catalog_owner (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code)
);
SELECT protect('catalog_owner');

CREATE TABLE catalog_item (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  owner_id bigint NOT NULL,
  sku text NOT NULL CHECK (length(sku) BETWEEN 1 AND 64),
  name text NOT NULL,
  base_unit text NOT NULL DEFAULT 'each' CHECK (base_unit IN ('each', 'gram', 'millilitre')),
  weight_grams integer NOT NULL DEFAULT 0 CHECK (weight_grams >= 0),   -- of one base unit
  length_mm integer NOT NULL DEFAULT 0 CHECK (length_mm >= 0),
  width_mm integer NOT NULL DEFAULT 0 CHECK (width_mm >= 0),
  height_mm integer NOT NULL DEFAULT 0 CHECK (height_mm >= 0),
  tracks_lots boolean NOT NULL DEFAULT false,
  tracks_serials boolean NOT NULL DEFAULT false,
  minimum_life_days integer NOT NULL DEFAULT 0 CHECK (minimum_life_days >= 0),  -- left at the pick, for lots that expire
  hazmat boolean NOT NULL DEFAULT false,
  price numeric(14, 4) CHECK (price >= 0),
  currency char(3),
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, owner_id, sku),
  FOREIGN KEY (tenant_id, owner_id) REFERENCES catalog_owner (tenant_id, id)
);
SELECT protect('catalog_item');

CREATE TABLE catalog_pack (
  tenant_id bigint NOT NULL,
  id bigint NOT NULL,
  item_id bigint NOT NULL,
  code text NOT NULL,                   -- case, inner, pallet
  quantity integer NOT NULL CHECK (quantity > 1),  -- base units in one pack
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, item_id, code),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
);
SELECT protect('catalog_pack');

CREATE TABLE catalog_barcode (
  tenant_id bigint NOT NULL,
  text text NOT NULL,                   -- a GTIN as 14 digits, or any other code as printed
  item_id bigint NOT NULL,
  quantity integer NOT NULL DEFAULT 1 CHECK (quantity > 0),  -- base units one scan stands for
  PRIMARY KEY (tenant_id, text),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
);
CREATE INDEX catalog_barcode_item ON catalog_barcode (tenant_id, item_id);
SELECT protect('catalog_barcode');

CREATE TABLE catalog_node (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('warehouse', 'store', '3pl', 'supplier')),
  address jsonb NOT NULL DEFAULT '{}',
  country char(2) NOT NULL,
  latitude double precision NOT NULL CHECK (latitude BETWEEN -90 AND 90),
  longitude double precision NOT NULL CHECK (longitude BETWEEN -180 AND 180),
  time_zone text NOT NULL DEFAULT 'UTC',
  working_days text NOT NULL DEFAULT '1111100' CHECK (working_days ~ '^[01]{7}$'),  -- Monday first
  holiday_calendar text NOT NULL DEFAULT '',   -- ISO 3166 country or subdivision (GB-ENG); empty for none
  cutoff_time time NOT NULL DEFAULT '16:00',   -- local; later orders ship the next working day
  handling_per_parcel integer NOT NULL DEFAULT 0 CHECK (handling_per_parcel >= 0),  -- minor units of the tenant's currency
  handling_per_line integer NOT NULL DEFAULT 0 CHECK (handling_per_line >= 0),
  lines_per_day integer CHECK (lines_per_day > 0),  -- capacity; NULL for no limit
  countries_served char(2)[],                  -- NULL for all
  carries_hazmat boolean NOT NULL DEFAULT true,
  active boolean NOT NULL DEFAULT true,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code)
);
SELECT protect('catalog_node');

-- The words of items' names, kept by define_items, so that an item is found by the beginning of any: a range comparison may use
-- this index under row-level security, which LIKE and full-text search may not (their operators are not leakproof).
CREATE TABLE catalog_word (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  word text NOT NULL,                   -- without regard to case: casefolded
  item_id bigint NOT NULL,
  PRIMARY KEY (tenant_id, word, item_id),
  FOREIGN KEY (tenant_id, item_id) REFERENCES catalog_item (tenant_id, id)
);
CREATE INDEX catalog_word_item ON catalog_word (tenant_id, item_id);
SELECT protect('catalog_word');
