-- Empty the reservations that were released, and count their units as released.  Parameters: tenant; lines, nodes, quantities.
-- Locks: rows already held by lock_releasable.
WITH emptied AS (
  UPDATE oms_reservation r SET quantity = r.quantity - u.quantity
  FROM unnest(%(lines)s::bigint[], %(nodes)s::bigint[], %(quantities)s::int[]) AS u (line_id, node_id, quantity)
  WHERE r.tenant_id = %(tenant)s AND r.order_line_id = u.line_id AND r.node_id = u.node_id
)
UPDATE oms_order_line l SET reserved = l.reserved - s.quantity, released = l.released + s.quantity
FROM (SELECT line_id, sum(quantity)::int AS quantity
      FROM unnest(%(lines)s::bigint[], %(quantities)s::int[]) AS u (line_id, quantity) GROUP BY line_id) s
WHERE l.tenant_id = %(tenant)s AND l.id = s.line_id
