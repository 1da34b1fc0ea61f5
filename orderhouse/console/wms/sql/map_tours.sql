-- The stops of tours under way, in walking order.  Parameters: tenant, node.  Locks: none.
SELECT t.id AS tour_id, t.number, coalesce(t.badge, '') AS badge, l.x, l.y, p.state
FROM wms_tour t
JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id
JOIN wms_location l ON l.tenant_id = t.tenant_id AND l.id = p.location_id
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'started' AND p.state <> 'cancelled'
ORDER BY t.id, p.sequence
