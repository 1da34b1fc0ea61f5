-- Place a hold; an order that has an open one of the kind is left out of the answer.
-- Parameters: tenant, actor, at, ids, orders (sorted), kind, reason.  Locks: the new rows; the orders are locked already.
INSERT INTO oms_hold (tenant_id, id, order_id, kind, reason, placed_by, placed_at)
SELECT t.tenant_id, u.id, u.order_id, %(kind)s, %(reason)s, %(actor)s, %(at)s
FROM people_tenant t, unnest(%(ids)s::bigint[], %(orders)s::bigint[]) AS u (id, order_id)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, order_id, kind) WHERE lifted_at IS NULL DO NOTHING
RETURNING order_id
