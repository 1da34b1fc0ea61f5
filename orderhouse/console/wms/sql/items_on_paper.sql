-- Items with a GTIN of one unit.  Parameters: tenant, ids (NULL for a search), text, pattern (LIKE), limit.  Locks: none.
SELECT i.id, i.sku, i.name, coalesce((
  SELECT b.text FROM catalog_barcode b
  WHERE b.tenant_id = i.tenant_id AND b.item_id = i.id AND b.quantity = 1 AND b.text ~ '^([0-9]{8}|[0-9]{12,14})$'
  ORDER BY b.text LIMIT 1), '') AS gtin
FROM catalog_item i
WHERE i.tenant_id = %(tenant)s AND (
  i.id = ANY (%(ids)s::bigint[])
  OR (%(ids)s::bigint[] IS NULL AND i.active AND (%(text)s::text = '' OR i.sku ILIKE %(pattern)s OR i.name ILIKE %(pattern)s
      OR i.id IN (SELECT item_id FROM catalog_barcode WHERE tenant_id = %(tenant)s AND text = %(text)s::text))))
ORDER BY i.sku = %(text)s::text DESC, i.sku LIMIT %(limit)s
