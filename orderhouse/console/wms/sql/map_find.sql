-- Bins of a node by their code's beginning, or by what lies in them: a SKU's beginning, or a part of a name.
-- Parameters: tenant, node, code and words (LIKE patterns), limit.  Locks: none.
SELECT l.code, '' AS sku, '' AS name, 0::bigint AS units FROM wms_location l
WHERE l.tenant_id = %(tenant)s AND l.node_id = %(node)s AND l.active AND lower(l.code) LIKE %(code)s
UNION ALL
SELECT l.code, i.sku, i.name, sum(a.balance)::bigint
FROM catalog_item i
JOIN ledger_account a ON a.tenant_id = i.tenant_id AND a.book = 'physical' AND a.node_id = %(node)s AND a.item_id = i.id AND a.balance > 0
JOIN wms_location l ON l.tenant_id = a.tenant_id AND l.id = a.place_id AND l.active
WHERE i.tenant_id = %(tenant)s AND (lower(i.sku) LIKE %(code)s OR lower(i.name) LIKE %(words)s)
GROUP BY l.code, i.sku, i.name
ORDER BY sku, code
LIMIT %(limit)s
