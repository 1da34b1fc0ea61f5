-- Keys of which units are owed while some are reserved.  Parameters: tenant.  Locks: none.
SELECT a.node_id, a.item_id, a.owner_id
FROM ledger_account a
JOIN ledger_account r ON r.tenant_id = a.tenant_id AND r.book = 'promise' AND r.node_id = a.node_id AND r.item_id = a.item_id
  AND r.state = 'reserved' AND r.place_id = 0 AND r.lot_id = 0 AND r.owner_id = a.owner_id AND r.balance > 0
WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.state = 'shortage' AND a.balance < 0
