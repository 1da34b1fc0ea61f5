-- A receipt's lines, in order.  Parameters: tenant, receipt.  Locks: none (the receipt is their lock).
SELECT id, line_number, item_id, owner_id, expected, good, damaged, ungraded FROM wms_receipt_line
WHERE tenant_id = %(tenant)s AND receipt_id = %(receipt)s ORDER BY line_number
