-- Who may act, and for which business. Also the two tools every later migration uses: the app role and protect().
-- The app role neither owns a table nor bypasses row-level security; connections take it on start (-c role=orderhouse_app).

DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'orderhouse_app') THEN
    CREATE ROLE orderhouse_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE;
  END IF;
  IF NOT pg_has_role(current_user, 'orderhouse_app', 'SET') THEN
    BEGIN
      EXECUTE format('GRANT orderhouse_app TO %I', current_user);
    EXCEPTION WHEN insufficient_privilege THEN
      RAISE EXCEPTION 'The role orderhouse_app belongs to another Orderhouse on this server. Let an administrator run: GRANT orderhouse_app TO %;', current_user;
    END;
  END IF;
  EXECUTE format('GRANT CONNECT ON DATABASE %I TO orderhouse_app', current_database());
END $$;
GRANT USAGE ON SCHEMA public TO orderhouse_app;

-- The tenant of the current unit of work; NULL (no row) when none is set.
CREATE FUNCTION app_tenant() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('app.tenant', true), '')::bigint $$;

-- Put a table under row-level security for the app role. Immutable tables get no UPDATE or DELETE.
CREATE FUNCTION protect(target regclass, immutable boolean DEFAULT false) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', target);
  EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', target);
  EXECUTE format('CREATE POLICY tenant ON %s USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant())', target);
  IF immutable THEN
    EXECUTE format('GRANT SELECT, INSERT ON %s TO orderhouse_app', target);
  ELSE
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO orderhouse_app', target);
  END IF;
END $$;
REVOKE EXECUTE ON FUNCTION protect(regclass, boolean) FROM PUBLIC;

-- Writer numbers for row ids: each process takes the next one (kernel.identifiers).
CREATE SEQUENCE people_writer MINVALUE 0 MAXVALUE 1023 CYCLE;
GRANT USAGE ON SEQUENCE people_writer TO orderhouse_app;

CREATE TABLE people_tenant (
  tenant_id bigint PRIMARY KEY,
  code text NOT NULL UNIQUE CHECK (code ~ '^[a-z0-9][a-z0-9-]{0,38}$'),
  name text NOT NULL,
  company_prefix text NOT NULL DEFAULT '9521234' CHECK (company_prefix ~ '^[0-9]{7,10}$'),  -- GS1; the default is of the demonstration range 952
  created_at timestamptz NOT NULL DEFAULT now()
);
-- Not forced: the owner's function below lists names across tenants; the app role sees its own row only.
ALTER TABLE people_tenant ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant ON people_tenant USING (tenant_id = app_tenant()) WITH CHECK (tenant_id = app_tenant());
GRANT SELECT, INSERT, UPDATE ON people_tenant TO orderhouse_app;

CREATE FUNCTION people_tenants() RETURNS TABLE (tenant_id bigint, code text, name text) LANGUAGE sql STABLE SECURITY DEFINER
  SET search_path = pg_catalog, public
  AS $$ SELECT t.tenant_id, t.code, t.name FROM public.people_tenant t ORDER BY t.code $$;

-- A person's place in a business. The person (people_user) is known across tenants; what they may do is not.
CREATE TABLE people_membership (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES people_user,
  role text NOT NULL CHECK (role IN ('admin', 'order_desk', 'warehouse_manager', 'floor', 'auditor')),
  called text,                          -- how this business calls somebody who was known elsewhere when it let them in
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, user_id, role)
);
SELECT protect('people_membership');
-- The people of a business as its pages name them: whoever knows an email address only must not learn whose it is by letting it in.
CREATE VIEW people_member WITH (security_invoker = true) AS
  SELECT m.tenant_id, m.user_id, u.email, coalesce(max(m.called), u.name) AS name, array_agg(m.role ORDER BY m.role) AS roles
  FROM people_membership m JOIN people_user u ON u.id = m.user_id GROUP BY m.tenant_id, m.user_id, u.id;
GRANT SELECT ON people_member TO orderhouse_app;
-- At sign-in the tenant is not known yet: this answers which businesses one person may enter.
CREATE FUNCTION people_memberships(person bigint) RETURNS TABLE (tenant_id bigint, code text, name text, role text)
  LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE t record;
BEGIN
  FOR t IN SELECT p.tenant_id, p.code, p.name FROM public.people_tenant p ORDER BY p.code LOOP
    PERFORM set_config('app.tenant', t.tenant_id::text, true);
    RETURN QUERY SELECT t.tenant_id, t.code, t.name, m.role FROM public.people_membership m
      WHERE m.tenant_id = t.tenant_id AND m.user_id = person ORDER BY m.role;
  END LOOP;
  PERFORM set_config('app.tenant', '', true);
END $$;

