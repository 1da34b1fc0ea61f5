-- Write release lines.  Parameters: tenant; ids, releases, numbers, lines, quantities.  Locks: none beyond the new rows.
INSERT INTO oms_release_line (tenant_id, id, release_id, line_number, order_line_id, quantity)
SELECT t.tenant_id, u.*
FROM people_tenant t, unnest(%(ids)s::bigint[], %(releases)s::bigint[], %(numbers)s::int[], %(lines)s::bigint[], %(quantities)s::int[])
  AS u (id, release_id, line_number, order_line_id, quantity)
WHERE t.tenant_id = %(tenant)s
