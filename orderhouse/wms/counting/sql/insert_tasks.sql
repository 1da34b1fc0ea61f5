-- Ask for counts, unless one is open for the bin and item.  Parameters: tenant, reason, at, ids, locations, items (sorted).
-- Locks: the new rows.  Answers the tasks that are open now, old and new.
WITH asked AS (
  SELECT * FROM unnest(%(ids)s::bigint[], %(locations)s::bigint[], %(items)s::bigint[]) AS u (id, location_id, item_id)
), made AS (
  INSERT INTO wms_count_task (tenant_id, id, node_id, location_id, item_id, reason, state, created_at)
  SELECT l.tenant_id, a.id, l.node_id, a.location_id, a.item_id, %(reason)s, 'ready', %(at)s
  FROM asked a JOIN wms_location l ON l.tenant_id = %(tenant)s AND l.id = a.location_id
  ON CONFLICT (tenant_id, location_id, item_id) WHERE state = 'ready' DO NOTHING
  RETURNING id, location_id, item_id
)
SELECT id, location_id, item_id FROM made
UNION
SELECT c.id, c.location_id, c.item_id FROM wms_count_task c JOIN asked a USING (location_id, item_id)
WHERE c.tenant_id = %(tenant)s AND c.state = 'ready'
