-- Which of these serials stand inside, in any node.  Parameters: tenant, items, lots (locked before).  Locks: none.
SELECT a.lot_id, coalesce(p.code, h.code, n.code) AS place
FROM ledger_account a
JOIN catalog_node n ON n.tenant_id = a.tenant_id AND n.id = a.node_id
LEFT JOIN wms_location p ON p.tenant_id = a.tenant_id AND p.id = a.place_id
LEFT JOIN wms_handling_unit h ON h.tenant_id = a.tenant_id AND h.id = a.place_id
WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.item_id = ANY (%(items)s::bigint[])
  AND a.lot_id = ANY (%(lots)s::bigint[]) AND NOT a.outside AND a.balance > 0
