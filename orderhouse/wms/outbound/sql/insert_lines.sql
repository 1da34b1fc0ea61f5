-- Write the lines of accepted releases: all units wait, but those an early cancellation took.
-- Parameters: tenant, and one array per column.  Locks: the new rows.
INSERT INTO wms_outbound_line (tenant_id, id, outbound_id, line_number, item_id, owner_id, quantity, waiting, cancelled)
SELECT t.tenant_id, u.id, u.outbound_id, u.line_number, u.item_id, u.owner_id, u.quantity, u.quantity - u.cancelled, u.cancelled
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(outbounds)s::bigint[], %(numbers)s::int[], %(items)s::bigint[], %(owners)s::bigint[],
            %(quantities)s::int[], %(cancelled)s::int[])
     AS u (id, outbound_id, line_number, item_id, owner_id, quantity, cancelled)
WHERE t.tenant_id = %(tenant)s
