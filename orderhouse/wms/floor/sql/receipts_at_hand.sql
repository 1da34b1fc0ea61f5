-- Receipts with their lines, by number or id.  Parameters: tenant, node, numbers, receipt (0 for none).  Locks: none.
SELECT r.id, r.number, r.kind, r.state, l.line_number, l.item_id, i.sku, i.name, l.expected, l.good + l.damaged + l.ungraded AS came
FROM wms_receipt r
LEFT JOIN wms_receipt_line l ON l.tenant_id = r.tenant_id AND l.receipt_id = r.id
LEFT JOIN catalog_item i ON i.tenant_id = l.tenant_id AND i.id = l.item_id
WHERE r.tenant_id = %(tenant)s AND r.node_id = %(node)s AND (r.number = ANY (%(numbers)s::text[]) OR r.id = %(receipt)s::bigint)
ORDER BY r.id, l.line_number
