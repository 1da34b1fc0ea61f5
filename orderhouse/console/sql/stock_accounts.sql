-- The accounts whose sum is a figure, the fullest first, with the sum and how many they are.
-- Parameters: tenant, book, states, account, item, node, place, lot (as {mine} asks for), limit.  Locks: none.
SELECT a.id, a.book, a.node_id, n.code, a.item_id, a.state, a.place_id, a.lot_id, coalesce(l.lot_number, ''), coalesce(l.serial_number, ''),
  a.balance, (sum(a.balance) OVER ())::bigint AS units, count(*) OVER () AS accounts
FROM (SELECT a.* FROM ledger_account a WHERE {mine} AND a.balance <> 0) a
JOIN catalog_node n ON n.tenant_id = a.tenant_id AND n.id = a.node_id
LEFT JOIN ledger_lot l ON l.tenant_id = a.tenant_id AND l.id = a.lot_id
ORDER BY abs(a.balance) DESC, a.id LIMIT %(limit)s
