-- Where items lie at a node; one row with no place for an item that lies nowhere.  Parameters: tenant, node, items.  Locks: none.
SELECT i.id, i.sku, i.name, coalesce(l.code, h.code, '') AS place, coalesce(nullif(b.serial_number, ''), b.lot_number, '') AS lot,
       coalesce(a.state, '') AS state, coalesce(a.balance, 0)::bigint AS units
FROM catalog_item i
LEFT JOIN ledger_account a ON a.tenant_id = i.tenant_id AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = i.id
  AND a.place_id <> 0 AND a.balance > 0 AND a.state <> 'customer'
LEFT JOIN wms_location l ON l.tenant_id = a.tenant_id AND l.id = a.place_id
LEFT JOIN wms_handling_unit h ON h.tenant_id = a.tenant_id AND h.id = a.place_id
LEFT JOIN ledger_lot b ON b.tenant_id = a.tenant_id AND b.id = a.lot_id
WHERE i.tenant_id = %(tenant)s AND i.id = ANY (%(items)s::bigint[])
ORDER BY i.id, l.pick_order NULLS LAST, place, lot
