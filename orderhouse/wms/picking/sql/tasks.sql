-- Pick tasks as a picker meets them.  Parameters: tenant, ids.
-- Locks: their tours, in id order; their outbounds are locked before, which locks the tasks.
SELECT t.id, t.tour_id, w.number AS tour, t.outbound_id, o.release_number, o.order_number, o.cancel_wanted, t.outbound_line_id, t.item_id,
       t.owner_id, i.sku, t.lot_id, coalesce(s.serial_number <> '', false) AS single, w.node_id, t.location_id, l.code AS location,
       t.sequence, t.quantity, t.picked, t.state, t.badge
FROM wms_pick_task t
JOIN wms_tour w ON w.tenant_id = t.tenant_id AND w.id = t.tour_id
JOIN wms_outbound o ON o.tenant_id = t.tenant_id AND o.id = t.outbound_id
JOIN catalog_item i ON i.tenant_id = t.tenant_id AND i.id = t.item_id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
LEFT JOIN ledger_lot s ON s.tenant_id = t.tenant_id AND s.id = t.lot_id
WHERE t.tenant_id = %(tenant)s AND t.id = ANY (%(ids)s::bigint[])
ORDER BY w.id, t.id
FOR UPDATE OF w
