-- The orders of a wave: those that carry its number, and those with a pick of it.  Parameters: tenant, wave.  Locks: none.
SELECT o.id, o.release_number, o.order_number, o.state, o.priority, o.carrier, o.service, o.ship_by, o.cancel_wanted,
       coalesce(p.picks, 0) AS picks, coalesce(p.done, 0) AS done, coalesce(p.shorts, 0) AS shorts, coalesce(p.units, 0) AS units,
       coalesce(p.tours, '') AS tours
FROM wms_outbound o
LEFT JOIN LATERAL (
  SELECT count(*) AS picks, count(*) FILTER (WHERE p.state IN ('picked', 'short')) AS done, count(*) FILTER (WHERE p.state = 'short') AS shorts,
         sum(p.quantity)::bigint AS units, string_agg(DISTINCT t.number, ', ') AS tours
  FROM wms_outbound_line l
  JOIN wms_pick_task p ON p.tenant_id = l.tenant_id AND p.outbound_line_id = l.id AND p.state <> 'cancelled'
  JOIN wms_tour t ON t.tenant_id = p.tenant_id AND t.id = p.tour_id AND t.wave_id = %(wave)s
  WHERE l.tenant_id = o.tenant_id AND l.outbound_id = o.id) p ON true
WHERE o.tenant_id = %(tenant)s AND o.wave_id = %(wave)s
ORDER BY o.ship_by, o.release_number
