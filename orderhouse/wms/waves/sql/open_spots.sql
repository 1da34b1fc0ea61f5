-- The tasks of a wave nobody has begun, and where they are.  Parameters: tenant, wave.  Locks: none.
SELECT t.id AS task_id, t.outbound_id, l.aisle, l.y, t.quantity
FROM wms_tour w
JOIN wms_pick_task t ON t.tenant_id = w.tenant_id AND t.tour_id = w.id AND t.state = 'ready'
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = t.location_id
WHERE w.tenant_id = %(tenant)s AND w.wave_id = %(wave)s
ORDER BY t.outbound_id, t.id
