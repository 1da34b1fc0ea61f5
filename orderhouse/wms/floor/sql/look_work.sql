-- Open work at places, kind by kind.  Parameters: tenant, node, places.  Locks: none.
SELECT t.location_id, 'Picks' AS what, count(*) FROM wms_pick_task t
WHERE t.tenant_id = %(tenant)s AND t.location_id = ANY (%(places)s::bigint[]) AND t.state IN ('ready', 'started') GROUP BY t.location_id
UNION ALL
SELECT t.location_id, 'Counts', count(*) FROM wms_count_task t
WHERE t.tenant_id = %(tenant)s AND t.location_id = ANY (%(places)s::bigint[]) AND t.state = 'ready' GROUP BY t.location_id
UNION ALL
SELECT t.location_id, 'Put-aways coming', count(*) FROM wms_putaway_task t
WHERE t.tenant_id = %(tenant)s AND t.location_id = ANY (%(places)s::bigint[]) AND t.state = 'ready' GROUP BY t.location_id
UNION ALL
SELECT t.source_place_id, CASE t.kind WHEN 'putback' THEN 'To put back' ELSE 'To put away' END, count(*) FROM wms_putaway_task t
WHERE t.tenant_id = %(tenant)s AND t.node_id = %(node)s AND t.state = 'ready' AND t.source_place_id = ANY (%(places)s::bigint[])
GROUP BY t.source_place_id, t.kind
