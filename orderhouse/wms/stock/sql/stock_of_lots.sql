-- Where lots stand inside the buildings.  Parameters: tenant, lots, states.  Locks: none.
SELECT a.node_id, a.place_id, a.item_id, a.lot_id, a.owner_id, a.state, a.single, a.balance AS quantity
FROM ledger_account a
JOIN ledger_lot l ON l.tenant_id = a.tenant_id AND l.id = a.lot_id AND l.item_id = a.item_id
WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.lot_id = ANY (%(lots)s::bigint[])
  AND a.state = ANY (%(states)s::text[]) AND a.balance > 0
  AND a.item_id IN (SELECT item_id FROM ledger_lot WHERE tenant_id = %(tenant)s AND id = ANY (%(lots)s::bigint[]))
  AND a.node_id IN (SELECT id FROM catalog_node WHERE tenant_id = %(tenant)s)
ORDER BY a.node_id, a.place_id, a.item_id
