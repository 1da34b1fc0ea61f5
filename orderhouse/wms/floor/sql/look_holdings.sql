-- What lies at places.  Parameters: tenant, places.  Locks: none.
SELECT a.place_id, i.sku, i.name, coalesce(nullif(b.serial_number, ''), b.lot_number, '') AS lot, a.state, a.balance
FROM ledger_account a
JOIN catalog_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
LEFT JOIN ledger_lot b ON b.tenant_id = a.tenant_id AND b.id = a.lot_id
WHERE a.tenant_id = %(tenant)s AND a.place_id = ANY (%(places)s::bigint[]) AND a.place_id <> 0 AND a.balance > 0
ORDER BY i.sku, lot, a.state
