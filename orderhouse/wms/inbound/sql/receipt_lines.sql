-- A receipt's lines with their items.  Parameters: tenant, receipt.  Locks: none.
SELECT l.id, l.line_number, l.item_id, i.sku, i.name, o.code AS owner, l.expected, l.good, l.damaged, l.ungraded
FROM wms_receipt_line l
JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
JOIN catalog_owner o ON o.tenant_id = l.tenant_id AND o.id = l.owner_id
WHERE l.tenant_id = %(tenant)s AND l.receipt_id = %(receipt)s ORDER BY l.line_number
