-- Items with a word of the name in the ranges of every word typed. At most 2000 rows of a word are looked at: who types two
-- letters that begin everything gets some of it.
-- Parameters: tenant, words (how many were typed), nth, low and high (one range each, of the nth word), limit.  Locks: none.
SELECT i.id, i.sku, i.name FROM (
  SELECT w.item_id
  FROM unnest(%(nth)s::int[], %(low)s::text[], %(high)s::text[]) AS range (nth, low, high)
  JOIN LATERAL (SELECT x.item_id FROM catalog_word x WHERE x.tenant_id = %(tenant)s AND x.word >= range.low AND x.word < range.high LIMIT 2000) w
    ON true
  GROUP BY w.item_id HAVING count(DISTINCT range.nth) = %(words)s
  ORDER BY w.item_id LIMIT %(limit)s
) found
JOIN catalog_item i ON i.tenant_id = %(tenant)s AND i.id = found.item_id AND i.active
ORDER BY i.sku
