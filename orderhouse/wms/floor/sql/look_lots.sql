-- Where lots and serials lie at a node, by their numbers.  Parameters: tenant, node, texts.  Locks: none.
SELECT coalesce(nullif(b.serial_number, ''), b.lot_number) AS lot, i.sku, i.name, b.expires_on, b.held,
       coalesce(l.code, h.code, '') AS place, coalesce(a.state, '') AS state, coalesce(a.balance, 0)::bigint AS units
FROM ledger_lot b
JOIN catalog_item i ON i.tenant_id = b.tenant_id AND i.id = b.item_id
LEFT JOIN ledger_account a ON a.tenant_id = b.tenant_id AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = b.item_id
  AND a.lot_id = b.id AND a.place_id <> 0 AND a.balance > 0
LEFT JOIN wms_location l ON l.tenant_id = a.tenant_id AND l.id = a.place_id
LEFT JOIN wms_handling_unit h ON h.tenant_id = a.tenant_id AND h.id = a.place_id
WHERE b.tenant_id = %(tenant)s AND (b.lot_number = ANY (%(texts)s::text[]) OR b.serial_number = ANY (%(texts)s::text[]))
ORDER BY i.sku, l.pick_order NULLS LAST, place
LIMIT 400
