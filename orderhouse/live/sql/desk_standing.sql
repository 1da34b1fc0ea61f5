-- The desk's short list of open things that no event tells of: invalid orders.
-- Parameters: tenant. Locks: none.
SELECT 'invalid', 0::bigint, count(*), sum(id), sum(xmin::text::bigint) FROM oms_invalid_order
WHERE tenant_id = %(tenant)s AND state = 'open'
