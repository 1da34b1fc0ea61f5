-- The items these owners have under these SKUs.  Parameters: tenant, owners and skus (pairs).  Locks: none.
SELECT i.owner_id, i.sku, i.id, i.active
FROM unnest(%(owners)s::bigint[], %(skus)s::text[]) AS u (owner_id, sku)
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.owner_id = u.owner_id AND i.sku = u.sku
