-- A page of orders, the latest received first.  Parameters: tenant; states, channel, found (order ids), each NULL for all;
-- after_at and after_id (the last order seen, NULL at the start), limit.  Locks: none.
WITH page AS (
  SELECT o.* FROM oms_order o
  WHERE o.tenant_id = %(tenant)s
    AND (%(states)s::text[] IS NULL OR o.state = ANY (%(states)s::text[]))
    AND (%(channel)s::text IS NULL OR o.channel_id =
         (SELECT c.id FROM oms_channel c WHERE c.tenant_id = %(tenant)s AND c.code = %(channel)s::text))
    AND (%(found)s::bigint[] IS NULL OR o.id = ANY (%(found)s::bigint[]))
    AND (%(after_at)s::timestamptz IS NULL OR (o.received_at, o.id) < (%(after_at)s::timestamptz, %(after_id)s::bigint))
  ORDER BY o.received_at DESC, o.id DESC
  LIMIT %(limit)s
)
SELECT o.id, o.number, c.code AS channel, o.channel_order_id, o.state, o.priority,
       coalesce(u.name, o.ship_to ->> 'name', '') AS customer_name, o.country, o.placed_at, o.received_at, o.promised_at, o.ship_by,
       l.lines::int AS lines, l.units, l.shipped, l.goods, o.currency, h.kinds AS open_holds
FROM page o
JOIN oms_channel c ON c.tenant_id = o.tenant_id AND c.id = o.channel_id
LEFT JOIN oms_customer u ON u.tenant_id = o.tenant_id AND u.id = o.customer_id
JOIN LATERAL (
  SELECT count(*) AS lines, sum(l.ordered)::bigint AS units, sum(l.shipped)::bigint AS shipped, sum(l.ordered * l.unit_price) AS goods
  FROM oms_order_line l WHERE l.tenant_id = %(tenant)s AND l.order_id = o.id
) l ON true
JOIN LATERAL (
  SELECT coalesce(array_agg(h.kind ORDER BY h.kind), '{}') AS kinds
  FROM oms_hold h WHERE h.tenant_id = %(tenant)s AND h.order_id = o.id AND h.lifted_at IS NULL
) h ON true
ORDER BY o.received_at DESC, o.id DESC
