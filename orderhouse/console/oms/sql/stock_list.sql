-- Items by SKU with the promise book's figures summed over nodes.
-- Parameters: tenant, after (the last SKU seen), search (part of SKU or name, empty for all), limit.  Locks: none.
WITH page AS (
  SELECT i.id, i.sku, i.name FROM catalog_item i
  WHERE i.tenant_id = %(tenant)s AND i.active AND i.sku > %(after)s
    AND (%(search)s = '' OR i.sku ILIKE '%%' || %(search)s || '%%' OR i.name ILIKE '%%' || %(search)s || '%%')
  ORDER BY i.sku LIMIT %(limit)s
)
SELECT p.id AS item_id, p.sku, p.name, b.available, b.reserved, b.released, b.safety, b.shortage, w.waiting
FROM page p
CROSS JOIN LATERAL (
  SELECT coalesce(sum(a.balance) FILTER (WHERE a.state = 'available'), 0)::bigint AS available,
    coalesce(sum(a.balance) FILTER (WHERE a.state = 'reserved'), 0)::bigint AS reserved,
    coalesce(sum(a.balance) FILTER (WHERE a.state = 'released'), 0)::bigint AS released,
    coalesce(sum(a.balance) FILTER (WHERE a.state = 'safety'), 0)::bigint AS safety,
    coalesce(-sum(a.balance) FILTER (WHERE a.state = 'shortage'), 0)::bigint AS shortage
  FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s AND a.book = 'promise' AND a.item_id = p.id
) b
CROSS JOIN LATERAL (
  SELECT coalesce(sum(l.backordered), 0)::bigint AS waiting FROM oms_order_line l
  WHERE l.tenant_id = %(tenant)s AND l.item_id = p.id AND l.backordered > 0
) w
ORDER BY p.sku
