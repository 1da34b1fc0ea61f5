-- When each place of a node was counted last, and how many counts are asked for there.  Parameters: tenant, node.  Locks: none.
SELECT c.location_id, max(c.counted_at) AS counted_at, count(*) FILTER (WHERE c.state = 'ready') AS asked
FROM wms_count_task c WHERE c.tenant_id = %(tenant)s AND c.node_id = %(node)s GROUP BY c.location_id
