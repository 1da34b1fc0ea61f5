-- Tours of a wave, or a node's open tours of released waves.  Parameters: tenant, wave or node (the other NULL).  Locks: none.
SELECT t.id, t.wave_id, t.number, t.strategy, t.state, t.badge, t.meters, t.path::text AS path, count(DISTINCT p.outbound_id) AS orders,
       count(p.id) AS tasks, count(p.id) FILTER (WHERE p.state IN ('ready', 'started')) AS tasks_open, t.started_at, t.done_at
FROM wms_tour t
JOIN wms_wave w ON w.tenant_id = t.tenant_id AND w.id = t.wave_id
LEFT JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id
WHERE t.tenant_id = %(tenant)s
  AND (t.wave_id = %(wave)s::bigint OR t.node_id = %(node)s::bigint AND t.state <> 'done' AND w.state = 'released')
GROUP BY t.tenant_id, t.id
ORDER BY t.id
