-- The stops of tours in walking order: those under way at a node, or all of a wave.
-- Parameters: tenant, node and wave (one of them NULL).  Locks: none.
SELECT t.id AS tour_id, t.number, coalesce(t.badge, '') AS badge, coalesce(b.name, t.badge, '') AS name, l.x, l.y, l.aisle, p.state, t.state AS tour_state
FROM wms_tour t
JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = p.location_id
LEFT JOIN people_badge b ON b.tenant_id = t.tenant_id AND b.code = t.badge
WHERE t.tenant_id = %(tenant)s AND (t.node_id = %(node)s::bigint AND t.state = 'started' OR t.wave_id = %(wave)s::bigint)
  AND p.state <> 'cancelled'
ORDER BY t.id, p.sequence
