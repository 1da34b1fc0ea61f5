-- Lock the accounts that give and take.  Parameters: tenant; nodes, items, owners (one entry a key).
-- Locks: the accounts' rows, in id order. What stands in them is read afterwards (read_standings).
SELECT a.id
FROM ledger_account a
JOIN unnest(%(nodes)s::bigint[], %(items)s::bigint[], %(owners)s::bigint[]) AS u (node_id, item_id, owner_id)
  ON a.node_id = u.node_id AND a.item_id = u.item_id AND a.owner_id = u.owner_id
WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.place_id = 0 AND a.lot_id = 0
  AND a.state IN ('available', 'safety', 'shortage')
ORDER BY a.id
FOR UPDATE OF a
