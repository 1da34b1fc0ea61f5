-- Add to reservations.  Parameters: tenant; lines, nodes, orders, quantities (one entry a line and node, sorted).
-- Locks: the reservation rows, in key order.
INSERT INTO oms_reservation AS r (tenant_id, order_line_id, node_id, order_id, quantity)
SELECT t.tenant_id, u.order_line_id, u.node_id, u.order_id, u.quantity
FROM people_tenant t, unnest(%(lines)s::bigint[], %(nodes)s::bigint[], %(orders)s::bigint[], %(quantities)s::int[])
  AS u (order_line_id, node_id, order_id, quantity)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, order_line_id, node_id) DO UPDATE SET quantity = r.quantity + excluded.quantity