CREATE TABLE people_api_key (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  name text NOT NULL,
  prefix text NOT NULL,                 -- shown in lists, so that a key can be told apart
  secret_hash bytea NOT NULL,           -- SHA-256 of a 256-bit random secret; the secret itself is shown once
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  PRIMARY KEY (tenant_id, id)
);
SELECT protect('people_api_key');

CREATE TABLE people_badge (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  code text NOT NULL,
  name text NOT NULL,
  active boolean NOT NULL DEFAULT true,
  user_id bigint REFERENCES people_user,  -- whose badge it is, where that person also signs in with a password
  skills text[],                          -- the flows this badge works in; NULL for all
  pin_hash text,                          -- Argon2id; NULL: the badge alone signs in
  failed_attempts integer NOT NULL DEFAULT 0,
  blocked_until timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code)
);
SELECT protect('people_badge');

-- Scanners: enrolled once for a node, known by a secret in their cookie, until revoked.
CREATE TABLE people_device (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  code text NOT NULL CHECK (code ~ '^[!-~]{1,64}$'),  -- stands on every movement made with it
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
  node_id bigint NOT NULL,              -- catalog_node, which is made after this table
  badge text,                           -- the only badge it obeys, where it is one person's own; NULL: any
  practice boolean NOT NULL DEFAULT false,  -- offers to scan by itself what is expected
  secret_hash bytea NOT NULL,           -- SHA-256 of a 256-bit random secret
  enrolled_by text NOT NULL,
  enrolled_at timestamptz NOT NULL,
  last_seen_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, code)
);
SELECT protect('people_device');

-- Commands repeated under the same Idempotency-Key answer what they answered the first time.
CREATE TABLE people_idempotency (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  key text NOT NULL CHECK (length(key) BETWEEN 1 AND 255),
  actor text NOT NULL,
  fingerprint bytea NOT NULL,           -- SHA-256 of method, path and body: a changed body under an old key is refused
  status integer,                       -- NULL while the first attempt runs
  answer bytea,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, actor, key)
);
SELECT protect('people_idempotency');

-- A list with its filters under a name: one person's own, or shared with the business.
CREATE TABLE people_saved_view (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  user_id bigint NOT NULL REFERENCES people_user,
  page text NOT NULL,                    -- which list: orders
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
  query text NOT NULL CHECK (length(query) <= 2000),  -- the filters as the page's address carries them
  shared boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, user_id, page, name)
);
SELECT protect('people_saved_view');

-- A person is global, so its table stands outside row-level security; the app role may read, add and update people, never delete.
GRANT SELECT, INSERT, UPDATE ON people_user TO orderhouse_app;

-- Recovery codes of a second factor: each opens the door once where the app is lost. They belong to the person, not to a tenant.
CREATE TABLE people_recovery_code (
  user_id bigint NOT NULL REFERENCES people_user,
  code_hash bytea NOT NULL,             -- SHA-256 of 80 random bits
  used_at timestamptz,
  PRIMARY KEY (user_id, code_hash)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON people_recovery_code TO orderhouse_app;

-- Addresses that failed to sign in lately, whatever the account they tried.
CREATE TABLE people_address (
  address text PRIMARY KEY,             -- IPv4, or the /64 of an IPv6
  failed_attempts integer NOT NULL,
  failed_at timestamptz NOT NULL,
  blocked_until timestamptz
);
GRANT SELECT, INSERT, UPDATE, DELETE ON people_address TO orderhouse_app;

-- Who was given what, and by whom: roles, badges, keys, resets. Written once, each row sealed to the one before it: its hash is
-- SHA-256 over its content and the hash before (orderhouse/people/chain.py says how, and checks it).
CREATE TABLE people_change (
  tenant_id bigint NOT NULL REFERENCES people_tenant,
  id bigint NOT NULL,
  position bigint NOT NULL CHECK (position > 0),  -- 1, 2, 3 ... without a gap
  at timestamptz NOT NULL,
  actor text NOT NULL,
  deed text NOT NULL,                   -- role-granted, badge-withdrawn ...
  subject text NOT NULL,                -- an email, a badge, the name of a key
  detail text NOT NULL DEFAULT '',
  previous_hash bytea NOT NULL CHECK (length(previous_hash) = 32),
  hash bytea NOT NULL CHECK (length(hash) = 32),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, position)
);
SELECT protect('people_change', true);

-- The head of the chain, kept apart so that rows missing at its end are missed. Its lock makes one writer follow another.
CREATE TABLE people_change_head (
  tenant_id bigint PRIMARY KEY REFERENCES people_tenant,
  position bigint NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32)
);
SELECT protect('people_change_head');
REVOKE DELETE ON people_change_head FROM orderhouse_app;
