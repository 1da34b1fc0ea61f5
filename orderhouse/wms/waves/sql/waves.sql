-- A node's waves, the latest first.  Parameters: tenant, node, limit.  Locks: none.
SELECT w.id, w.number, w.state, w.strategy, w.cutoff_at, w.planned_at, w.released_at, w.done_at, w.orders, w.lines, w.units, w.meters,
       w.meters_order_by_order, count(t.id) AS tours, count(t.id) FILTER (WHERE t.state = 'done') AS tours_done
FROM wms_wave w
LEFT JOIN wms_tour t ON t.tenant_id = w.tenant_id AND t.wave_id = w.id
WHERE w.tenant_id = %(tenant)s AND w.node_id = %(node)s
GROUP BY w.tenant_id, w.id
ORDER BY w.planned_at DESC, w.id DESC
LIMIT %(limit)s
