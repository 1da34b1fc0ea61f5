-- Write putaway and putback tasks.  Parameters: tenant, node, kind, at, one array per column.  Locks: the new rows.
INSERT INTO wms_putaway_task (tenant_id, id, node_id, kind, item_id, owner_id, lot_id, quantity, source_place_id, location_id,
                              state, outbound_line_id, receipt_id, created_at)
SELECT t.tenant_id, u.id, %(node)s, %(kind)s, u.item_id, u.owner_id, u.lot_id, u.quantity, u.source_id, u.location_id,
       'ready', nullif(u.line_id, 0), nullif(u.receipt_id, 0), %(at)s
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[], %(lots)s::bigint[], %(quantities)s::integer[],
            %(sources)s::bigint[], %(locations)s::bigint[], %(lines)s::bigint[], %(receipts)s::bigint[])
     AS u (id, item_id, owner_id, lot_id, quantity, source_id, location_id, line_id, receipt_id)
WHERE t.tenant_id = %(tenant)s
