-- Picks a bin was short of (or held damaged), the latest first, and what came of each: the exception raised for it tells what was
-- found elsewhere, waits for stock on the dock, or was told back; beside it the count of the bin that was asked for.
-- Parameters: tenant, node, from_id (first exception id), badge (NULL for anybody), limit.  Locks: none.
SELECT e.id AS exception_id, e.kind, e.raised_at, e.settled_at, coalesce(p.badge, '') AS badge, coalesce(b.name, p.badge, '') AS name,
  i.sku, i.name AS item, l.code AS bin, coalesce((e.facts ->> 'missing')::int, p.quantity - p.picked) AS missing,
  o.id AS outbound_id, o.release_number, o.order_number, (e.facts ->> 'elsewhere')::int AS elsewhere,
  (e.facts ->> 'waiting')::int AS waiting, (e.facts ->> 'shorted')::int AS shorted, c.id AS count_id, c.state AS count_state
FROM wms_exception e
JOIN wms_pick_task p ON p.tenant_id = e.tenant_id AND p.id = e.subject_id
JOIN wms_outbound o ON o.tenant_id = p.tenant_id AND o.id = p.outbound_id
JOIN catalog_item i ON i.tenant_id = p.tenant_id AND i.id = p.item_id
JOIN wms_location l ON l.tenant_id = p.tenant_id AND l.id = p.location_id
LEFT JOIN people_badge b ON b.tenant_id = p.tenant_id AND b.code = p.badge
LEFT JOIN LATERAL (
  SELECT c.id, c.state FROM wms_count_task c
  WHERE c.tenant_id = p.tenant_id AND c.location_id = p.location_id AND c.item_id = p.item_id AND c.state <> 'cancelled'
    AND (c.state = 'ready' OR c.counted_at >= e.raised_at)
  ORDER BY c.id LIMIT 1
) c ON true
WHERE e.tenant_id = %(tenant)s AND e.id >= %(from_id)s AND e.node_id = %(node)s AND e.subject_kind = 'pick_task'
  AND (%(badge)s::text IS NULL OR p.badge = %(badge)s)
ORDER BY e.id DESC LIMIT %(limit)s
