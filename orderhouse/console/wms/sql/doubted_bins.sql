-- Bins nobody trusts: the last count differed, or a pick was short there and nobody has counted since.
-- Parameters: tenant, node, from_id (first exception id to look at).  Locks: none.
WITH counted AS (
  SELECT DISTINCT ON (c.location_id, c.item_id) c.location_id, c.item_id, c.counted_at, c.counted <> c.expected AS differed
  FROM wms_count_task c
  WHERE c.tenant_id = %(tenant)s AND c.node_id = %(node)s AND c.counted IS NOT NULL AND c.state <> 'cancelled'
  ORDER BY c.location_id, c.item_id, c.id DESC
)
SELECT location_id, item_id FROM counted WHERE differed
UNION
SELECT p.location_id, p.item_id FROM wms_exception e
JOIN wms_pick_task p ON p.tenant_id = e.tenant_id AND p.id = e.subject_id
LEFT JOIN counted c ON c.location_id = p.location_id AND c.item_id = p.item_id
WHERE e.tenant_id = %(tenant)s AND e.node_id = %(node)s AND e.id >= %(from_id)s AND e.subject_kind = 'pick_task'
  AND (c.counted_at IS NULL OR e.raised_at > c.counted_at)
