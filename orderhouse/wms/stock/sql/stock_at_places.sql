-- What lies at places, and in handling units standing in or on them.  Parameters: tenant, places.  Locks: none.
WITH RECURSIVE tree AS (
  SELECT id, 0 AS depth FROM unnest(%(places)s::bigint[]) AS u (id)
  UNION SELECT h.id, t.depth + 1 FROM tree t JOIN wms_handling_unit h ON h.tenant_id = %(tenant)s AND h.parent_id = t.id WHERE t.depth < 16
)
SELECT a.place_id, a.item_id, i.sku, i.name, a.owner_id, a.lot_id, coalesce(l.lot_number, '') AS lot_number,
  coalesce(l.serial_number, '') AS serial_number, l.expires_on, coalesce(l.held, false) AS held, a.state, a.balance AS quantity
FROM (SELECT DISTINCT id FROM tree) t
JOIN ledger_account a ON a.tenant_id = %(tenant)s AND a.place_id = t.id AND a.place_id <> 0 AND a.balance > 0
JOIN catalog_item i ON i.tenant_id = a.tenant_id AND i.id = a.item_id
LEFT JOIN ledger_lot l ON l.tenant_id = a.tenant_id AND l.id = a.lot_id
ORDER BY i.sku, l.expires_on, l.lot_number, l.serial_number, a.state
