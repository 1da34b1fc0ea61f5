-- Count cancelled and wanted units.  Parameters: tenant, lines, backordered, reserved, wanted.
-- Locks: the lines, which the caller holds already.
UPDATE oms_order_line l SET
  backordered = l.backordered - u.backordered, reserved = l.reserved - u.reserved,
  cancelled = l.cancelled + u.backordered + u.reserved, cancel_wanted = l.cancel_wanted + u.wanted
FROM unnest(%(lines)s::bigint[], %(backordered)s::int[], %(reserved)s::int[], %(wanted)s::int[]) AS u (id, backordered, reserved, wanted)
WHERE l.tenant_id = %(tenant)s AND l.id = u.id
