-- Bins holding an item that might be counted, those counted longest ago in front; bins whose count is open already are left out.
-- Reads accounts by place, or by item.
-- Parameters: tenant, node; places, items (NULL for any), not_items (empty for none), doubted (pairs of place and item as two arrays,
-- NULL for any); limit.  Locks: none.
WITH stock AS MATERIALIZED (
  SELECT a.place_id, a.item_id, sum(a.balance)::bigint AS units FROM ledger_account a
  WHERE a.tenant_id = %(tenant)s AND a.book = 'physical' AND a.node_id = %(node)s AND a.place_id <> 0
    AND a.state IN ('good', 'allocated') AND a.balance > 0
    AND (%(places)s::bigint[] IS NULL OR a.place_id = ANY (%(places)s::bigint[]))
    AND (%(items)s::bigint[] IS NULL OR a.item_id = ANY (%(items)s::bigint[]))
    AND a.item_id <> ALL (%(not_items)s::bigint[])
  GROUP BY a.place_id, a.item_id
), counted AS (
  SELECT c.location_id, c.item_id, max(c.counted_at) AS last_at, bool_or(c.state = 'ready') AS waits
  FROM wms_count_task c WHERE c.tenant_id = %(tenant)s AND c.location_id IN (SELECT place_id FROM stock)
  GROUP BY c.location_id, c.item_id
)
SELECT s.place_id AS location_id, l.code AS location, s.item_id, i.sku, i.name, s.units, c.last_at, count(*) OVER ()::int AS total
FROM stock s
JOIN wms_location l ON l.tenant_id = %(tenant)s AND l.id = s.place_id AND l.kind = 'bin' AND l.active
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = s.item_id
LEFT JOIN counted c ON c.location_id = s.place_id AND c.item_id = s.item_id
WHERE c.waits IS NOT TRUE
  AND (%(doubted_places)s::bigint[] IS NULL OR (s.place_id, s.item_id) IN (
    SELECT * FROM unnest(%(doubted_places)s::bigint[], %(doubted_items)s::bigint[])))
ORDER BY c.last_at NULLS FIRST, l.pick_order, i.sku LIMIT %(limit)s
