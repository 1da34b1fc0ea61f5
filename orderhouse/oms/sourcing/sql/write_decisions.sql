-- Keep each decision with its reasons.
-- Parameters: tenant, rule; ids, orders, explanations, ats.  Locks: none beyond the new rows.
INSERT INTO oms_sourcing_decision (tenant_id, id, order_id, rule, explanation, decided_at)
SELECT t.tenant_id, u.id, u.order_id, %(rule)s, u.explanation::jsonb, u.at
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(orders)s::bigint[], %(explanations)s::text[], %(ats)s::timestamptz[]) AS u (id, order_id, explanation, at)
WHERE t.tenant_id = %(tenant)s
