-- Make put-back tasks.  Parameters: tenant, at, and one array per column.  Locks: the new rows.
INSERT INTO wms_putaway_task (tenant_id, id, node_id, kind, item_id, owner_id, lot_id, quantity, source_place_id, location_id, state,
                              outbound_line_id, created_at)
SELECT t.tenant_id, u.id, u.node_id, 'putback', u.item_id, u.owner_id, u.lot_id, u.quantity, u.source_id, u.location_id, 'ready',
       u.line_id, %(at)s
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(lines)s::bigint[], %(nodes)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[], %(lots)s::bigint[],
            %(quantities)s::int[], %(sources)s::bigint[], %(locations)s::bigint[])
     AS u (id, line_id, node_id, item_id, owner_id, lot_id, quantity, source_id, location_id)
WHERE t.tenant_id = %(tenant)s
