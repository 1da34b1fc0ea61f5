-- Write the holds new orders come with.  Parameters: tenant; one array per column.  Locks: none beyond the new rows.
INSERT INTO oms_hold (tenant_id, id, order_id, kind, reason, placed_by, placed_at)
SELECT t.tenant_id, u.id, u.order_id, u.kind, u.reason, u.placed_by, u.placed_at
FROM people_tenant t,
  unnest(%(ids)s::bigint[], %(orders)s::bigint[], %(kinds)s::text[], %(reasons)s::text[], %(actors)s::text[], %(ats)s::timestamptz[])
  AS u (id, order_id, kind, reason, placed_by, placed_at)
WHERE t.tenant_id = %(tenant)s
