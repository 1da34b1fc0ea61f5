-- A page of items by SKU with the figures of the physical book, and how many items each tab has.
-- Parameters: tenant, tab, like (part of SKU or name, escaped), barcode, node (NULL for all), after (the last SKU), limit.  Locks: none.
WITH book AS (
  SELECT a.item_id, sum(a.balance) FILTER (WHERE a.state = 'good') AS good, sum(a.balance) FILTER (WHERE a.state = 'allocated') AS allocated,
    sum(a.balance) FILTER (WHERE a.state IN ('picked', 'packed')) AS in_hand,
    sum(a.balance) FILTER (WHERE a.state NOT IN ('good', 'allocated', 'picked', 'packed')) AS aside
  FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND NOT a.outside AND a.balance > 0
    AND (%(node)s::bigint IS NULL OR a.node_id = %(node)s)
  GROUP BY a.item_id
), item AS MATERIALIZED (
  SELECT i.id AS item_id, i.sku, i.name, coalesce(b.good, 0)::bigint AS good, coalesce(b.allocated, 0)::bigint AS allocated,
    coalesce(b.in_hand, 0)::bigint AS in_hand, coalesce(b.aside, 0)::bigint AS aside
  FROM catalog_item i LEFT JOIN book b ON b.item_id = i.id
  WHERE i.tenant_id = %(tenant)s AND i.active
    AND (%(like)s = '' OR i.sku ILIKE '%%' || %(like)s || '%%' OR i.name ILIKE '%%' || %(like)s || '%%'
      OR i.id IN (SELECT item_id FROM catalog_barcode WHERE tenant_id = %(tenant)s AND text = %(barcode)s))
), tally AS (
  SELECT count(*) AS every, count(*) FILTER (WHERE good <= 0) AS out, count(*) FILTER (WHERE aside > 0) AS aside FROM item
)
SELECT tally.every, tally.out, tally.aside, shown.* FROM tally
LEFT JOIN LATERAL (
  SELECT * FROM item
  WHERE sku > %(after)s AND CASE %(tab)s WHEN 'out' THEN good <= 0 WHEN 'aside' THEN aside > 0 ELSE true END
  ORDER BY sku LIMIT %(limit)s
) shown ON true
ORDER BY shown.sku
