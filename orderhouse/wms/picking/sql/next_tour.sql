-- The tour a picker is on, else the oldest nobody has taken.  Parameters: tenant, node, badge.  Locks: none (start_tour decides).
SELECT t.id, t.number, t.state, t.badge,
       (SELECT count(*) FROM wms_pick_task p
        WHERE p.tenant_id = t.tenant_id AND p.tour_id = t.id AND p.state IN ('ready', 'started')) AS tasks_open
FROM wms_tour t
JOIN wms_wave w ON w.tenant_id = t.tenant_id AND w.id = t.wave_id AND w.state = 'released'
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state <> 'done' AND (t.badge IS NULL OR t.badge = %(badge)s::text)
ORDER BY t.badge IS NULL, t.id
LIMIT 1
