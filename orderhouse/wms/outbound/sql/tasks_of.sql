-- Every pick task of outbounds.  Parameters: tenant, ids (of outbounds).  Locks: none (their outbounds are locked where it matters).
SELECT t.id, t.tour_id, t.sequence, t.outbound_id, t.outbound_line_id, t.item_id, t.owner_id, t.lot_id,
       coalesce(s.serial_number <> '', false) AS single, t.location_id, t.quantity, t.picked, t.state, t.tote_id, t.badge
FROM wms_outbound_line l
JOIN wms_pick_task t ON t.tenant_id = l.tenant_id AND t.outbound_line_id = l.id
LEFT JOIN ledger_lot s ON s.tenant_id = t.tenant_id AND s.id = t.lot_id
WHERE l.tenant_id = %(tenant)s AND l.outbound_id = ANY (%(ids)s::bigint[])
ORDER BY t.tour_id, t.sequence
