-- Orders whose number, channel order id, release or return begins with one of the texts; by says which.
-- Parameters: tenant, low and high (ranges of codes), limit.  Locks: none.
WITH range AS (SELECT * FROM unnest(%(low)s::text[], %(high)s::text[]) AS r (low, high)),
found AS (
  (SELECT 'number' AS by, o.id, o.number AS code, 1 AS rank FROM range
   JOIN LATERAL (SELECT x.id, x.number FROM oms_order x WHERE x.tenant_id = %(tenant)s AND x.number >= range.low AND x.number < range.high
                 ORDER BY x.number LIMIT %(limit)s) o ON true)
  UNION ALL
  (SELECT 'channel', o.id, o.channel_order_id, 2 FROM oms_channel c CROSS JOIN range
   JOIN LATERAL (SELECT x.id, x.channel_order_id FROM oms_order x WHERE x.tenant_id = %(tenant)s AND x.channel_id = c.id
                 AND x.channel_order_id >= range.low AND x.channel_order_id < range.high
                 ORDER BY x.channel_order_id LIMIT %(limit)s) o ON true
   WHERE c.tenant_id = %(tenant)s LIMIT 2 * %(limit)s)
  UNION ALL
  (SELECT 'release', o.order_id, o.number, 3 FROM range
   JOIN LATERAL (SELECT x.order_id, x.number FROM oms_release x WHERE x.tenant_id = %(tenant)s AND x.number >= range.low AND x.number < range.high
                 ORDER BY x.number LIMIT %(limit)s) o ON true)
  UNION ALL
  (SELECT 'return', o.order_id, o.number, 4 FROM range
   JOIN LATERAL (SELECT x.order_id, x.number FROM oms_return x WHERE x.tenant_id = %(tenant)s AND x.number >= range.low AND x.number < range.high
                 ORDER BY x.number LIMIT %(limit)s) o ON true)
)
SELECT f.by, o.id, o.number, f.code, o.ship_to ->> 'name' AS name
FROM (SELECT DISTINCT ON (id) * FROM found ORDER BY id, code <> ALL (%(low)s::text[]), rank) f
JOIN oms_order o ON o.tenant_id = %(tenant)s AND o.id = f.id
ORDER BY f.code <> ALL (%(low)s::text[]), f.rank, f.code LIMIT %(limit)s
