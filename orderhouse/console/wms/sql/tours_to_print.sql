-- Tours under way or waiting.  Parameters: tenant, node, limit.  Locks: none.
SELECT t.id, t.number AS code, coalesce(b.name, t.badge, '') AS name,
  (SELECT count(*) FROM wms_pick_task p WHERE p.tenant_id = t.tenant_id AND p.tour_id = t.id AND p.state IN ('ready', 'started'))::text AS note
FROM wms_tour t JOIN wms_wave w ON w.tenant_id = t.tenant_id AND w.id = t.wave_id
LEFT JOIN people_badge b ON b.tenant_id = t.tenant_id AND b.code = t.badge
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state <> 'done' AND w.state IN ('planned', 'released')
ORDER BY t.id LIMIT %(limit)s
