-- The latest movements of an item in the promise book.  Parameters: tenant, item, limit.  Locks: none.
SELECT m.id, m.at, m.quantity, f.state AS from_state, t.state AS to_state, n.code AS node, m.cause, m.actor
FROM ledger_movement m
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
JOIN catalog_node n ON n.tenant_id = m.tenant_id AND n.id = f.node_id
WHERE m.tenant_id = %(tenant)s AND m.item_id = %(item)s AND f.book = 'promise'
ORDER BY m.id DESC LIMIT %(limit)s
