-- Reserved units of lines wait again.  Parameters: tenant; lines, quantities (one entry a line).  Locks: lines already held.
UPDATE oms_order_line l SET reserved = l.reserved - u.quantity, backordered = l.backordered + u.quantity
FROM unnest(%(lines)s::bigint[], %(quantities)s::int[]) AS u (id, quantity)
WHERE l.tenant_id = %(tenant)s AND l.id = u.id
