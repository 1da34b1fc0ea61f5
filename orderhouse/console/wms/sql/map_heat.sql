-- Picks done at each place of a node since a moment.  Parameters: tenant, node, since.  Locks: none.
SELECT p.location_id, count(*) AS picks
FROM wms_pick_task p
WHERE p.tenant_id = %(tenant)s AND p.done_at >= %(since)s
  AND p.location_id IN (SELECT l.id FROM wms_location l WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s)
GROUP BY p.location_id
