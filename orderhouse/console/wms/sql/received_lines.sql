-- What came of a receipt by item and lot.  Parameters: tenant, receipt.  Locks: none.
WITH here AS (
  SELECT DISTINCT l.item_id FROM wms_receipt_line l WHERE l.tenant_id = %(tenant)s AND l.receipt_id = %(receipt)s AND l.good + l.damaged > 0
)
SELECT m.item_id, coalesce(b.lot_number, '') AS lot, coalesce(b.serial_number, '') AS serial, b.expires_on, sum(m.quantity)::int AS quantity
FROM here h
JOIN ledger_movement m ON m.tenant_id = %(tenant)s AND m.item_id = h.item_id AND m.cause = 'receipt' AND m.cause_id = %(receipt)s
LEFT JOIN ledger_lot b ON b.tenant_id = m.tenant_id AND b.id = m.lot_id
GROUP BY m.item_id, b.lot_number, b.serial_number, b.expires_on
ORDER BY m.item_id, b.lot_number, b.serial_number
LIMIT 2000
