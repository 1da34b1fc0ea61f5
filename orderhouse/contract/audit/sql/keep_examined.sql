-- When each rule was last looked at, and what came out.
-- Parameters: tenant, at, and rules, seconds, violations (arrays, sorted by rule). Locks: the rules' rows, in their order.
INSERT INTO contract_examined AS e (tenant_id, rule, at, seconds, violations)
SELECT t.tenant_id, u.rule, %(at)s, u.seconds, u.violations
FROM people_tenant t, unnest(%(rules)s::text[], %(seconds)s::double precision[], %(violations)s::int[]) AS u (rule, seconds, violations)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, rule) DO UPDATE SET at = EXCLUDED.at, seconds = EXCLUDED.seconds, violations = EXCLUDED.violations
