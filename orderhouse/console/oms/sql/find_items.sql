-- Active items somebody may mean, the surest first.  Parameters: tenant, text, like (the text, escaped for LIKE), limit.  Locks: none.
SELECT id, sku, name, units FROM (
  (SELECT i.id, i.sku, i.name, b.quantity AS units, 1 AS rank FROM catalog_barcode b
   JOIN catalog_item i ON i.tenant_id = b.tenant_id AND i.id = b.item_id
   WHERE b.tenant_id = %(tenant)s AND b.text = %(text)s AND i.active)
  UNION ALL
  (SELECT i.id, i.sku, i.name, 0, CASE WHEN upper(i.sku) = upper(%(text)s) THEN 0 ELSE 2 END FROM catalog_item i
   WHERE i.tenant_id = %(tenant)s AND i.active AND i.sku ILIKE %(like)s || '%%' ORDER BY i.sku LIMIT %(limit)s)
  UNION ALL
  (SELECT i.id, i.sku, i.name, 0, 3 FROM catalog_item i
   WHERE i.tenant_id = %(tenant)s AND i.active AND i.name ILIKE '%%' || %(like)s || '%%' AND i.sku NOT ILIKE %(like)s || '%%'
   ORDER BY i.name LIMIT %(limit)s)
) found
ORDER BY rank, sku LIMIT %(limit)s
