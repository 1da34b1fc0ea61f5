-- Violations found for the first time; another auditor's of the same row stands.
-- Parameters: tenant, at, ids, rules, keys, facts, raised (booleans), owner. Locks: the new rows.
INSERT INTO contract_violation (tenant_id, id, rule, key, facts, found_at, raised_at, owner)
SELECT t.tenant_id, u.id, u.rule, u.key, u.facts::jsonb, %(at)s, CASE WHEN u.raised THEN %(at)s::timestamptz END, %(owner)s
FROM people_tenant t, unnest(%(ids)s::bigint[], %(rules)s::text[], %(keys)s::text[], %(facts)s::text[], %(raised)s::boolean[])
     AS u (id, rule, key, facts, raised)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, rule, key) WHERE cleared_at IS NULL DO NOTHING
