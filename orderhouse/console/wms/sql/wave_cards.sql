-- Waves of a node as cards: how far their picks are, who walks, the latest first.  Parameters: tenant, node, state (NULL for any), limit.
-- Locks: none.
SELECT w.id, w.number, w.state, w.strategy, w.cutoff_at, w.planned_at, w.released_at, w.done_at, w.orders, w.lines, w.units, w.meters,
       w.meters_order_by_order, t.tours, t.tours_done, t.tours_started, coalesce(t.people, '{}') AS people, coalesce(p.picks, 0) AS picks,
       coalesce(p.picks_done, 0) AS picks_done, coalesce(p.shorts, 0) AS shorts
FROM (
  SELECT * FROM wms_wave w
  WHERE w.tenant_id = %(tenant)s AND w.node_id = %(node)s AND (%(state)s::text IS NULL OR w.state = %(state)s::text)
    AND (%(number)s::text IS NULL OR w.number = %(number)s::text)
  ORDER BY w.planned_at DESC, w.id DESC LIMIT %(limit)s) w
CROSS JOIN LATERAL (
  SELECT count(*) AS tours, count(*) FILTER (WHERE t.state = 'done') AS tours_done, count(*) FILTER (WHERE t.state = 'started') AS tours_started,
         array_agg(DISTINCT coalesce(b.name, t.badge)) FILTER (WHERE t.badge IS NOT NULL) AS people
  FROM wms_tour t LEFT JOIN people_badge b ON b.tenant_id = t.tenant_id AND b.code = t.badge
  WHERE t.tenant_id = w.tenant_id AND t.wave_id = w.id) t
LEFT JOIN LATERAL (
  SELECT count(*) AS picks, count(*) FILTER (WHERE p.state IN ('picked', 'short')) AS picks_done, count(*) FILTER (WHERE p.state = 'short') AS shorts
  FROM wms_tour t JOIN wms_pick_task p ON p.tenant_id = t.tenant_id AND p.tour_id = t.id
  WHERE t.tenant_id = w.tenant_id AND t.wave_id = w.id AND p.state <> 'cancelled') p ON true
ORDER BY w.planned_at DESC, w.id DESC
