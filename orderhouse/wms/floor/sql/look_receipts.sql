-- Receipts by number.  Parameters: tenant, node, texts.  Locks: none.
SELECT r.number, r.state, r.supplier, coalesce(d.code, '') AS dock,
  coalesce((SELECT sum(l.expected) FROM wms_receipt_line l WHERE l.tenant_id = r.tenant_id AND l.receipt_id = r.id), 0)::bigint,
  coalesce((SELECT sum(l.good + l.damaged + l.ungraded) FROM wms_receipt_line l
            WHERE l.tenant_id = r.tenant_id AND l.receipt_id = r.id), 0)::bigint
FROM wms_receipt r LEFT JOIN wms_location d ON d.tenant_id = r.tenant_id AND d.id = r.dock_id
WHERE r.tenant_id = %(tenant)s AND r.node_id = %(node)s AND r.number = ANY (%(texts)s::text[])
