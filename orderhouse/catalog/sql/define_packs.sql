-- Make or correct packs.  Parameters: tenant, ids, items, codes, quantities, sorted by item and code.  Locks: the packs, in that order.
INSERT INTO catalog_pack (tenant_id, id, item_id, code, quantity)
SELECT t.tenant_id, u.id, u.item_id, u.code, u.quantity
FROM people_tenant t, unnest(%(ids)s::bigint[], %(items)s::bigint[], %(codes)s::text[], %(quantities)s::int[])
  AS u (id, item_id, code, quantity)
WHERE t.tenant_id = %(tenant)s
ON CONFLICT (tenant_id, item_id, code) DO UPDATE SET quantity = EXCLUDED.quantity
