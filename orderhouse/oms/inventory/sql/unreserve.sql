-- Take units out of reservations.  Parameters: tenant; lines, nodes, quantities.  Locks: rows already held by lock_reservations.
UPDATE oms_reservation r SET quantity = r.quantity - u.quantity
FROM unnest(%(lines)s::bigint[], %(nodes)s::bigint[], %(quantities)s::int[]) AS u (order_line_id, node_id, quantity)
WHERE r.tenant_id = %(tenant)s AND r.order_line_id = u.order_line_id AND r.node_id = u.node_id
