-- What stands in the accounts that give and take, under their lock.  Parameters: tenant; nodes, items, owners (one entry a key).
-- Locks: none; lock_standings holds them. A statement of its own: it sees accounts that were opened while that one waited.
SELECT a.node_id, a.item_id, a.owner_id, a.state, a.balance
FROM ledger_account a
JOIN unnest(%(nodes)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[]) AS u (node_id, item_id, owner_id)
  ON a.node_id = u.node_id AND a.item_id = u.item_id AND a.owner_id = u.owner_id
WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.place_id = 0 AND a.lot_id = 0
  AND a.state IN ('available', 'safety', 'shortage')
