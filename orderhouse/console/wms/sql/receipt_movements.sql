-- The movements a receipt caused, in the order written.
-- Parameters: tenant, receipt, line (receipt line id, NULL for all), states (where to, NULL for any), limit.  Locks: none.
SELECT m.id, m.at, i.sku, coalesce(lt.lot_number, '') AS lot_number, coalesce(lt.serial_number, '') AS serial_number, m.quantity,
  f.state AS from_state, coalesce(fp.code, '') AS from_place, t.state AS to_state, coalesce(tp.code, '') AS to_place, m.actor, m.device
FROM ledger_movement m
JOIN ledger_account f ON f.tenant_id = m.tenant_id AND f.id = m.from_account_id
JOIN ledger_account t ON t.tenant_id = m.tenant_id AND t.id = m.to_account_id
JOIN catalog_item i ON i.tenant_id = m.tenant_id AND i.id = m.item_id
LEFT JOIN ledger_lot lt ON lt.tenant_id = m.tenant_id AND lt.id = m.lot_id
LEFT JOIN wms_location fp ON fp.tenant_id = m.tenant_id AND fp.id = f.place_id
LEFT JOIN wms_location tp ON tp.tenant_id = m.tenant_id AND tp.id = t.place_id
WHERE m.tenant_id = %(tenant)s AND m.cause IN ('receipt', 'return') AND m.cause_id = %(receipt)s
  AND CASE WHEN %(line)s::bigint IS NULL
    THEN m.cause_line_id IN (SELECT l.id FROM wms_receipt_line l WHERE l.tenant_id = %(tenant)s AND l.receipt_id = %(receipt)s)
    ELSE m.cause_line_id = %(line)s::bigint END
  AND (%(states)s::text[] IS NULL OR t.state = ANY (%(states)s::text[]))
ORDER BY m.id LIMIT %(limit)s
