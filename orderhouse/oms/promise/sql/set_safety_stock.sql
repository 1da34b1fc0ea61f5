-- Set safety stock.  Parameters: tenant; nodes, items, owners, quantities, sorted by key.  Locks: the rows, in key order.
INSERT INTO oms_safety_stock (tenant_id, node_id, item_id, owner_id, quantity)
SELECT t.tenant_id, u.node_id, u.item_id, u.owner_id, u.quantity
FROM people_tenant t,
     unnest(%(nodes)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[], %(quantities)s::int[]) AS u (node_id, item_id, owner_id, quantity)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, node_id, item_id, owner_id) DO UPDATE SET quantity = EXCLUDED.quantity
