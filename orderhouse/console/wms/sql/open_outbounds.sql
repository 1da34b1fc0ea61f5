-- The rows behind the figures of board_backlog.sql, those that must leave first in front; on every row the totals of all of them.
-- Parameters: tenant, node; stages, cutoffs, carriers, services (NULL for any); before (ship_by, NULL for any); number (part of the
-- release's or order's, NULL for any); limit, skip.  Locks: none.
SELECT o.id, o.release_number, o.order_number, o.stage, o.priority, o.carrier, o.service, o.ship_by, o.accepted_at, o.cancel_wanted,
  w.number AS wave, l.lines, l.units,
  count(*) OVER ()::int AS total, sum(l.lines) OVER ()::int AS total_lines, sum(l.units) OVER ()::bigint AS total_units
FROM wms_open_outbound o
CROSS JOIN LATERAL (
  SELECT count(*) FILTER (WHERE l.waiting + l.allocated + l.picked + l.packed > 0)::int AS lines,
    coalesce(sum(l.waiting + l.allocated + l.picked + l.packed), 0)::bigint AS units
  FROM wms_outbound_line l WHERE l.tenant_id = o.tenant_id AND l.outbound_id = o.id
) l
LEFT JOIN wms_wave w ON w.tenant_id = o.tenant_id AND w.id = o.wave_id
WHERE o.tenant_id = %(tenant)s AND o.node_id = %(node)s
  AND (%(stages)s::text[] IS NULL OR o.stage = ANY (%(stages)s::text[]))
  AND (%(cutoffs)s::timestamptz[] IS NULL OR o.ship_by = ANY (%(cutoffs)s::timestamptz[]))
  AND (%(carriers)s::text[] IS NULL OR o.carrier = ANY (%(carriers)s::text[]))
  AND (%(services)s::text[] IS NULL OR o.service = ANY (%(services)s::text[]))
  AND (%(before)s::timestamptz IS NULL OR o.ship_by < %(before)s::timestamptz)
  AND (%(number)s::text IS NULL OR o.release_number ILIKE '%%' || %(number)s || '%%' OR o.order_number ILIKE '%%' || %(number)s || '%%')
ORDER BY o.ship_by, o.priority, o.id LIMIT %(limit)s OFFSET %(skip)s
