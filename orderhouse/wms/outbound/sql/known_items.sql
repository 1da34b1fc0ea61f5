-- What the catalog knows of owner codes and SKUs.  Parameters: tenant, owners, skus (pairs).  Locks: none.
SELECT u.owner, u.sku, o.id AS owner_id, i.id AS item_id, i.active
FROM unnest(%(owners)s::text[], %(skus)s::text[]) AS u (owner, sku)
LEFT JOIN catalog_owner o ON o.tenant_id = %(tenant)s AND o.code = u.owner
LEFT JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.owner_id = o.id AND i.sku = u.sku
