-- Picks done within a span of time at a node, by badge: picks, units, shorts.  Reads the tasks of the latest tours.
-- Parameters: tenant, node, from_id (first tour id to look at), since, until.  Locks: none.
SELECT p.badge, count(*) FILTER (WHERE p.state = 'picked')::int AS picks, sum(p.picked)::bigint AS units,
  count(*) FILTER (WHERE p.state = 'short')::int AS shorts
FROM wms_tour t
JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id
WHERE t.tenant_id = %(tenant)s AND t.id >= %(from_id)s AND t.node_id = %(node)s
  AND p.badge IS NOT NULL AND p.done_at >= %(since)s AND p.done_at < %(until)s AND p.state IN ('picked', 'short')
GROUP BY p.badge
