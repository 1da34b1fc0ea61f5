-- Receipts something came of.  Parameters: tenant, node, limit.  Locks: none.
SELECT r.id, r.number AS code, r.supplier AS name, sum(l.good + l.damaged)::text AS note FROM wms_receipt r
JOIN wms_receipt_line l ON l.tenant_id = r.tenant_id AND l.receipt_id = r.id AND l.good + l.damaged > 0
WHERE r.tenant_id = %(tenant)s AND r.node_id = %(node)s AND r.state IN ('counting', 'closed')
GROUP BY r.id, r.number, r.supplier ORDER BY r.id DESC LIMIT %(limit)s
