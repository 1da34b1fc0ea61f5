-- What the book has in bins, free and allocated, lot by lot.  Parameters: tenant, locations, items.  Locks: none.
SELECT a.place_id, a.item_id, a.lot_id, a.single, l.expires_on, a.state, a.balance AS quantity FROM ledger_account a
LEFT JOIN ledger_lot l ON l.tenant_id = a.tenant_id AND l.id = a.lot_id
WHERE a.tenant_id = %(tenant)s AND a.place_id = ANY (%(locations)s::bigint[]) AND a.place_id <> 0 AND a.item_id = ANY (%(items)s::bigint[])
  AND a.state IN ('good', 'allocated') AND a.balance > 0
