-- Write pick tasks: ready, or started where somebody's badge is given.
-- Parameters: tenant, badge (NULL for nobody), and one array per column.  Locks: the new rows.
INSERT INTO wms_pick_task (tenant_id, id, tour_id, sequence, outbound_id, outbound_line_id, item_id, owner_id, lot_id, location_id, quantity,
                           state, badge)
SELECT t.tenant_id, u.id, u.tour_id, u.sequence, u.outbound_id, u.line_id, u.item_id, u.owner_id, u.lot_id, u.location_id, u.quantity,
       CASE WHEN %(badge)s::text IS NULL THEN 'ready' ELSE 'started' END, %(badge)s::text
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(tours)s::bigint[], %(sequences)s::int[], %(outbounds)s::bigint[], %(lines)s::bigint[], %(items)s::bigint[],
            %(owners)s::bigint[], %(lots)s::bigint[], %(locations)s::bigint[], %(quantities)s::int[])
     AS u (id, tour_id, sequence, outbound_id, line_id, item_id, owner_id, lot_id, location_id, quantity)
WHERE t.tenant_id = %(tenant)s
