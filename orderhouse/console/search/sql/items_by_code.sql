-- Items whose SKU or barcode begins with one of the texts, SKUs first.
-- Parameters: tenant, low and high (ranges of codes), limit.  Locks: none.
SELECT f.id, f.sku, f.name, f.barcode FROM (
  (SELECT DISTINCT ON (i.sku, i.id) i.id, i.sku, i.name, NULL AS barcode
   FROM catalog_owner o, unnest(%(low)s::text[], %(high)s::text[]) AS range (low, high)
   JOIN LATERAL (SELECT x.id, x.sku, x.name FROM catalog_item x WHERE x.tenant_id = %(tenant)s AND x.owner_id = o.id
                 AND x.sku >= range.low AND x.sku < range.high ORDER BY x.sku LIMIT %(limit)s) i ON true
   WHERE o.tenant_id = %(tenant)s
   ORDER BY i.sku, i.id LIMIT %(limit)s)
  UNION ALL
  (SELECT i.id, i.sku, i.name, b.text
   FROM unnest(%(low)s::text[], %(high)s::text[]) AS range (low, high)
   JOIN LATERAL (SELECT x.text, x.item_id FROM catalog_barcode x WHERE x.tenant_id = %(tenant)s AND x.text >= range.low AND x.text < range.high
                 ORDER BY x.text LIMIT %(limit)s) b ON true
   JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = b.item_id
   LIMIT %(limit)s)
) f
LIMIT 2 * %(limit)s
