-- Floor sessions written since an earlier snapshot: every scan writes its session. A row comes once for each version of it.
-- Parameters: tenant, floor (id), since (pg_snapshot), limit. Locks: none.
SELECT id, serial, ended_at, node_id
FROM wms_floor_session
WHERE tenant_id = %(tenant)s AND (ended_at IS NULL OR id >= %(floor)s)
  AND age(xmin) <= age(pg_snapshot_xmin(%(since)s::text::pg_snapshot)::xid)
ORDER BY id DESC LIMIT %(limit)s
