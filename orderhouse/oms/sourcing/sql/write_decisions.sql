-- Keep each decision with its reasons, and the promise on its order.
-- Parameters: tenant, at, rule; ids, orders, explanations.  Locks: none beyond the new rows.
INSERT INTO oms_sourcing_decision (tenant_id, id, order_id, rule, explanation, decided_at)
SELECT t.tenant_id, u.id, u.order_id, %(rule)s, u.explanation, %(at)s
FROM people_tenant t, unnest(%(ids)s::bigint[], %(orders)s::bigint[], %(explanations)s::jsonb[]) AS u (id, order_id, explanation)
WHERE t.tenant_id = %(tenant)s
