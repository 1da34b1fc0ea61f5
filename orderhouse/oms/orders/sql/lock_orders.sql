-- Lock orders, so that what follows sees their lines as the last change left them.  Parameters: tenant, orders.
-- Locks: the orders, in id order.
SELECT id FROM oms_order WHERE tenant_id = %(tenant)s AND id = ANY (%(orders)s::bigint[]) ORDER BY id FOR UPDATE
