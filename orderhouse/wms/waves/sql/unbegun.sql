-- Picks nobody has begun on tours nobody has started.  Parameters: tenant, tours, ids (of outbounds, locked before).  Locks: none.
SELECT p.id AS task_id, p.tour_id, p.outbound_id, p.outbound_line_id, p.item_id, p.owner_id, p.lot_id,
       coalesce(s.serial_number <> '', false) AS single, p.location_id, p.quantity - p.picked AS units
FROM wms_pick_task p
LEFT JOIN ledger_lot s ON s.tenant_id = p.tenant_id AND s.id = p.lot_id
WHERE p.tenant_id = %(tenant)s AND p.tour_id = ANY (%(tours)s::bigint[]) AND p.outbound_id = ANY (%(ids)s::bigint[]) AND p.state = 'ready'
ORDER BY p.id
