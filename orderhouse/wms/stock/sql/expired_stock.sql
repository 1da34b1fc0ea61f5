-- Good stock of lots past their date.  Parameters: tenant, node, today.  Locks: none.
SELECT a.node_id, a.place_id, a.item_id, a.lot_id, a.owner_id, a.state, a.single, a.balance AS quantity
FROM ledger_lot l
JOIN ledger_account a ON a.tenant_id = l.tenant_id AND a.book = 'physical' AND a.node_id = %(node)s
  AND a.item_id = l.item_id AND a.state = 'good' AND a.lot_id = l.id
WHERE l.tenant_id = %(tenant)s AND l.expires_on < %(today)s AND a.balance > 0
ORDER BY a.place_id, a.item_id, a.lot_id
