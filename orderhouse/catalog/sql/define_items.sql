-- Make or correct items by owner and SKU; the base unit stays what it was.  Parameters: tenant, at, and one array per column,
-- sorted by owner and SKU.  Locks: the items, in that order.  Rows that say nothing new are touched too, so that all are answered.
INSERT INTO catalog_item (tenant_id, id, owner_id, sku, name, base_unit, weight_grams, length_mm, width_mm, height_mm, tracks_lots,
  tracks_serials, minimum_life_days, hazmat, price, currency, active, created_at)
SELECT t.tenant_id, u.id, u.owner_id, u.sku, u.name, u.unit, u.weight, u.length, u.width, u.height, u.lots,
  u.serials, u.life, u.hazmat, u.price, u.currency, u.active, %(at)s
FROM people_tenant t,
     unnest(%(ids)s::bigint[], %(owners)s::bigint[], %(skus)s::text[], %(names)s::text[], %(units)s::text[], %(weights)s::int[],
            %(lengths)s::int[], %(widths)s::int[], %(heights)s::int[], %(lots)s::boolean[], %(serials)s::boolean[],
            %(lives)s::int[], %(hazmats)s::boolean[], %(prices)s::numeric[], %(currencies)s::text[], %(actives)s::boolean[])
     AS u (id, owner_id, sku, name, unit, weight, length, width, height, lots, serials, life, hazmat, price, currency, active)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, owner_id, sku) DO UPDATE SET
  name = EXCLUDED.name, weight_grams = EXCLUDED.weight_grams, length_mm = EXCLUDED.length_mm, width_mm = EXCLUDED.width_mm,
  height_mm = EXCLUDED.height_mm, tracks_lots = EXCLUDED.tracks_lots, tracks_serials = EXCLUDED.tracks_serials,
  minimum_life_days = EXCLUDED.minimum_life_days, hazmat = EXCLUDED.hazmat, price = EXCLUDED.price,
  currency = EXCLUDED.currency, active = EXCLUDED.active
RETURNING sku, id, base_unit
