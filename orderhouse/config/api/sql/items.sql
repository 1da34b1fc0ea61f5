-- A page of items by SKU, with barcodes and packs.
-- Parameters: tenant, skus (NULL for all), owner (code, NULL for all), like (pattern on SKU and name), after_sku, after_id, limit.
-- Locks: none.
SELECT i.id, o.code AS owner, i.sku, i.name, i.base_unit, i.weight_grams, i.length_mm, i.width_mm, i.height_mm, i.tracks_lots,
  i.tracks_serials, i.minimum_life_days, i.hazmat, i.price, i.currency, i.active,
  (SELECT coalesce(jsonb_object_agg(b.text, b.quantity), '{}') FROM catalog_barcode b
   WHERE b.tenant_id = i.tenant_id AND b.item_id = i.id)::text AS barcodes,
  (SELECT coalesce(jsonb_object_agg(p.code, p.quantity), '{}') FROM catalog_pack p
   WHERE p.tenant_id = i.tenant_id AND p.item_id = i.id)::text AS packs
FROM catalog_item i JOIN catalog_owner o ON o.tenant_id = i.tenant_id AND o.id = i.owner_id
WHERE i.tenant_id = %(tenant)s
  AND (%(skus)s::text[] IS NULL OR i.sku = ANY (%(skus)s::text[]))
  AND (%(owner)s::text IS NULL OR o.code = %(owner)s::text)
  AND (%(like)s = '%%' OR i.sku ILIKE %(like)s OR i.name ILIKE %(like)s)
  AND (i.sku, i.id) > (%(after_sku)s, %(after_id)s::bigint)
ORDER BY i.sku, i.id LIMIT %(limit)s
