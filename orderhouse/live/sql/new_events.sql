-- Events that may have become visible since an earlier snapshot: every row whose writer was not surely over by then.
-- Parameters: tenant, floor (id), since (pg_snapshot), limit. Locks: none.
SELECT id, subject_kind, subject_id
FROM contract_event
WHERE tenant_id = %(tenant)s AND id >= %(floor)s
  AND age(xmin) <= age(pg_snapshot_xmin(%(since)s::text::pg_snapshot)::xid)
ORDER BY id DESC LIMIT %(limit)s
