-- Movements that may have become visible since an earlier snapshot, with the book and the nodes they touch.
-- Parameters: tenant, floor (id), since (pg_snapshot), limit. Locks: none.
SELECT m.id, m.item_id, f.book, f.node_id, t.node_id
FROM ledger_movement m
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
WHERE m.tenant_id = %(tenant)s AND m.id >= %(floor)s
  AND age(m.xmin) <= age(pg_snapshot_xmin(%(since)s::text::pg_snapshot)::xid)
ORDER BY m.id DESC LIMIT %(limit)s
